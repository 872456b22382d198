"""The rows of an audit of data: what is said in each, and every way to group them."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from store import Version
from store.engine import engine, fetch, quoted
from tools.audit._bands import banded
from tools.audit._lists import terms
from tools.audit._named import Named, in_column, named
from tools.audit._rates import FEWEST_ROWS, MOST_GROUPS, Attribute, sizes
from tools.clean._toxic import suspect
from tools.tool import ToolError

MOST_ROWS = 100_000
MOST_CLASSES = 20
"""A column of numbers with more values than this is a measure, not a label."""
PEOPLE = (
    "gender", "sex", "race", "ethnicity", "nationality", "religion", "age", "age_group", "disability", "orientation",
    "dialect", "region",
)  # fmt: skip
"""Columns of these names are groups even where nobody said so."""
Cells = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class People:
    """The rows of an audit of data.

    Attributes:
        ids: The number of each row.
        label: The column of labels, or of numbers to predict; None if there is none.
        labels: The label of each row, None where it has none; empty if there are no labels.
        numbers: The number to predict of each row; empty if labels are classes.
        texts: What is measured of each row: the answer where there is one, else the text. Empty without a text.
        shown: What a row is shown by.
        suspects: Whether a text may be toxic.
        attributes: Every way to group them.
        named: Who is named in the texts.
        whole: Rows of the dataset, of which these may be a sample.
        notes: Sentences on what was left out.
    """

    ids: list[int]
    label: str | None
    labels: list[str | None]
    numbers: list[float | None]
    texts: list[str]
    shown: list[str]
    suspects: list[bool]
    attributes: list[Attribute]
    named: list[Named]
    whole: int
    columns: Cells = field(repr=False)
    notes: list[str] = field(default_factory=list[str])


def people(version: Version, group: str | None, words: Path | None = None) -> People:
    """Read the rows, and find their groups.

    Args:
        version: The data.
        group: The column that says it; if None, columns with the role or the name of a group, and words and names.
        words: A folder with the user's own lists of words.

    Raises:
        ToolError: The group column is the label, is not there, or has no groups; a list cannot be read.
    """
    label = version.column("label")
    if group is not None and (group not in version.columns or group == label):
        choices = ", ".join(column for column in version.columns if column != label)
        raise ToolError(f"{group} cannot tell the groups of {version.dataset} apart. Columns that may: {choices}.")
    whose, said = _texts(version)
    found = _read(version, said)
    columns = {name: ["" if row[name] is None else str(row[name]).strip() for row in found] for name in version.columns}
    notes: list[str] = []
    grouped = [_of_column(version, name, columns[name], notes, told=name == group) for name in _by(version, group)]
    by_words = named(whose, columns, terms(words)) if group is None else []
    listed = in_column(version, columns, terms(words)) if group is None else []
    numeric = bool(label) and _numeric(version.columns[label or ""], columns[label or ""])
    if numeric:
        notes.append(f"{label} holds numbers, so groups are compared by how large they are.")
    return People(
        ids=[row["_row"] for row in found],
        label=label,
        labels=[] if numeric or not label else [value or None for value in columns[label]],
        numbers=[_finite(value) for value in columns[label or ""]] if numeric else [],
        texts=list(columns[said]) if said else [],
        shown=_joined(whose, columns) or [""] * len(found),
        suspects=[bool(row["suspect"]) for row in found],
        attributes=[*filter(None, grouped), *(each for one in by_words for each in one.attributes), *listed],
        named=by_words,
        whole=version.rows,
        columns=columns,
        notes=notes,
    )


def _texts(version: Version) -> tuple[list[str], str | None]:
    """The columns in which people are named, and the one that is measured: the answer, or the text."""
    asked = [column for role in ("text", "prompt", "messages") if (column := version.column(role))][:1]
    answer = None if version.column("label") else version.column("completion")
    both = [*asked, *([answer] if answer else [])]
    return both, answer or (both[0] if both else None)


def _read(version: Version, said: str | None) -> list[dict[str, Any]]:
    """The rows, or a sample of them that is always the same."""
    risky = suspect(f"ifnull({quoted(said)}::varchar, '')") if said else "false"
    chosen = "" if version.rows <= MOST_ROWS else f" qualify row_number() over (order by hash(_row)) <= {MOST_ROWS}"
    with engine([version.path.parent], {"rows": version.path}) as connection:
        return fetch(connection, f"select *, {risky} as suspect from rows{chosen} order by _row")


def _by(version: Version, group: str | None) -> list[str]:
    label = version.column("label")
    by_name = [
        column
        for column in version.columns
        if column != label and (version.roles.get(column) == "group" or column.lower() in PEOPLE)
    ]
    return [group] if group else by_name


def _of_column(version: Version, name: str, values: Sequence[str], notes: list[str], *, told: bool) -> Attribute | None:
    """The groups of a column; numbers in bands.

    Raises:
        ToolError: The user named this column, and it holds no two groups of enough rows.
    """
    groups = banded(name, values) if _numeric(version.columns[name], values) else [value or None for value in values]
    kept, small = sizes(groups)
    count = len({group for group in groups if group is not None})
    if told and len(kept) < 2:
        raise ToolError(_no_groups(version, name, groups, count))
    if count - len(small) > MOST_GROUPS:
        notes.append(f"Of {count:,} groups in {name}, the {MOST_GROUPS} largest are compared.")
    return Attribute(name, f"the column {name}", groups)


def _no_groups(version: Version, name: str, groups: Sequence[str | None], count: int) -> str:
    rows = sum(group is not None for group in groups)
    others = [column for column in version.columns if column not in (name, version.column("label"))]
    instead = f" Columns that may: {', '.join(others)}." if others else ""
    if count < 2:
        return f"{name} has {'no value' if not count else 'the same value in every row'}, so it tells no groups apart."
    largest = Counter(group for group in groups if group is not None).most_common(1)[0][1]
    return (
        f"{name} has {count:,} values in {rows:,} rows, and the largest group has {largest:,}: two groups of at least "
        f"{FEWEST_ROWS} rows are needed to compare.{instead}"
    )


def _finite(value: str) -> float | None:
    number = float(value) if value else math.nan
    return number if math.isfinite(number) else None


def _numeric(kind: str, values: Sequence[str]) -> bool:
    """Whether a column holds sizes rather than a few numbered classes."""
    return kind.split("(")[0] in _NUMBERS and len({value for value in values if value}) > MOST_CLASSES


_NUMBERS = "TINYINT SMALLINT INTEGER BIGINT HUGEINT UTINYINT USMALLINT UINTEGER UBIGINT FLOAT DOUBLE DECIMAL".split()


def _joined(names: Sequence[str], columns: Cells) -> list[str]:
    return [" ".join(cells) for cells in zip(*(columns[name] for name in names), strict=True)] if names else []
