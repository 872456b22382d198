"""The rows that people label as HTML. Everything that comes from data is escaped."""

from collections.abc import Mapping
from html import escape
from itertools import count
from typing import Any

from assistant.markup import TURNING
from store import Workspace
from store.counted import Count
from store.labellings import LONGEST_NAME, Labelling
from tools.labelling.agreed import Outcome, outcomes
from tools.labelling.agreement import agreement, by_row, in_words
from tools.labelling.desk import Progress, Shown
from tools.labelling.pool import rows

KEYS = 9
TEXT_CHARACTERS = 20_000
DISPUTED_SHOWN = 50
WHO = "Who labels here? It is asked once in this browser, so that the labels of several people can be told apart."
_drawn = count()
"""Makes each drawing another one, so that the browser hears of it."""


def titled(labelling: Labelling) -> str:
    """What is done here."""
    what = {True: "Checking the labels of", False: "Labelling"}[labelling.checks]
    return f"{'Answering' if labelling.style == 'answers' else what} {labelling.dataset}"


def framed(title: str, body: str, row: int | None = None, suggestion: str = "") -> str:
    """The panel around what it shows."""
    head = f"<header><h2>{safe(title)}</h2>{button('close', 'Close', 'Escape')}</header>"
    data = f'data-row="{"" if row is None else row}" data-suggestion="{safe(suggestion)}" data-drawn="{next(_drawn)}"'
    return f'<section class="tw-labelling" tabindex="-1" aria-label="{safe(title)}" {data}>{head}{body}</section>'


def name_asked(question: str = WHO) -> str:
    """The question who sits before this browser."""
    return (
        f'<div class="tw-read"><label for="tw-say">{question}</label></div>'
        f'<div class="tw-write"><input id="tw-say" class="tw-say" data-what="name" data-focus="1" autocomplete="name"'
        f' maxlength="{LONGEST_NAME}" placeholder="Your name">{button("say", "Begin", classes="tw-primary")}</div>'
    )


def progress(labelling: Labelling, how_far: Progress, annotator: str) -> str:
    """How far somebody is, and how long it takes still."""
    done = "checked" if labelling.checks else "answered" if labelling.style == "answers" else "labelled"
    told = f"{how_far.labelled:,} of {how_far.goal:,} {done}"
    if how_far.seconds_left:
        told += f", about {about(how_far.seconds_left)} left"
    bar = f'<progress max="{how_far.goal}" value="{how_far.labelled}" aria-label="{told}"></progress>'
    return f'<p class="tw-far" role="status">{told}<span class="tw-who">{safe(annotator)}</span></p>{bar}'


def about(seconds: float) -> str:
    """A time that is only estimated."""
    minutes = Count(round(seconds / 60))
    return f"{Count(round(minutes / 60)):hour|hours}" if minutes >= 90 else f"{max(minutes, Count(1)):minute|minutes}"


def read(labelling: Labelling, shown: Shown) -> str:
    """The row to read."""
    text = str(shown.cells.get(labelling.text, ""))
    more = f" … ({len(text):,} characters in all)" if len(text) > TEXT_CHARACTERS else ""
    beside = {name: cell for name, cell in shown.cells.items() if name not in (labelling.text, labelling.column)}
    cells = "".join(f"<dt>{safe(name)}</dt><dd>{safe(str(cell)[:300])}</dd>" for name, cell in beside.items() if cell)
    rest = f"<details><summary>The rest of the row</summary><dl>{cells}</dl></details>" if cells else ""
    return (
        f'<div class="tw-read"><div class="tw-text" dir="auto">{safe(text[:TEXT_CHARACTERS])}{more}</div>{rest}</div>'
    )


def labels(labelling: Labelling, shown: Shown) -> str:
    """The labels to choose from, with their keys, and where to name a new one."""
    now = str(shown.cells.get(labelling.column) or "").strip() if labelling.checks else ""
    suggestion = shown.suggestion.value if shown.suggestion else ""
    known = list(labelling.labels)
    buttons = [
        button(
            "label",
            label,
            str(place) if place <= KEYS else "",
            value=label,
            classes="tw-label" + " tw-now" * (label == now) + " tw-suggested" * (label == suggestion),
            note="as it is" if label == now else "suggested" if label == suggestion else "",
        )
        for place, label in enumerate(known, 1)
    ]
    finds = len(known) > KEYS
    hint = "Find a label, or name a new one" if finds else "Name a new label" if known else "Name the first label"
    write = (
        f'<div class="tw-write"><input class="tw-say" aria-label="{hint}" placeholder="{hint}" data-what="new"'
        f' {"data-finds=1" if finds else ""} {"" if known else "data-focus=1"} maxlength="200">'
        f"{button('say', 'Add', classes='tw-new', hidden=finds)}</div>"
    )
    return _taken(labelling, shown, now) + f'<div class="tw-labels">{"".join(buttons)}</div>' + write


