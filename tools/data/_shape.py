"""Turn rows that arrived as text into a dataset: names, roles and types of the columns."""

import re
from collections import Counter
from dataclasses import dataclass, replace

import duckdb

from store.engine import engine, literal, quoted
from tools.data._read import Arrival
from tools.data._roles import SPLITS, Facts, facts, guessed
from tools.data._staged import CHATS
from tools.tool import ToolError

INTEGER = r"-?(0|[1-9][0-9]{0,17})"
DECIMAL = r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?"
AS_TEXT = ("text", "label", "split", "prompt", "completion", "context", "id")
"""Roles whose values stay text whatever they look like: the label 01 is not the number 1."""
MOST_COLUMNS = 500
"""Looking at a column costs more, the more there are beside it."""
BINARY = {"bytes"}
"""What a column of pictures or sounds holds; such a column is left out."""
UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]+")
"""Characters that have no place in a name: they break lines, turn the direction of writing, or cannot be seen."""
TURNS = 'STRUCT("role" VARCHAR, "content" VARCHAR)[]'


@dataclass(frozen=True)
class Shape:
    """How to make the dataset.

    Attributes:
        select: A SELECT over the view `staged`.
        roles: A role for every column.
        notes: What was renamed, as sentences.
    """

    select: str
    roles: dict[str, str]
    notes: list[str]

    @property
    def columns(self) -> list[str]:
        """The names, in order."""
        return list(self.roles)


def shape(arrival: Arrival, text: str | None, label: str | None) -> Shape:
    """Name the columns, tell what each is for, and choose its type.

    Args:
        arrival: The rows that were read.
        text: The column with the text, if the user said so.
        label: The column with the label, if the user said so.

    Raises:
        ToolError: A column that the user named is not there, or there are too many.
    """
    if len(arrival.reading.columns) > MOST_COLUMNS:
        raise ToolError(
            f"{arrival.title} has {len(arrival.reading.columns):,} columns, and at most {MOST_COLUMNS} can be read. "
            "Keep those that the model shall read or say, and those that you want to tell groups of rows by."
        )
    names, notes = _names(arrival.reading.columns)
    with engine([arrival.staged.file.parent], {"staged": arrival.staged.file}) as con:
        found = facts(con, "staged")
        kinds = arrival.staged.kinds
        columns = [
            replace(fact, name=name, type=_narrow(fact, kinds[place]))
            for place, (fact, name) in enumerate(zip(found, names, strict=True))
        ]
        roles = _with_users_choice(_roles(columns, arrival.reading.roles), names, text, label)
        final = _named_by_role(roles, arrival.reading.headerless, notes)
        typed = arrival.reading.typed
        parts = [
            f"{_value(con, column, roles[column.name], kinds[place], typed, place)} as {quoted(final[column.name])}"
            for place, column in enumerate(columns)
            if kinds[place] != BINARY
        ]
    kept = {final[name]: role for place, (name, role) in enumerate(roles.items()) if kinds[place] != BINARY}
    if not kept:
        raise ToolError(f"{arrival.title} holds nothing but binary values: there is no text to train on.")
    return Shape(f"select {', '.join(parts)} from staged", kept, [*notes, *_unread(kept)])


def matched(wanted: str, names: list[str]) -> str | None:
    """The column a user means, told apart by letters and digits alone if need be."""
    if wanted in names:
        return wanted
    plain = [name for name in names if _plain(name) == _plain(wanted)]
    return plain[0] if len(plain) == 1 else None


def _roles(columns: list[Facts], known: dict[str, str]) -> dict[str, str]:
    """The roles that are known, and guesses for the rest."""
    guesses = guessed([column for column in columns if column.name not in known])
    return {column.name: known.get(column.name) or guesses[column.name] for column in columns}


