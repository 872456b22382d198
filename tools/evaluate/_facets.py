"""The ways to group the rows of a test: by label, length, language, and by columns that tell where they are from."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from store import Version
from store.engine import engine, fetch, quoted
from tools.audit._groups import PEOPLE
from tools.data._language import named
from tools.data._profile.languages import told

Kind = Literal["label", "length", "language", "source", "group", "time", "column"]
SOURCES = frozenset(
    "source origin channel site domain platform device region country ward branch department team author annotator"
    " customer product medium system shop store file".split()
)
"""Names of columns that tell where a row is from, whole or as a word of the name."""
MOST_VALUES = 12
"""Values of a column above which it groups nothing; of a source or a group more are allowed."""
MANY_VALUES = 40
MOST_COLUMNS = 8
DATES = 0.9
"""A column of text of which this share reads as a date is one of dates."""


@dataclass(frozen=True)
class Facet:
    """One way to group rows.

    Attributes:
        name: What the groups differ in: "length", "language", or the name of a column.
        kind: What sort of thing that is.
        groups: The group of each row; None where it cannot be told.
    """

    name: str
    kind: Kind
    groups: Sequence[str | None]


def facets(
    version: Version, rows: Sequence[int], texts: Sequence[str], references: Sequence[str], *, labels: bool
) -> list[Facet]:
    """Every way to group the rows of a test.

    Args:
        version: What was tested on.
        rows: Their `_row`.
        texts: What was asked, in the same order.
        references: What is right, in the same order.
        labels: Whether what is right is a label.
    """
    found = [Facet("label", "label", list(references))] if labels else []
    found += [Facet("length", "length", by_length(texts))]
    codes = told(texts)
    found += [Facet("language", "language", [named(code) if code else None for code in codes])]
    found += _columns(version, rows, references)
    return [facet for facet in found if len({*facet.groups} - {None}) > 1]


def by_length(texts: Sequence[str]) -> list[str | None]:
    """Thirds by characters: short, middling and long; none where the lengths do not differ enough."""
    lengths = [len(text) for text in texts]
    if len(texts) < 3:
        return [None] * len(texts)
    order = sorted(lengths)
    low, high = (order[-(-third * len(order) // 3) - 1] for third in (1, 2))
    if not low < high < order[-1]:
        return [None] * len(texts)
    named = f"short (up to {low:,} characters)", "middling", f"long (over {high:,} characters)"
    return [named[(length > low) + (length > high)] for length in lengths]


def _columns(version: Version, rows: Sequence[int], references: Sequence[str]) -> Iterator[Facet]:
    """The columns that group rows, those that tell people and sources first; one that repeats the label is none."""
    names = [name for name in version.columns if version.roles.get(name, "other") in ("group", "other")]
    kinds: dict[str, Kind] = {name: _kind(version, name) for name in names}
    order: list[Kind] = ["group", "source", "time", "column"]
    names.sort(key=lambda name: order.index(kinds[name]))
    if not names or not rows:
        return
    cells = _cells(version, names, rows)
    taken = 0
    for name in names:
        kind, values = kinds[name], [cells.get(row, {}).get(name) for row in rows]
        groups = _halves(values) if kind == "time" else [_plain(value) for value in values]
        most = MOST_VALUES if kind == "column" else MANY_VALUES
        if 1 < len({*groups} - {None}) <= most and not _same(groups, references) and taken < MOST_COLUMNS:
            taken += 1
            yield Facet(name, kind, groups)


def _kind(version: Version, name: str) -> Kind:
    words = {word for word in re.split(r"[^a-z]+", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()) if word}
    if version.roles.get(name) == "group" or name.lower() in PEOPLE:
        return "group"
    if words & SOURCES:
        return "source"
    if version.columns[name].startswith(("DATE", "TIMESTAMP")) or words & {"date", "time", "day", "month", "year"}:
        return "time"
    return "column"


def _cells(version: Version, names: Sequence[str], rows: Sequence[int]) -> Mapping[int, dict[str, Any]]:
    """The cells by `_row`, as text; dates as 2024-03-31."""
    shown = ", ".join(f"left(cast({quoted(name)} as varchar), 100) as {quoted(name)}" for name in names)
    with engine([version.path.parent], {"rows": version.path}) as connection:
        found = fetch(connection, f"select _row, {shown} from rows")
    wanted = set(rows)
    return {row["_row"]: row for row in found if row["_row"] in wanted}


def _halves(values: Sequence[Any]) -> list[str | None]:
    """Before and from the date in the middle; none where few of the values begin as a date of ISO 8601 or a year."""
    dates = [
        match[0] if (match := re.match(r"\d{4}(-\d\d(-\d\d)?)?(?!\d)", str(value or ""))) else None for value in values
    ]
    known = sorted(date for date in dates if date)
    filled = sum(value is not None for value in values)
    if not known or len(known) < DATES * filled:
        return [None] * len(values)
    middle = known[len(known) // 2]
    return [None if date is None else f"from {middle} on" if date >= middle else f"before {middle}" for date in dates]


def _plain(value: Any) -> str | None:
    return str(value).strip() or None if value is not None else None


def _same(groups: Sequence[str | None], references: Sequence[str]) -> bool:
    """Whether a column only says the label in other words."""
    pairs = set(zip(groups, references, strict=True))
    return len(pairs) == len({*groups}) == len({*references})
