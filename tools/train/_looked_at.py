"""What the rows of a task hold besides their columns: tags, pairs that teach nothing, how long answers are."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import duckdb

from store import Version
from store.engine import fetch, quoted
from tools.tool import ToolError
from tools.train._pairs import pair
from tools.train._tags import OUTSIDE, Odd, kind, tagged
from tools.train._wishes import Reward, Task
from tools.words import counted

MOST_TAGS = 500
BATCH = 2_000
USUAL_CHARACTERS = 160
"""How long an answer is taken to be where there is none to go by."""


@dataclass(frozen=True)
class Looked:
    """What was found.

    Attributes:
        tags: The tags of the training rows, O first.
        notes: What is wrong with some rows, as sentences.
        answer_characters: How long answers are: 95 % are at most so long.
    """

    tags: list[str] | None = None
    notes: tuple[str, ...] = ()
    answer_characters: int = USUAL_CHARACTERS


def look_at(
    connection: duckdb.DuckDBPyConnection,
    version: Version,
    task: Task,
    columns: Mapping[str, str | None],
    reward: Reward | None,
) -> Looked:
    """Look through the rows, as far as the task needs it.

    Raises:
        ToolError: They cannot teach the task; the message says why.
    """
    match task:
        case "tag":
            return _tags(connection, version, columns)
        case "dpo":
            return _pairs(connection, version, columns)
        case "grpo":
            return _answers(connection, version, columns, reward or "exact_match")
        case "pretrain":
            return _texts(connection, version, columns)
        case "generate" | "classify":
            return Looked()


def _rows(
    connection: duckdb.DuckDBPyConnection, version: Version, columns: Mapping[str, str | None]
) -> Iterator[dict[str, Any]]:
    """The rows, with the columns that are read, a batch at a time."""
    names = sorted({name for name in columns.values() if name})
    cursor = connection.execute(f"select {', '.join(map(quoted, names))} from {quoted(version.dataset)}")
    while batch := cursor.fetchmany(BATCH):
        for row in batch:
            yield dict(zip(names, row, strict=True))


def _tags(connection: duckdb.DuckDBPyConnection, version: Version, columns: Mapping[str, str | None]) -> Looked:
    known, elsewhere, odd = Counter[str](), Counter[str](), list[str]()
    split, rows = columns["split"], 0
    for row in _rows(connection, version, columns):
        rows += 1
        try:
            found = tagged(row, columns)
        except Odd as why:
            odd.append(str(why))
            continue
        (known if split is None or row[split] == "train" else elsewhere).update(found.tags)
    if not any(kind(tag) for tag in known):
        why = f": the first that cannot be read {odd[0]}" if odd else ""
        raise ToolError(f"No word of the training rows of {version.dataset} has a tag{why}. There is nothing to learn.")
    if len(known) < 2:
        raise ToolError(
            f"Every word of the training rows of {version.dataset} has the tag {next(iter(known))}, so there is "
            f"nothing to tell apart. Words without a tag are marked {OUTSIDE}."
        )
    if len(known) > MOST_TAGS:
        raise ToolError(f"{version.dataset} has {len(known):,} different tags, more than the {MOST_TAGS} that can be.")
    return Looked(sorted(known, key=lambda tag: (tag != OUTSIDE, tag)), tuple(_of_tags(odd, rows, known, elsewhere)))


def _of_tags(odd: list[str], rows: int, known: Counter[str], elsewhere: Counter[str]) -> Iterator[str]:
    if odd:
        left = "is left out: it" if len(odd) == 1 else "are left out: the first"
        yield f"{counted(len(odd), 'row')} of {rows:,} {left} {odd[0]}."
    if unseen := sorted(set(elsewhere) - set(known)):
        words = counted(sum(elsewhere[tag] for tag in unseen), "word")
        yield f"The training rows never have {', '.join(unseen[:5])}, which {words} of the other rows have."


def _pairs(connection: duckdb.DuckDBPyConnection, version: Version, columns: Mapping[str, str | None]) -> Looked:
    rows = whole = 0
    for row in _rows(connection, version, columns):
        if columns["split"] is None or row[columns["split"]] == "train":
            rows += 1
            whole += pair(row, columns) is not None
    if not whole:
        raise ToolError(
            f"None of the {rows:,} training rows of {version.dataset} is a preference pair: a question is missing, an "
            "answer is empty, or the better and the worse answer are the same."
        )
    left = rows - whole
    are = "is no preference pair and is" if left == 1 else "are no preference pairs and are"
    why = "an answer is empty, or both are the same, or they answer different questions"
    return Looked(notes=(f"{counted(left, 'row')} of {rows:,} {are} left out: {why}.",) if left else ())


def _answers(
    connection: duckdb.DuckDBPyConnection, version: Version, columns: Mapping[str, str | None], reward: Reward
) -> Looked:
    if columns["messages"]:
        answer = f"list_filter({quoted(columns['messages'])}, lambda m: m.role = 'assistant')[-1].content"
    else:
        answer = f"cast({quoted(columns['completion'])} as varchar)" if columns["completion"] else "null"
    sql = f"select count(a) as n, quantile_cont(length(a), 0.95) as most from (select {answer} as a from {{table}})"
    found = fetch(connection, sql.format(table=quoted(version.dataset)))[0]
    if reward == "exact_match" and not found["n"]:
        raise ToolError(
            f"{version.dataset} has no answers to compare with, so exact_match cannot be rewarded. Format it with its "
            "answers, or name another reward: pattern, json or length."
        )
    return Looked(answer_characters=int(found["most"] or USUAL_CHARACTERS))


def _texts(connection: duckdb.DuckDBPyConnection, version: Version, columns: Mapping[str, str | None]) -> Looked:
    text = f"trim(cast({quoted(columns['text'] or '')} as varchar))"
    split = f" and {quoted(columns['split'])} = 'train'" if columns["split"] else ""
    sql = f"select count(*) as n from {quoted(version.dataset)} where length({text}) > 1{split}"
    if not fetch(connection, sql)[0]["n"]:
        raise ToolError(f"The training rows of {version.dataset} hold no text in {columns['text']} to read on in.")
    return Looked()
