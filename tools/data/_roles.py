"""What each column is for, guessed from its name and from what is in it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from store.engine import quoted

PAIRS = (
    ("prompt", "completion"),
    ("prompt", "response"),
    ("prompt", "chosen"),
    ("question", "chosen"),
    ("instruction", "chosen"),
    ("input", "chosen"),
    ("instruction", "output"),
    ("instruction", "response"),
    ("question", "answer"),
    ("q", "a"),
    ("question", "response"),
    ("query", "response"),
    ("query", "answer"),
    ("input", "output"),
    ("source", "target"),
    ("user", "assistant"),
    ("article", "highlights"),
    ("document", "summary"),
    ("article", "summary"),
    ("dialogue", "summary"),
    ("text", "summary"),
)
"""Names that go together as a question and its answer, surest first."""
ANSWERS = {"response", "answer", "completion", "output", "message", "conversation", "text"}
"""What may stand beside chosen and rejected in the names of a preference pair."""
MESSAGES = {"messages", "conversations", "conversation", "dialog", "chat"}
CONTEXT = {"input", "context", "passage", "background"}
TEXT = (
    "text message sentence utterance review tweet comment content body post question query prompt instruction document"
    " description transcript complaint feedback note abstract article email sms dialogue input title subject"
).split()
LABEL = (
    "label class intent category sentiment topic target emotion tag spam toxic toxicity stance verdict polarity"
    " rating priority department queue outcome diagnosis type language output answer score star grade severity urgency"
).split()
ID = {"id", "ids", "uid", "uuid", "guid", "idx", "index", "key", "rowid", "pk", "hash"}
GROUP = {"gender", "sex", "race", "ethnicity", "religion", "nationality", "age", "dialect", "disability", "orientation"}
SPLITS = {
    "train": "train",
    "training": "train",
    "trn": "train",
    "test": "test",
    "testing": "test",
    "holdout": "test",
    "validation": "validation",
    "valid": "validation",
    "val": "validation",
    "dev": "validation",
    "development": "validation",
    "eval": "validation",
    "evaluation": "validation",
}
"""How people call the parts of a dataset, and how we do."""
SHOWN_ROWS = 200_000
"""Rows looked at to guess."""


@dataclass(frozen=True)
class Facts:
    """What a column holds, counted over the rows looked at."""

    name: str
    type: str
    rows: int
    filled: int
    """Rows that are neither missing nor blank."""
    distinct: int
    characters: float
    """Mean length of the filled rows."""
    words: float
    """Mean number of words of the filled rows."""
    numbers: int
    """Filled rows that read as a number."""
    values: tuple[str, ...]
    """The distinct values in lower case, if there are at most 12."""

    @property
    def number(self) -> bool:
        """Whether it holds numbers alone."""
        return self.filled > 0 and self.numbers == self.filled

    @property
    def repeats(self) -> bool:
        """Whether its values come back often enough to be classes."""
        return 1 < self.distinct <= max(2, min(self.filled / 3, 1000))

    @property
    def prose(self) -> bool:
        """Whether it reads as language rather than as names or numbers."""
        return self.words >= 2.5 and not self.number


def facts(connection: duckdb.DuckDBPyConnection, view: str) -> list[Facts]:
    """Look at each column of a view; ours, whose name starts with `_`, are left out."""
    columns = [
        (row[0], row[1])
        for row in connection.execute(f"describe select * from {quoted(view)}").fetchall()
        if not row[0].startswith("_")
    ]
    if not columns:
        return []
    texts = ", ".join(f"cast({quoted(name)} as varchar) as c{place}" for place, (name, _) in enumerate(columns))
    connection.execute(f"create temp table looked_at as select {texts} from {quoted(view)} limit {SHOWN_ROWS}")
    try:
        return [Facts(*column, *_facts(connection, f"c{place}")) for place, column in enumerate(columns)]
    finally:
        connection.execute("drop table looked_at")


def guessed(columns: list[Facts]) -> dict[str, str]:
    """A role for every column.

    It is messages, prompt, completion, rejected, text, label, split, group, id, context or other. Of a preference pair
    the better answer is what a model learns, as completion, messages or text; the worse one is `rejected`.
    """
    roles: dict[str, str] = {}

    def give(role: str, column: Facts | None) -> None:
        if column is not None and column.name not in roles:
            roles[column.name] = role

    def left() -> list[Facts]:
        return [column for column in columns if column.name not in roles]

    chosen, rejected = _preference(columns)
    chats = [c for c in columns if c.type.endswith("[]") and (c is chosen or _known(c.name, MESSAGES))]
    give("rejected", rejected)
    give("messages", max(chats, key=lambda c: c is chosen, default=None))
    give("split", next((c for c in columns if _is_split(c)), None))
    for column in columns:
        if _is_id(column):
            give("id", column)
        elif _known(column.name, GROUP) and column.distinct <= 100:
            give("group", column)
    if "messages" not in roles.values():
        pair = _pair(left())
        if pair:
            give("prompt", pair[0])
            give("completion", pair[1])
            give("context", next((c for c in left() if c.name.lower() in CONTEXT and c.type == "VARCHAR"), None))
        else:
            give("text", chosen or _text(left()))
            give("label", _label(left()))
            if len(columns) == 1 and columns[0].type == "VARCHAR" and not columns[0].number:
                roles[columns[0].name] = "text"
    return {column.name: roles.get(column.name, "other") for column in columns}


def split_name(value: str) -> str | None:
    """train, validation or test for the ways people write them; None for anything else."""
    return next((SPLITS[word] for word in _words(value) if word in SPLITS), None)


def _facts(connection: duckdb.DuckDBPyConnection, column: str) -> tuple[Any, ...]:
    row = connection.execute(
        f"""with filled as (select {column} as v from looked_at where trim({column}) <> '')
        select (select count(*) from looked_at), count(*), count(distinct v), coalesce(avg(length(v)), 0),
            coalesce(avg(len(regexp_split_to_array(trim(v), '\\s+'))), 0),
            count(*) filter (where try_cast(v as double) is not null),
            case when count(distinct v) <= 12 then list(distinct lower(trim(v))) else [] end
        from filled"""
    ).fetchone()
    assert row
    return *row[:6], tuple(sorted(row[6] or []))


def _words(name: str) -> list[str]:
    """The words of a column's name, singular: "userIntents_1" gives user, intent, 1."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    return [re.sub(r"(?<=[a-z]{3})(?<!s)s$", "", word) for word in re.findall(r"[^\W_]+", spaced.lower())]