def _names(given: list[str]) -> tuple[list[str], list[str]]:
    """Names that DuckDB and people can tell apart, and what was changed."""
    names: list[str] = []
    taken: set[str] = set()
    twice: list[str] = []
    for place, raw in enumerate(given, 1):
        seen = UNSEEN.sub(" ", raw.encode("utf-8", "replace").decode())
        cleaned = seen.strip().lstrip("_").strip()[:60] or f"column_{place}"
        name, number = cleaned, 2
        while name.lower() in taken:
            name, number = f"{cleaned}_{number}", number + 1
        if name != cleaned:
            twice.append(f"{cleaned!r} came again and is now {name!r}")
        taken.add(name.lower())
        names.append(name)
    return names, [f"Column names must differ: {', '.join(twice)}."] if twice else []


def _with_users_choice(roles: dict[str, str], names: list[str], text: str | None, label: str | None) -> dict[str, str]:
    chosen = {"text": text, "label": label}
    for role, wanted in chosen.items():
        if not wanted:
            continue
        name = matched(wanted, names)
        if name is None:
            raise ToolError(f"There is no column {wanted!r} to be the {role}. The columns are {', '.join(names)}.")
        other = "label" if role == "text" else "text"
        keep = {column for column, has in roles.items() if has == other}
        roles = {
            c: "other" if has == role or has in ("prompt", "completion", "context") else has for c, has in roles.items()
        }
        roles |= {column: other for column in keep} | {name: role}
    return roles


def _named_by_role(roles: dict[str, str], headerless: bool, notes: list[str]) -> dict[str, str]:
    """Final names: the split column is called split, and columns without a name are called by their role."""
    final = {name: name for name in roles}
    counts = Counter(roles.values())
    for name, role in roles.items():
        if role == "split":
            for other in roles:
                if other.lower() == "split" and other != name:
                    final[other] = "split_given"
            final[name] = "split"
            if name != "split" and not headerless:
                notes.append(f"The column {name!r} tells the splits; it is now called split.")
        elif headerless and role != "other" and counts[role] == 1 and role not in final:
            final[name] = role
    if "split" not in roles.values() and (own := [name for name in roles if name.lower() == "split"]):
        final[own[0]] = "split_given"
        notes.append(
            f"The column {own[0]!r} has values that do not say train, validation or test, so it is not used to divide"
            " the rows; it is now called split_given."
        )
    return final


def _unread(roles: dict[str, str]) -> list[str]:
    """What to do if no column was recognised as what a model reads."""
    if {"text", "prompt", "messages"} & set(roles.values()):
        return []
    example = " and label".join(f"={name}" for name in list(roles)[:2])
    return [f"No column reads as text. Say which one does, and which holds the answer, such as text{example}."]


def _narrow(fact: Facts, kinds: set[str]) -> str:
    """The type to judge a column by: nested values are not text."""
    if kinds and kinds <= CHATS:
        return TURNS
    return "JSON" if kinds & {"list", "dict", *CHATS} else fact.type


def _value(con: duckdb.DuckDBPyConnection, column: Facts, role: str, kinds: set[str], typed: bool, place: int) -> str:
    cell = f'"c{place}"'
    if column.type == TURNS:
        return f"""from_json({cell}, '[{{"role":"VARCHAR","content":"VARCHAR"}}]')"""
    if role == "split":
        cases = " ".join(f"when {literal(word)} then {literal(name)}" for word, name in SPLITS.items())
        return f"case lower(trim({cell})) {cases} end"
    if role in AS_TEXT or (typed and kinds - {"int", "float", "bool"}):
        return cell
    if typed and kinds == {"bool"}:
        return f"cast({cell} as boolean)"
    if column.number and not _odd(con, cell, INTEGER):
        return f"cast({cell} as bigint)"
    if column.number and not _odd(con, cell, DECIMAL):
        return f"cast({cell} as double)"
    return cell


def _odd(con: duckdb.DuckDBPyConnection, cell: str, pattern: str) -> bool:
    """Whether some value is not written just as such a number is."""
    row = con.execute(
        f"select count(*) from staged where {cell} is not null and not regexp_full_match({cell}, {literal(pattern)})"
    ).fetchone()
    return row is None or row[0] > 0


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).lower()
