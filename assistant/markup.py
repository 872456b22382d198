"""Words, tables, changes and charts as HTML. Everything that comes from data is escaped here and nowhere else."""

import json
import re
from collections.abc import Sequence
from dataclasses import asdict
from difflib import SequenceMatcher
from functools import lru_cache
from html import escape
from typing import Any

from tools.plot import Plot
from tools.result import Change, Result, Table, Weighed

ROWS_SHOWN = 20
CELL_CHARACTERS = 300
LONG_CHARACTERS = 24
"""A cell with more is given room, so that it does not stand one word a line on a narrow screen."""
SAME_CHARACTERS = 60
"""How much of an unchanged stretch is shown on each side of a change."""
COMPARED_CHARACTERS = 2000
PLOT_WIDTH = 380
MARKS = re.compile(
    r"[\\`*\[\]<>~|$&]"
    r"|(?<!\w)_|_(?!\w)"  # not inside a name
    r"|(?m:^)[#+=-]|(?m:(?<=^\d)|(?<=^\d\d)|(?<=^\d\d\d))[.)]"  # headings and lists
    r"|:(?=//)|(?<=www)\.|@(?=\w)"  # what would become a link
)
TURNING = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
"""Characters that turn the direction of writing: in someone's data they could make a sentence read as another."""
SIGNS = {"done": "✓", "current": "●", "open": "○", "skipped": "–", "failed": "✕"}
"""What becomes of a stage or a step."""
WEIGHED_CHARACTERS = 4000
STRENGTHS = (0.1, 0.3, 0.6, 0.85)
"""Shares of the largest weight of a text from which a word is drawn a step stronger."""
LEAST_WEIGHT = 0.005
INVISIBLE = {" ": "␣", "\n": "⏎", "\t": "⇥", "\r": "␍", "\u00a0": "⍽"}


def plain(text: str) -> str:
    """Text as Markdown that shows exactly that text: no tag, link, picture or emphasis comes of it.

    Only what Markdown would read is escaped, since a screen reader hears the Markdown itself.
    """
    marked = MARKS.sub(r"\\\g<0>", _turnless(text))
    return re.sub(r"(?m)^[ \t]+", lambda spaces: "\u00a0" * len(spaces[0]), marked)


def spoken(text: str) -> str:
    """The model's own Markdown without HTML, pictures and links: it may have read them in someone's data."""
    return re.sub(r"\\*(\[|:(?=//)|(?<=www)\.)", r"\\\1", re.sub(r"<(?=[a-zA-Z/!?])", "&lt;", text))


def inside(result: Result) -> str:
    """A result's weighed texts, tables, changes and charts as one piece of HTML; empty if it has none."""
    parts = [
        *(weighed(one) for one in result.weighed),
        *(table(one) for one in result.tables),
        *(changes(one) for one in result.changes),
        *(chart(one) for one in result.plots),
    ]
    return f'<div class="tw-result">{"".join(parts)}</div>' if parts else ""


def table(shown: Table) -> str:
    """A table that scrolls sideways by itself when it is wide."""
    numbers = [_is_numeric(row[i] for row in shown.rows if i < len(row)) for i in range(len(shown.columns))]
    named = [(_cell(c), _right(n)) for c, n in zip(shown.columns, numbers, strict=True)]
    head = "".join(f'<th scope="col"{right}>{name}</th>' if name else "<td></td>" for name, right in named)
    rows = [_row(row, numbers) for row in shown.rows[:ROWS_SHOWN]]
    left = len(shown.rows) - len(rows)
    more = f'<p class="tw-more">{left} more {"row" if left == 1 else "rows"} not shown.</p>' if left else ""
    caption = f"<caption>{escape(shown.title)}</caption>" if shown.title else ""
    head = f"<thead><tr>{head}</tr></thead>" if any(name for name, _ in named) else ""
    whole = f"<table>{caption}{head}<tbody>{''.join(rows)}</tbody></table>"
    return f'<div class="tw-scroll" tabindex="0" role="group" aria-label="{escape(shown.title)}">{whole}</div>{more}'


def changes(shown: Change) -> str:
    """Rows before and after, what goes struck through and what comes underlined."""
    rows = "".join(_changed(*row) for row in shown.rows)
    return (
        f'<section class="tw-changes"><h2>{escape(shown.title)}</h2>'
        f'<div class="tw-change tw-head" aria-hidden="true"><span></span><span>Before</span><span>After</span></div>'
        f"{rows}</section>"
    )


def weighed(shown: Weighed) -> str:
    """A text with the words that speak for something over a solid line, those against it over a dotted one.

    The stronger a word speaks, the thicker its line and the deeper its ground: nothing is told by colour alone.
    """
    top = max((abs(weight) for _, weight in shown.pieces if weight is not None), default=0.0)
    drawn, left = "", WEIGHED_CHARACTERS
    for piece, weight in shown.pieces:
        drawn += _weighed(piece[: max(left, 0)], weight or 0.0, top)
        left -= len(piece)
    more = f' <span class="tw-none">… {-left:,} more characters</span>' if left < 0 else ""
    toward = escape(_turnless(shown.toward[:SAME_CHARACTERS]))
    legend = (
        f'<p class="tw-legend"><span class="tw-for tw-w4">solid line</span> speaks for {toward}, '
        f'<span class="tw-against tw-w4">dotted line</span> against it; the thicker, the more. '
        "The figures are below.</p>"
    )
    title = escape(_turnless(shown.title))
    text = f'<h2>{title}</h2><p dir="auto">{drawn}{more}</p>'
    return f'<section class="tw-weighed">{text}{legend}</section>'