def _known(name: str, known: set[str]) -> bool:
    return bool(set(_words(name)) & known) or name.lower() in known


def _is_split(column: Facts) -> bool:
    named = {"split", "set", "subset", "partition", "part", "fold", "portion"} & set(_words(column.name))
    values = [value for value in column.values if value]
    return bool(values) and len(values) <= 6 and all(value in SPLITS for value in values) and bool(named or values[1:])


def _is_id(column: Facts) -> bool:
    if column.prose or not column.filled:
        return False
    words = _words(column.name)
    unique = column.distinct == column.filled
    named = bool(words) and (words[-1] in ID or words[0] in ID or (unique and words[-1].endswith("id")))
    if not words or re.fullmatch(r"column_?\d+|unnamed.*", column.name.lower()):
        return column.number and column.filled > 1 and unique
    if named:
        return (column.filled > 1 and unique) or column.distinct > 0.5 * column.filled
    made = {"number", "no", "nr", "ticket", "doc", "file", "url", "link", "code", "order"} & set(words)
    return unique and column.words <= 1 and column.filled >= 20 and bool(made)


def _pair(columns: list[Facts]) -> tuple[Facts, Facts] | None:
    by_name = {column.name.lower(): column for column in columns if column.filled}
    for prompt, completion in PAIRS:
        asked = by_name.get(prompt) or by_name.get(f"{prompt}s")
        answered = by_name.get(completion) or by_name.get(f"{completion}s")
        sure = prompt in ("prompt", "instruction")
        if asked and answered and asked.type == answered.type == "VARCHAR" and (sure or not _few(answered)):
            return asked, answered
    return None


def _preference(columns: list[Facts]) -> tuple[Facts | None, Facts | None]:
    """The better and the worse of two answers, if both are there and are of one kind."""

    def called(*names: str) -> Facts | None:
        able = (c for c in columns if c.filled and not c.number and (words := set(_words(c.name))) & set(names)
                and words <= {*names, *ANSWERS})  # fmt: skip
        return next(able, None)

    chosen, rejected = called("chosen", "preferred"), called("rejected", "dispreferred")
    if chosen and rejected and chosen.type == rejected.type and (chosen.type == "VARCHAR" or "[" in chosen.type):
        return chosen, rejected
    return None, None


def _few(column: Facts) -> bool:
    """Whether answers are classes rather than texts."""
    return column.repeats and column.words < 4 and column.distinct <= max(2, column.filled / 10)


def _text(columns: list[Facts]) -> Facts | None:
    able = [c for c in columns if c.filled and c.type == "VARCHAR" and not c.number and _reads(c) and not _named(c)]
    return max(able, key=_as_text, default=None)


def _reads(column: Facts) -> bool:
    return column.prose or _rank(column, TEXT) is not None or (column.characters > 15 and not column.repeats)


def _named(column: Facts) -> bool:
    """Whether its sentences are names of a few things, as a table has them, and not what anybody wrote."""
    return column.filled >= 100 and column.distinct * 10 <= column.filled


def _as_text(column: Facts) -> float:
    known = _rank(column, TEXT)
    name = 3.0 - 0.02 * known if known is not None else 0.0
    name += 2.0 if column.name.lower() == TEXT[0] else 0.0
    length = min(column.characters, 400) / 100 + (1.5 if column.prose else 0.0)
    variety = 2.0 * column.distinct / column.filled
    return name + length + variety - (3.0 if _rank(column, LABEL) is not None and not column.prose else 0.0)


def _label(columns: list[Facts]) -> Facts | None:
    able = [c for c in columns if c.filled and "[" not in c.type and "(" not in c.type]
    named = [c for c in able if _rank(c, LABEL) is not None and _may_label(c)]
    if named:
        return min(named, key=lambda c: (_rank(c, LABEL) or 0, c.distinct))
    guesses = [c for c in able if c.repeats and c.words < 4 and c.distinct <= 200 and c.rows >= 10 and not c.number]
    return min(guesses, key=lambda c: (c.distinct > 100, c.words, c.distinct), default=None)


def _may_label(column: Facts) -> bool:
    sure = column.filled < 30 or column.name.lower() == LABEL[0]
    return column.words < 6 and (sure or column.repeats) and not (column.number and column.distinct > 50)


def _rank(column: Facts, names: Sequence[str]) -> int | None:
    words: list[str] = _words(column.name)
    places: Iterator[int] = (place for place, name in enumerate(names) if name in words)
    return next(places, None)


def known_name(text: str) -> bool:
    """Whether a text is such as columns are called: few words, and one of them is known."""
    words = _words(text)
    known = {
        *TEXT,
        *LABEL,
        *ID,
        *GROUP,
        *MESSAGES,
        "split",
        "answer",
        "completion",
        "response",
        "summary",
        "date",
        "name",
    }
    return 0 < len(words) <= 3 and bool(known & set(words))
