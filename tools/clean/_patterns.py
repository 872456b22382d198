"""The pattern that nearly all values of a column follow, such as a number, a date or "A-123", and those that do not."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from tools.clean._cells import FEW, filled
from tools.clean._examined import Examined

NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")
NEARLY = 0.9
"""The share of filled cells that have to follow the patterns of a column."""
PATTERN, PATTERNS = 0.05, 3
"""The share of cells that makes a pattern one of the column's, and how many patterns it may have."""
WORD, OFTEN = 0.01, 5
"""The share of cells, and the cells, from which a word among numbers is meant, such as "none"."""
LONG = 40
"""Mean characters from which a column is no longer looked at."""
LETTERS = 5
"""The letters of a text around digits that makes it words, such as "patients", and not a unit."""
VALUES = 200_000
"""Values of a column that are looked at, the most frequent ones."""


def skeleton(value: str) -> str:
    """The value with # for every run of digits.

    Example:
        >>> skeleton("A-123"), skeleton("7:05 p.m.")
        ('A-#', '#:# p.m.')
    """
    return re.sub(r"\d+", "#", value)


def shape(value: str) -> str:
    """The value with # for a number or a run of digits, and a for a run of letters.

    Example:
        >>> shape("-12.5"), shape("AB-123"), shape("12.5%"), shape("7:05 p.m.")
        ('#', 'a-#', '#.#%', '#:# a.a.')
    """
    if NUMBER.fullmatch(value):
        return "#"
    return re.sub(r"[^\W\d_]+", "a", skeleton(value))


@dataclass(frozen=True)
class Pattern:
    """What the values of a column look like."""

    column: str
    shapes: frozenset[str]
    counts: dict[str, int]
    """The values that follow, and how many cells have each."""
    strangers: dict[str, int]
    """Those that do not."""

    def follows(self, value: str) -> bool:
        """Whether a value looks like those of the column, digits being as many as they always are."""
        return shape(value) in self.shapes and (not self.lengths or _lengths(value) == self.lengths)

    @property
    def number(self) -> bool:
        """Whether the values are plain numbers."""
        return self.shapes == frozenset({"#"})

    @cached_property
    def numbers(self) -> list[float]:
        """The first number of every value, in order."""
        return sorted(float(found[0]) for value in self.counts if (found := re.search(r"\d+(\.\d+)?", value)))

    def within(self, number: float) -> bool:
        """Whether a number lies between the lowest and the highest of the column."""
        return bool(self.numbers) and self.numbers[0] <= number <= self.numbers[-1]

    @cached_property
    def skeletons(self) -> list[str]:
        """The usual texts around digits, the most frequent first, such as "# patients"."""
        found: Counter[str] = Counter()
        for value, count in self.counts.items():
            found[skeleton(value)] += count
        total = sum(found.values())
        return [text for text, count in found.most_common(PATTERNS) if count >= PATTERN * total]

    @cached_property
    def texts(self) -> set[str]:
        """All texts around digits."""
        return {skeleton(value) for value in self.counts}

    @cached_property
    def lengths(self) -> tuple[int, ...]:
        """The digits of every run, where they are the same in all values and there are several or many."""
        if self.number and not self._codes:
            return ()
        found: Counter[tuple[int, ...]] = Counter()
        for value, count in self.counts.items():
            found[_lengths(value)] += count
        lengths, count = found.most_common(1)[0]
        return lengths if count >= 0.99 * sum(found.values()) and sum(lengths) >= 4 else ()

    @property
    def _codes(self) -> bool:
        return all(value.isdigit() for value in self.counts)


def _lengths(value: str) -> tuple[int, ...]:
    return tuple(len(run) for run in re.findall(r"\d+", value))


def patterns(data: Examined) -> Iterator[Pattern]:
    """The columns whose values nearly all follow one pattern or a few, all of them with digits."""
    for column, type_ in data.here.version.columns.items():
        if type_ != "VARCHAR":
            continue
        cell = filled(data.here.cell(column))
        rows, length = data.connection.execute(f"select count({cell}), avg(length({cell})) from parent").fetchone() or (
            0,
            0,
        )
        if rows < FEW or length > LONG or not _digits(data, cell):
            continue
        found = data.connection.execute(
            f"select v, count(*) from (select {cell} as v from parent) where v is not null group by v"
            f" order by count(*) desc, v limit {VALUES}"
        ).fetchall()
        if pattern := _pattern(column, dict(found)):
            yield pattern


def _digits(data: Examined, cell: str) -> bool:
    """Whether half of the cells have a digit, which takes no list of all values to tell."""
    (share,) = data.connection.execute(
        f"select avg(cast(regexp_matches({cell}, '[0-9]') as int)) from parent"
    ).fetchone() or (0,)
    return (share or 0) >= 0.5


def _pattern(column: str, values: dict[str, int]) -> Pattern | None:
    total = sum(values.values())
    shapes: Counter[str] = Counter()
    of = {value: shape(value) for value in values}
    for value, count in values.items():
        shapes[of[value]] += count
    own = frozenset(s for s, count in shapes.items() if "#" in s and count >= PATTERN * total)
    meant = {v for v, n in values.items() if "#" not in of[v] and n >= max(OFTEN, WORD * total)}
    counts = {v: n for v, n in values.items() if of[v] in own}
    follow = sum(counts.values()) + sum(values[v] for v in meant)
    if not own or len(own) > PATTERNS or follow < NEARLY * total:
        return None
    odd = _odd_texts(counts)
    strangers = {v: n for v, n in values.items() if (of[v] not in own and v not in meant) or v in odd}
    return Pattern(column, own, {v: n for v, n in counts.items() if v not in odd}, strangers)


def _odd_texts(counts: dict[str, int]) -> set[str]:
    """The values with another text around their digits where nearly all have the same, such as "9 patxents"."""
    texts: Counter[str] = Counter()
    for value, count in counts.items():
        texts[skeleton(value)] += count
    text, rows = texts.most_common(1)[0]
    if rows < NEARLY * sum(texts.values()) or sum(sign.isalpha() for sign in text) < LETTERS:
        return set()
    return {value for value in counts if texts[skeleton(value)] < max(OFTEN, WORD * rows)}
