"""The groups that rows belong to: from a column, or from the words and names in their text."""

from collections.abc import Sequence
from dataclasses import dataclass

from store import Version
from store.engine import engine, fetch, quoted
from tools.audit._rates import Attribute
from tools.audit._swap import leaning, origin_of
from tools.audit.words import group_of_name
from tools.tool import ToolError

MOST_ROWS = 100_000
NAMED_SHARE = 0.3
"""A column of which this share of the values begins with a known first name is taken for names."""
PEOPLE = ("gender", "sex", "race", "ethnicity", "nationality", "religion", "age_group", "disability", "region")
"""Columns of these names are groups even where nobody said so."""


@dataclass(frozen=True)
class People:
    """The rows of an audit of data: the label of each, and every way to group them."""

    labels: list[str]
    attributes: list[Attribute]
    rows: int
    label: str


def people(version: Version, group: str | None) -> People | None:
    """Read the rows with a label, and find their groups.

    Args:
        version: The data.
        group: The column that says it; if None, columns with the role or the name of a group, else words and names.

    Returns:
        None if no column holds labels.

    Raises:
        ToolError: The group column is the label, or is not there.
    """
    label = version.column("label")
    if label is None:
        return None
    if group is not None and (group not in version.columns or group == label):
        choices = ", ".join(column for column in version.columns if column != label)
        raise ToolError(f"{group} cannot tell the groups of {version.dataset} apart. Columns that may: {choices}.")
    with engine([version.path.parent], {"rows": version.path}) as connection:
        told = f"nullif(trim({quoted(label)}::varchar), '')"
        found = fetch(connection, f"select * from rows where {told} is not null order by _row limit {MOST_ROWS}")
    columns = {name: ["" if row[name] is None else str(row[name]) for row in found] for name in version.columns}
    named = [group] if group else _named(version, label)
    attributes = [_of_column(name, columns[name]) for name in named] or _of_words(version, columns)
    return People([value.strip() for value in columns[label]], attributes, len(found), label)


def _named(version: Version, label: str) -> list[str]:
    return [
        column
        for column in version.columns
        if column != label and (version.roles.get(column) == "group" or column.lower() in PEOPLE)
    ]


def _of_column(name: str, values: Sequence[str]) -> Attribute:
    return Attribute(name, f"the column {name}", [value.strip() or None for value in values])


def _of_words(version: Version, columns: dict[str, list[str]]) -> list[Attribute]:
    found: list[Attribute] = []
    text = version.column("text")
    if text:
        found.append(
            Attribute("gender in text", f"gendered words and names in {text}", list(map(leaning, columns[text])))
        )
        found.append(Attribute("origin in text", f"first names in {text}", list(map(origin_of, columns[text]))))
    for name, values in columns.items():
        if name != text and version.roles.get(name, "other") in ("other", "id") and _holds_names(values):
            found.append(Attribute(f"gender of {name}", f"first names in {name}", list(map(leaning, values))))
            found.append(Attribute(f"origin of {name}", f"first names in {name}", list(map(origin_of, values))))
    return [attribute for attribute in found if any(attribute.groups)]


def _holds_names(values: Sequence[str]) -> bool:
    filled = [value.split() for value in values if value.split()]
    known = sum(words[0] in group_of_name() for words in filled if len(words) <= 4)
    return bool(filled) and known >= NAMED_SHARE * len(filled)
