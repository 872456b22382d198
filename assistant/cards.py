"""The card that asks for a yes: approve, approve a part, look at all rows, edit, or decline with words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import gradio as gr

from assistant.card_rows import QUICK, Whose, draw_rows
from assistant.form import field, listed, read
from assistant.languages import say
from assistant.markup import plain
from store import Fix, StoreError, Workspace
from store.approvals import Answer, Approval
from store.counted import Count
from tools import TOOLS

Answering = Callable[[Answer, str, dict[str, Any] | None, gr.Request], None]
"""Takes the answer, the user's words, and the arguments if they were edited."""


def draw_card(ws: Workspace, approval: Approval, answer: Answering, whose: Whose) -> None:
    """Lay out the card of an open question, inside a `gr.render`.

    Args:
        ws: The workspace.
        approval: The question.
        answer: Takes the answer.
        whose: The workspace of whoever clicks.
    """
    schema = TOOLS[approval.tool].schema(ws) if approval.tool in TOOLS else {"properties": {}}
    part = listed(schema, approval.arguments, approval.preview)
    fixes = asked_fixes(ws, approval)
    gr.Markdown(f"## {plain(_question(approval))}\n{say('shown_above')}")
    given = _Given(approval, answer, whose, gr.State(now := _payload(ws, approval)))
    if now and now != approval.payload_hash:
        told = TOOLS[approval.tool].show_first(ws, approval.arguments).text
        gr.Markdown(say("changed_since", told=plain(told)))
    chosen = _choice(ws, given, part, fixes) if part else []
    if fixes:
        draw_rows(ws, fixes, whose, given.seen, lambda mine: _payload(mine, approval))
    with gr.Row(elem_classes="tw-buttons"):
        approve = gr.Button(say("approve_all" if part else "approve"), variant="primary", elem_id="tw-approve")
        some = gr.Button(say("approve_selected"), visible=bool(part), elem_id="tw-approve-selected")
        decline = gr.Button(say("decline"), elem_id="tw-decline")
    note = draw_note()
    _editor(schema, given)

    def declined(words: str, request: gr.Request) -> None:
        answer("no", words, None, request)

    approve.click(given.whole, [given.seen], None, **QUICK)
    decline.click(declined, [note], None, **QUICK)
    note.submit(declined, [note], None, **QUICK)
    if part:
        some.click(given.some(*part), [given.seen, *chosen], None, **QUICK)


def draw_note() -> gr.Textbox:
    """The box for the words of a no."""
    return gr.Textbox(
        label=say("no_words"),
        placeholder=say("no_words_hint"),
        elem_id="tw-note",
        max_lines=3,
        show_label=False,
        container=False,
    )


@dataclass(frozen=True)
class _Given:
    """A yes to what the card shows, and to nothing that came after it was drawn."""

    approval: Approval
    answer: Answering
    whose: Whose
    seen: gr.State
    """The payload of the call as the card shows it."""

    def whole(self, seen: str, request: gr.Request) -> None:
        """A yes to all of it; with rows that were marked meanwhile, to the call as it is now."""
        if self._fresh(seen, request):
            as_asked = seen == self.approval.payload_hash
            self.answer("yes", "", None if as_asked else dict(self.approval.arguments), request)

    def some(self, part: str, names: Sequence[Any]) -> Callable[..., None]:
        """A yes to what is selected."""

        def approved(request: gr.Request, seen: str, *groups: list[Any] | None) -> None:
            chosen = [one for group in groups for one in group or ()]
            self.only(part, [one for one in names if one in chosen], seen, request)

        return approved

    def only(self, part: str, chosen: Sequence[Any], seen: str, request: gr.Request) -> None:
        """A yes to some of what a list names."""
        if not chosen:
            gr.Warning(say("nothing_selected"))
        else:
            self.edited({**self.approval.arguments, part: list(chosen)}, seen, request)

    def edited(self, arguments: dict[str, Any], seen: str, request: gr.Request) -> None:
        """A yes to the call with other arguments."""
        if self._fresh(seen, request):
            self.answer("yes", "", arguments, request)

    def _fresh(self, seen: str, request: gr.Request) -> bool:
        if _payload(self.whose(request), self.approval) == seen:
            return True
        gr.Warning(say("changed_elsewhere"))
        return False


def _payload(ws: Workspace, approval: Approval) -> str:
    """What a yes would be for now; empty if the call cannot be run any more."""
    try:
        return TOOLS[approval.tool].payload(ws, approval.arguments)
    except (StoreError, KeyError):
        return ""


def _question(approval: Approval) -> str:
    return say("shall_i", tool=approval.tool.replace("_", " ").capitalize())


def asked_fixes(ws: Workspace, approval: Approval) -> list[Fix]:
    """The open fixes that a question is about."""
    told = (approval.preview.get("data") or {}).get("fixes") if approval.tool == "apply_fixes" else None
    return [fix for fix in map(ws.fixes.get, told or ()) if fix.state == "open"]


def _choice(ws: Workspace, given: _Given, part: tuple[str, list[Any]], fixes: Sequence[Fix]) -> list[gr.CheckboxGroup]:
    """What may be approved in part; fixes by their groups, each with a button of its own."""
    name, names = part
    groups: dict[str, list[str]] = (given.approval.preview.get("data") or {}).get("groups") or {}
    label = say("which", what=name.replace("_", " "))
    with gr.Column(elem_id="tw-some"):
        if not fixes or len(groups) < 2:
            known = {fix.id: _one(fix) for fix in fixes}
            choices = [(known.get(str(one), str(one)), one) for one in names]
            return [gr.CheckboxGroup(choices, value=names, label=label, interactive=True)]
        return [
            _group(ws, given, name, title, [fix for fix in fixes if fix.id in ids]) for title, ids in groups.items()
        ]


def _group(ws: Workspace, given: _Given, part: str, title: str, fixes: Sequence[Fix]) -> gr.CheckboxGroup:
    ids = [fix.id for fix in fixes]
    label = f"{title.capitalize()}: {Count(ws.fixes.rows_of(ids)):row|rows}"
    with gr.Row(elem_classes="tw-group"):
        choices = [(_one(fix), fix.id) for fix in fixes]
        chosen = gr.CheckboxGroup(choices, value=ids, label=label, interactive=True, scale=4)
        button = gr.Button(say("approve_only", what=title), size="sm", scale=0, elem_classes="tw-approve-group")

    def approved(seen: str, request: gr.Request) -> None:
        given.only(part, ids, seen, request)

    button.click(approved, [given.seen], None, **QUICK)
    return chosen


def _one(fix: Fix) -> str:
    return f"{fix.id}: {fix.sentence}"


def _editor(schema: dict[str, Any], given: _Given) -> None:
    approval = given.approval
    parts = {name: part for name, part in schema["properties"].items() if name in approval.arguments}
    if not parts:
        return
    with gr.Accordion(say("edit"), open=False, elem_id="tw-edit"):
        fields = [field(name, part, approval.arguments[name]) for name, part in parts.items()]
        button = gr.Button(say("approve_edited"), elem_id="tw-approve-edited")

    def approved(request: gr.Request, seen: str, *values: Any) -> None:
        try:
            told = {name: read(name, parts[name], value) for name, value in zip(parts, values, strict=True)}
        except StoreError as error:
            gr.Warning(escape(str(error)), duration=15)
            return
        given.edited({**approval.arguments, **told}, seen, request)

    button.click(approved, [given.seen, *fields], None, **QUICK)