def _taken(labelling: Labelling, shown: Shown, now: str) -> str:
    """What Enter takes: the label as it is, or what is suggested."""
    if now:
        keep = (
            button("label", f"Keep {now}", "Enter", value=now, classes="tw-primary") if now in labelling.labels else ""
        )
        told = f"<p>It is labelled <b>{safe(now)}</b>{_but(shown)}.</p>"
        return f'<div class="tw-taken">{told}{keep}</div>'
    if shown.suggestion is None:
        return ""
    value = shown.suggestion.value
    told = f"<p>Suggestion of a quick model, {shown.suggestion.sure:.0%} sure: <b>{safe(value)}</b></p>"
    return f'<div class="tw-taken">{told}{button("label", "Take it", "Enter", value=value)}</div>'


def _but(shown: Shown) -> str:
    return (
        f"; a quick model of the other rows expects <b>{safe(shown.suggestion.value)}</b>" if shown.suggestion else ""
    )


def answer(labelling: Labelling, shown: Shown) -> str:
    """Where an answer is typed."""
    taken = ""
    if suggestion := shown.suggestion:
        told = f"<p>Suggestion, the answer to a row that is {suggestion.sure:.0%} like this one:</p>"
        value = safe(suggestion.value)
        use = button("answer", "Take it as it is", value=suggestion.value)
        taken = f'<div class="tw-taken">{told}<blockquote dir="auto">{value}</blockquote>{use}</div>'
    return (
        f'{taken}<div class="tw-write"><textarea class="tw-say" data-what="answer" data-focus="1" rows="4" dir="auto"'
        f' aria-label="Your answer" placeholder="Your answer. Enter saves it, Shift and Enter begins a line."'
        f' maxlength="{labelling.longest}"></textarea>{button("say", "Save", classes="tw-primary")}</div>'
    )


def foot(ws: Workspace, labelling: Labelling, *, undo: bool = False, skip: bool = False) -> str:
    """What can be done beside labelling."""
    disputed = sum(each.disputed for each in outcomes(ws.labellings.standing(labelling.number)).values())
    buttons = button("undo", "Undo", "u") * undo + button("skip", "Skip", "s") * skip
    if disputed:
        buttons += button("disputes", f"Disagreements ({disputed:,})", "d")
    return f'<div class="tw-foot">{buttons}</div>'


def disputes(ws: Workspace, labelling: Labelling) -> str:
    """How far people agree, and the rows on which they do not."""
    said = ws.labellings.standing(labelling.number)
    disputed = [each for each in outcomes(said).values() if each.disputed]
    cells = rows(ws, labelling, [each.row for each in disputed[:DISPUTED_SHOWN]])
    listed = "".join(_dispute(labelling, each, cells.get(each.row, {})) for each in disputed[:DISPUTED_SHOWN])
    more = f"<p>{len(disputed) - DISPUTED_SHOWN:,} more come after these.</p>" if len(disputed) > DISPUTED_SHOWN else ""
    told = "" if labelling.style == "answers" else f"<p>{safe(in_words(agreement(by_row(said))))}</p>"
    none = "" if disputed else "<p>Nothing is left to settle.</p>"
    body = f'<div class="tw-read">{told}{none}<ul class="tw-disputes">{listed}</ul>{more}</div>'
    foot = f'<div class="tw-foot">{button("next", "Back to the rows", "b")}{button("undo", "Undo", "u")}</div>'
    return framed(titled(labelling), body + foot)


def _dispute(labelling: Labelling, outcome: Outcome, cells: Mapping[str, Any]) -> str:
    by_value: dict[str, list[str]] = {}
    for who, value in outcome.said.items():
        by_value.setdefault(value, []).append(who)
    buttons = "".join(
        button("settle", value, value=value, row=outcome.row, note=", ".join(who)) for value, who in by_value.items()
    )
    text = safe(str(cells.get(labelling.text, "This row is gone."))[:1000])
    return f'<li><div class="tw-text" dir="auto">{text}</div><div class="tw-labels">{buttons}</div></li>'


def button(
    what: str,
    text: str,
    key: str = "",
    *,
    value: str = "",
    classes: str = "",
    note: str = "",
    row: int | None = None,
    hidden: bool = False,
) -> str:
    """A button that says what to do, with its key."""
    press = f"<kbd>{key}</kbd>" if key else ""
    told = f"<small>{safe(note)}</small>" if note else ""
    data = f'data-what="{what}" data-value="{safe(value)}"'
    data += f' data-key="{key.lower()}" aria-keyshortcuts="{key}"' if key else ""
    data += f' data-of="{row}"' if row is not None else ""
    data += " hidden" if hidden else ""
    return f'<button type="button" class="{classes}" {data}>{press}<span>{safe(text)}</span>{told}</button>'


def safe(text: str) -> str:
    """Text as HTML that shows exactly that text."""
    return escape(TURNING.sub(lambda turn: f"‹U+{ord(turn[0]):04X}›", text))