def steps(plan: Sequence[dict[str, Any]]) -> str:
    """A plan, with what has become of each step; the first open one is the present one."""
    states = [str(step["state"]) for step in plan]
    if "open" in states:
        states[states.index("open")] = "current"
    items = "".join(_step(state, step) for state, step in zip(states, plan, strict=True))
    return f'<section class="tw-plan"><h2>Plan</h2><ol class="tw-board">{items}</ol></section>'


def chart(plot: Plot) -> str:
    """A chart that takes the colours of the theme and the width of the chat."""
    return _drawn(json.dumps(asdict(plot)))  # a chart takes tens of milliseconds, and a chat is drawn often


def figure(value: float) -> str:
    """A measured number with the places that matter."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def change(where: str, before: str, after: str) -> str:
    """One change, its sides as HTML already."""
    return (
        f'<div class="tw-change"><span class="tw-where">{escape(where)}</span>'
        f'<span data-side="Before">{before}</span><span data-side="After">{after}</span></div>'
    )


def compared(before: str, after: str, *, goes: bool) -> tuple[str, str]:
    """A cell before and after as HTML, with the difference marked.

    Args:
        before: Empty for a row that is new.
        after: What stands there then.
        goes: Whether the row goes instead.
    """
    if goes:
        return f"<del>{_seen(before[:COMPARED_CHARACTERS])}</del>", "<em>the row goes</em>"
    if not before:
        return "<em>a new row</em>", f"<ins>{_seen(after[:COMPARED_CHARACTERS])}</ins>"
    old, new = compare(before, after)
    return old, new or "<em>empty</em>"


def compare(before: str, after: str) -> tuple[str, str]:
    """Two texts as HTML, word by word: `del` marks what goes, `ins` what comes."""
    old, new = _words(before), _words(after)
    left: list[str] = []
    right: list[str] = []
    for kind, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, come = "".join(old[i:j]), "".join(new[k:m])
        if kind == "equal":
            left.append(_folded(gone))
            right.append(_folded(come))
        else:
            left.append(f"<del>{_seen(gone)}</del>" if gone else "")
            right.append(f"<ins>{_seen(come)}</ins>" if come else "")
    return "".join(left), "".join(right)


@lru_cache(maxsize=256)
def _drawn(plot: str) -> str:
    told = Plot(**json.loads(plot))
    svg = told.svg(PLOT_WIDTH, "currentColor")
    return f'<figure role="img" aria-label="{escape(told.title)}">{svg}</figure>'


def _step(state: str, step: dict[str, Any]) -> str:
    sign = f'<span aria-hidden="true">{SIGNS.get(state, "")}</span>'
    head = f'<b>{escape(step["tool"].replace("_", " ").capitalize())}</b> <span class="tw-state">{state}</span>'
    return f'<li class="tw-{state}">{sign}<div>{head}<p>{escape(step["wish"])}</p></div></li>'


def _changed(where: str, before: str, after: str) -> str:
    return change(where, *compared(before, after, goes=not after))


def _weighed(piece: str, weight: float, top: float) -> str:
    """One piece of a weighed text; what weighs next to nothing stays as it is."""
    text = escape(_turnless(piece))
    strength = sum(abs(weight) >= step * top for step in STRENGTHS) if top >= LEAST_WEIGHT else 0
    if not strength or not text:
        return text
    side = "for" if weight > 0 else "against"
    return f'<span class="tw-{side} tw-w{strength}" title="{weight:+.2f}, {side}">{text}</span>'


def _turnless(text: str) -> str:
    return TURNING.sub(lambda turn: f"‹U+{ord(turn[0]):04X}›", text)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+|\s|[^\w\s]", text[:COMPARED_CHARACTERS])


def _folded(text: str) -> str:
    if len(text) > 2 * SAME_CHARACTERS + 10:
        return f"{_folded(text[:SAME_CHARACTERS])} … {_folded(text[-SAME_CHARACTERS:])}"
    return escape(_turnless(text))


def _seen(text: str) -> str:
    """Changed text, with what cannot be seen in it made visible; spaces only where there is nothing else."""
    return "".join(_visible(character, bool(text.strip())) for character in text)


def _visible(character: str, among_words: bool) -> str:
    if character.isprintable() and (character != " " or among_words):
        return escape(character)
    return INVISIBLE.get(character, f"‹U+{ord(character):04X}›")


def _row(row: Sequence[Any], numbers: list[bool]) -> str:
    cells = (f"<td{_right(n) or _long(value)}>{_cell(value)}</td>" for value, n in zip(row, numbers, strict=False))
    return f"<tr>{''.join(cells)}</tr>"


def _cell(value: Any) -> str:
    if value is None:
        return '<span class="tw-none">none</span>'
    if isinstance(value, float):
        return figure(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    text = _turnless(str(value))
    return escape(text if len(text) <= CELL_CHARACTERS else f"{text[:CELL_CHARACTERS]} …")


def _is_numeric(values: Any) -> bool:
    told = [value for value in values if value is not None]
    return bool(told) and all(isinstance(value, int | float) and not isinstance(value, bool) for value in told)


def _long(value: Any) -> str:
    return ' class="tw-long"' if isinstance(value, str) and len(value) > LONG_CHARACTERS else ""


def _right(number: bool) -> str:
    return ' class="tw-number"' if number else ""
