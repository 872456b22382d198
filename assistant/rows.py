"""All rows of a fix on its card: a page at a time, filtered by words, left out or written otherwise one by one.

What a user marks here is kept with the fix as its draft. It changes no row, and a yes given before counts no more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Any

from assistant.markup import change, compared
from store import Fix, Narrowing, StoreError, Workspace
from store.counted import Count
from store.kept_fixes import Page
from tools.clean._shown import clipped, readable

LONGEST = 20_000
"""Characters of a value that is edited in the page."""
TELLS = """
const tell = (from, more) => trigger('click', {told: {...from.dataset, ...more}});
element.addEventListener('click', event => {
  const button = event.target.closest('button[data-act]');
  if (!button) return;
  event.preventDefault();
  if (button.dataset.act !== 'open') return tell(button, {});
  const form = button.closest('.tw-line').querySelector('form');
  form.hidden = !form.hidden;
  button.setAttribute('aria-expanded', String(!form.hidden));
  if (!form.hidden) form.querySelector('textarea').focus();
});
element.addEventListener('submit', event => {
  event.preventDefault();
  tell(event.target, Object.fromEntries(new FormData(event.target)));
});
"""
"""What the browser does: it tells which button of which row was used. Nothing else of it is trusted."""


@dataclass(frozen=True)
class View:
    """Which rows are looked at."""

    page: int = 1
    words: str = ""


def acted(ws: Workspace, fix: Fix, view: View, told: Mapping[str, Any]) -> View:
    """Do what a button of the rows is for; gives what to look at next.

    Raises:
        StoreError: It cannot be done; nothing was marked.
    """
    text, row = str(told.get("text", ""))[:LONGEST], _number(told.get("row"))
    cell = (row, str(told.get("column", "")))
    draft = fix.draft
    match told.get("act"):
        case "find":
            return View(1, text.strip()[:200])
        case "page":
            return replace(view, page=_number(told.get("page")))
        case "leave":
            draft += Narrowing(without_rows=(row,))
        case "change":
            draft = replace(draft, without_rows=tuple(one for one in draft.without_rows if one != row))
        case "write":
            draft += Narrowing(edited={cell: text.replace("\r\n", "\n")})
        case "unwrite":
            draft = replace(draft, edited={one: its for one, its in draft.edited.items() if one != cell})
        case "leave found" if view.words:
            draft += Narrowing(not_about=(view.words,))
        case "forget":
            draft = replace(draft, not_about=tuple(words for words in draft.not_about if words != text))
        case _:
            raise StoreError("That button is from an older page. Load the page again.")
    ws.fixes.stays(fix.id, draft)  # raises if a value cannot stand where it was written
    ws.fixes.draft(fix.id, draft)
    return view


def marked(fixes: Sequence[Fix]) -> str:
    """What is marked in these fixes, in a sentence; empty if nothing is."""
    told: list[str] = []
    for fix in fixes:
        rows, written = len(fix.draft.without_rows), len(fix.draft.edited)
        its = [
            *([f"{Count(rows):row stays|rows stay}"] if rows else []),
            *(f"rows about “{words}” stay" for words in fix.draft.not_about),
            *([f"{Count(written):value is|values are} written by you"] if written else []),
        ]
        told += [f"in {fix.id} {', '.join(its)}"] if its else []
    return f"Marked by you: {'; '.join(told)}." if told else ""


def rows_html(ws: Workspace, fix: Fix, view: View) -> str:
    """The rows of a fix that are looked at, and what can be done about them."""
    try:
        page = ws.fixes.page(fix.id, view.page, containing=view.words)
    except StoreError as error:
        return f'<section class="tw-rows">{_finder(View())}<p role="alert">{escape(str(error))}</p></section>'
    lines = "".join(_line(edit, fix.draft) for edit in page.edits) or "<p>No row has these words.</p>"
    return (
        f'<section class="tw-rows" aria-label="Rows of {fix.id}">{_finder(view)}{_count(ws, fix, page, view)}{lines}'
        f"{_turn(page)}</section>"
    )


def _finder(view: View) -> str:
    return (
        '<form data-act="find" role="search" class="tw-find">'
        f'<input name="text" value="{escape(view.words)}" maxlength="200" placeholder="Only rows with these words"'
        ' aria-label="Only rows with these words"><button type="submit">Find</button>'
        f"{_button('find', 'All rows', text='') if view.words else ''}</form>"
    )


def _count(ws: Workspace, fix: Fix, page: Page, view: View) -> str:
    found = f"{Count(page.found):change|changes}"
    with_words = f" in rows with “{escape(view.words)}”" if view.words else ""
    stay = len(ws.fixes.stays(fix.id, Narrowing(fix.draft.without_rows, fix.draft.not_about))) if fix.draft else 0
    marked = [f"{Count(stay):row stays|rows stay} as {'it is' if stay == 1 else 'they are'}"] if stay else []
    written = len(fix.draft.edited)
    marked += [f"{Count(written):value|values} written by you"] if written else []
    all_found = view.words and page.found and view.words not in fix.draft.not_about
    leave = _button("leave found", "Leave all of these as they are") if all_found else ""
    kept = "".join(
        _button("forget", f"Rows about “{escape(words)}” stay: undo", text=words) for words in fix.draft.not_about
    )
    told = "; ".join([f"{found}{with_words}", *marked])
    return f'<div class="tw-count"><p role="status">{told}.</p>{leave}{kept}</div>'


def _line(edit: Mapping[str, Any], draft: Narrowing) -> str:
    goes, place = edit["action"] == "drop" and not edit["stays"], {"row": edit["_row"], "column": edit["column_name"]}
    after = (edit["after"] or "") if edit["written"] is None else edit["written"]
    after = (edit["before"] or "") if edit["stays"] else after
    before, shown = clipped(readable(edit["before"] or ""), readable(after))
    where = f"row {edit['_row']:,}, {edit['column_name']}: {clipped(edit['reason'], '')[0]}"
    if not edit["stays"]:
        acts = _button("leave", "Leave as it is", **place) + _editor(edit, after, place)
    else:
        back = _button("change", "Change it after all", **place) if edit["_row"] in draft.without_rows else ""
        acts = f"<em>stays as it is</em>{back}"
    return (
        f'<article class="tw-line{" tw-stays" if edit["stays"] else ""}" data-row="{edit["_row"]}">'
        f'{change(where, *compared(before, shown, goes=goes))}<div class="tw-acts">{acts}</div></article>'
    )


def _editor(edit: Mapping[str, Any], after: str, place: Mapping[str, Any]) -> str:
    if edit["action"] != "set" or len(after) > LONGEST:
        return ""
    back = _button("unwrite", "As proposed", **place) if edit["written"] is not None else ""
    return (
        f'<button type="button" data-act="open" aria-expanded="false">Edit</button>{back}'
        f'<form data-act="write"{_data(place)} hidden><textarea name="text" rows="3" maxlength="{LONGEST}"'
        f' aria-label="New value for row {edit["_row"]}">\n{escape(after)}</textarea>'
        '<button type="submit">Keep this value</button></form>'
    )


def _turn(page: Page) -> str:
    if page.pages == 1:
        return ""
    before = _button("page", "Previous", page=page.number - 1) if page.number > 1 else ""
    after = _button("page", "Next", page=page.number + 1) if page.number < page.pages else ""
    return (
        f'<nav class="tw-turn" aria-label="Pages">{before}<form data-act="page"><label>Page <input name="page"'
        f' inputmode="numeric" size="6" value="{page.number}"></label> of {page.pages:,}</form>{after}</nav>'
    )


def _button(act: str, label: str, **data: Any) -> str:
    return f'<button type="button" data-act="{act}"{_data(data)}>{label}</button>'


def _data(values: Mapping[str, Any]) -> str:
    return "".join(f' data-{name}="{escape(str(value))}"' for name, value in values.items())


def _number(value: Any) -> int:
    text = str(value).replace(",", "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 1
