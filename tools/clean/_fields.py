"""The fields of a row that have to be alike each for itself: what is asked, what belongs to it, what is answered."""

from collections.abc import Sequence

from store.engine import quoted
from tools.clean._apart import telling
from tools.clean._examined import Side
from tools.clean._shingles import FIELDS, LONGEST
from tools.data._normal import normalised

ROW = "p"
"""The name of the row's table in the SQL given here."""


def asked(side: Side) -> list[str]:
    """SQL for each field of what a model is given, with its context; of a chat, all but the answers."""
    roles = side.version.roles
    if [roles.get(name) for name in side.inputs] == ["messages"]:
        return [_spoken(side, side.inputs[0], answers=False)]
    context = [name for name in side.version.columns if roles.get(name) == "context" and name not in side.inputs]
    return [_cell(side, name) for name in (*side.inputs, *context)]


def answered(side: Side) -> list[str]:
    """SQL for what a model shall answer in words: the completion, or a chat's answers; none beside a label."""
    if side.label:
        return []
    if [side.version.roles.get(name) for name in side.inputs] == ["messages"]:
        return [_spoken(side, side.inputs[0], answers=True)]
    return [_cell(side, side.answer)] if side.answer else []


def fields(cells: Sequence[str]) -> str:
    """SQL for the columns f0, f1 ...: the fields normalised; those beyond `FIELDS` are one."""
    plain = [f"left(coalesce({normalised(cell)}, ''), {LONGEST})" for cell in cells]
    kept = plain if len(plain) <= FIELDS else [*plain[: FIELDS - 1], " || ' ' || ".join(plain[FIELDS - 1 :])]
    return ", ".join(f"{cell} as f{number}" for number, cell in enumerate(kept))


def said(cells: Sequence[str]) -> str:
    """SQL for the fields as they are written, one a line."""
    return f"concat_ws(chr(10), {', '.join(f'left({cell}, {LONGEST})' for cell in cells)})"


def apart(cells: Sequence[str], *others: str) -> str:
    """SQL for a number: where it differs, rows say different things, because of numbers, negations or `others`."""
    return f"hash({', '.join([*(telling(cell) for cell in cells), *others])})"


def _cell(side: Side, column: str) -> str:
    return f"cast({ROW}.{quoted(column)} as varchar)"


def _spoken(side: Side, column: str, *, answers: bool) -> str:
    """The contents of a chat's messages: those of the assistant, or all others."""
    turns = f"cast(to_json({ROW}.{quoted(column)}) as json)"
    role = "json_extract_string(m, '$.role')"
    which = f"coalesce({role}, '') {'=' if answers else '<>'} 'assistant'"
    contents = f"list_filter(json_extract({turns}, '$[*]'), lambda m: {which})"
    spoken = f"list_transform({contents}, lambda m: coalesce(json_extract_string(m, '$.content'), ''))"
    return f"array_to_string({spoken}, chr(10))"
