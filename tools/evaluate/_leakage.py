"""What a run has seen of its test: rows that repeat a training row, and rows that nearly do.

The rule. A test row is a *leak* if its text is, case and punctuation aside, that of a training row; or if at least
`LEAST` of the runs of four characters that either text has are in both, the answers are the same, and nothing in the
texts tells them apart: a number, a negation, a name, a word and its opposite (`tools/clean/_apart.py`). What all rows
begin or end with, such as an instruction, is not compared.

Near texts that are no leak are *similar*: the answer is another one, or they are of one template, in which
`FAMILY` or more training rows are as near and each has other words in the place of the same words. A dataset made from
templates holds such rows by its nature, and they are what it was made to test.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import chain
from typing import Any, Literal

import duckdb

from store import TrainingRun, Version, Workspace
from store.engine import engine, fetch, literal
from store.unfinished import scratch
from tools.augment._copies import words_of
from tools.clean._apart import telling, told_apart
from tools.clean._shingles import Row
from tools.data._normal import normalised
from tools.evaluate._near_training import Pairs, near_pairs
from tools.evaluate._rows import Exam, answer_sql, asked_sql, only
from tools.evaluate._source import source

LEAST = 0.8
"""The Jaccard of runs of four characters from which texts are near: a typo or a short word more in a sentence."""
FAMILY = 3
"""Training rows, each with other words in the place of the same ones, that make a template."""
CHARACTERS = 4_000
"""Of a text that are compared."""
AT_ONCE = 5_000
Kind = Literal["leak", "other answer", "template"]


@dataclass(frozen=True)
class NearRow:
    """A test row, the training row that it is near to, and what that makes it."""

    row: int
    trained: int
    likeness: float
    kind: Kind
    text: str
    trained_text: str


@dataclass(frozen=True)
class _Text:
    """A row that is near to another."""

    row: int
    text: str
    answer: str
    telling: str


def with_near(ws: Workspace, run: TrainingRun, exam: Exam) -> Exam:
    """The exam with what it shares with training, near-duplicates included."""
    trained_on = ws.datasets.version(run.dataset, run.version)
    version = ws.datasets.version(exam.dataset, exam.version)
    asked = [question.row for question in exam.questions if question.row not in exam.seen]
    near = _near(run, trained_on, version, source(ws, run, version, "tested"), asked) if asked else []
    leaked = {found.row for found in near if found.kind == "leak"}
    return replace(exam, seen=exam.seen | leaked, repeated=exam.seen, near=tuple(near), least=LEAST)


def _near(run: TrainingRun, trained_on: Version, version: Version, tested: str, asked: Sequence[int]) -> list[NearRow]:
    views = {"trained": trained_on.path, "tested": version.path}
    with (
        scratch(version.path) as folder,
        engine([version.path.parent, trained_on.path.parent], views) as connection,
    ):
        text, answer = asked_sql(run.plan), answer_sql(run.plan)
        some = f"from {tested} where _row in (select unnest({list(asked)}::bigint[]))"
        learned = f"from trained where {only(trained_on, 'train')}"
        cut = _cut(connection, text, learned)
        tests, numbers = _read(connection, f"select _row, {cut} {some} order by _row")
        learners = f"select _row, {cut} {learned} order by _row"
        pairs = near_pairs(list(tests), _streamed(connection, learners), LEAST, folder / "shingles")
        if not len(pairs.tested):
            return []
        places: list[int] = [row for (row,) in connection.execute(f"select _row {learned} order by _row").fetchall()]
        known: list[int] = [numbers[number] for number in set(pairs.tested.tolist())]
        theirs: dict[int, int] = {number: places[number] for number in set(pairs.trained.tolist())}
        ours = _texts(connection, f"select * from {tested}", known, text, answer)
        others = _texts(connection, f"select * {learned}", theirs.values(), text, answer)
        return list(_judged(pairs, [ours.get(row) for row in numbers], {n: others[row] for n, row in theirs.items()}))


def _cut(connection: duckdb.DuckDBPyConnection, text: str, learned: str) -> str:
    """SQL for a normalised text without the words that all training texts begin and end with."""
    plain = f"coalesce({normalised(text)}, '')"
    (low, high, first, last), *_ = connection.execute(
        f"select min(t), max(t), min(reverse(t)), max(reverse(t)) from (select {plain} as t {learned})"
    ).fetchall() or [("", "", "", "")]
    if not low or low == high:
        return f"left({plain}, {CHARACTERS})"
    begin, end = _shared(low, high), _shared(first, last)[::-1]
    for part, letters in ((begin, f"t[{len(begin) + 1}:]"), (end, f"left(t, greatest(length(t) - {len(end)}, 0))")):
        if part:
            test = f"{'starts' if part is begin else 'ends'}_with(t, {literal(part)})"
            plain = f"list_transform([{plain}], lambda t: case when {test} then {letters} else t end)[1]"
    return f"left({plain}, {CHARACTERS})"


def _shared(one: str, other: str) -> str:
    """The words that two texts begin with, with the space after them."""
    most = min(len(one), len(other))
    place = next((n for n in range(most) if one[n] != other[n]), most)
    return one[: one.rfind(" ", 0, place) + 1]


def _read(connection: duckdb.DuckDBPyConnection, sql: str) -> tuple[list[Row], list[int]]:
    rows = connection.execute(sql).fetchall()
    return [(text,) for _, text in rows], [row for row, _ in rows]


def _streamed(connection: duckdb.DuckDBPyConnection, sql: str) -> Iterator[Row]:
    reader = connection.cursor().execute(sql)
    parts: Iterator[list[Any]] = iter(lambda: reader.fetchmany(AT_ONCE), [])
    for _, text in chain.from_iterable(parts):
        yield (text,)


def _texts(
    connection: duckdb.DuckDBPyConnection, rows: str, wanted: Iterable[int], text: str, answer: str
) -> dict[int, _Text]:
    sql = f"""
        select _row, cast({text} as varchar) as said, coalesce({normalised(answer)}, '') as answer,
            cast({telling(f"coalesce(cast({text} as varchar), '')")} as varchar) as telling
        from ({rows}) where _row in (select unnest(?::bigint[]))"""
    found = fetch(connection, sql, [list(wanted)])
    return {row["_row"]: _Text(row["_row"], row["said"], row["answer"], row["telling"]) for row in found}


def _judged(pairs: Pairs, tests: Sequence[_Text | None], trained: dict[int, _Text]) -> Iterator[NearRow]:
    by_test: dict[int, list[tuple[float, _Text]]] = defaultdict(list)
    for place, other, likeness in zip(
        pairs.tested.tolist(), pairs.trained.tolist(), pairs.likeness.tolist(), strict=True
    ):
        by_test[place].append((likeness, trained[other]))
    for place, near in sorted(by_test.items()):
        if (test := tests[place]) and (found := _kind(test, sorted(near, key=lambda one: -one[0]))):
            kind, likeness, other = found
            yield NearRow(test.row, other.row, round(likeness, 3), kind, test.text, other.text)


def _kind(test: _Text, near: list[tuple[float, _Text]]) -> tuple[Kind, float, _Text] | None:
    """What the near training rows, the nearest first, make of a test row; None if all of them say something else."""
    alike = [(share, one) for share, one in near if test.telling == one.telling and not told_apart(test.text, one.text)]
    same = [(share, one) for share, one in alike if _same_answer(test.answer, one.answer)]
    if not same:
        return ("other answer", *alike[0]) if alike else None
    plain = [(share, one) for share, one in same if not _other_words(test.text, one.text)]
    if plain:
        return ("leak", *plain[0])
    return ("leak" if len(same) < FAMILY else "template", *same[0])


def _same_answer(one: str, other: str) -> bool:
    """Equal, or sentences that are near by themselves."""
    if one == other or min(len(one), len(other)) < 20:
        return one == other
    here, there = ({text[n : n + 4] for n in range(len(text) - 3)} for text in (one, other))
    return len(here & there) >= LEAST * len(here | there)


def _other_words(one: str, other: str) -> bool:
    """Whether a word, not a spelling of it, stands in the place of another."""
    words, others = words_of(one), words_of(other)
    blocks = SequenceMatcher(None, words, others, autojunk=False).get_opcodes()
    return any(
        what == "replace" and not _spellings("".join(words[a:b]), "".join(others[c:d])) for what, a, b, c, d in blocks
    )


def _spellings(one: str, other: str) -> bool:
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= 0.75
