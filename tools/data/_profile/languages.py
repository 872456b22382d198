"""Which languages the texts are in.

A text counts only if it is long enough and the answer is sure.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from tools.data._language import READ, language
from tools.data._profile.staged import Sample, Staged

ROWS, CHARACTERS = 2_000, 4_000_000
LETTERS, SURE = 20, 0.8
"""The fewest letters of a text whose language is told, and the least probability. With them, of 17,697 English texts of
several kinds, only a list of addresses in Berlin is taken for a language that it is not in; a quarter stays untold."""
Tally = list[tuple[str, int]]
UNSURE = "not sure, or too short"


@dataclass(frozen=True)
class Languages:
    """The languages of the rows of a sample.

    Attributes:
        columns: For each column, rows by language, most first; rows that are not sure come last.
        mixed: Rows whose two columns are surely in two languages.
        sample: The rows.
    """

    columns: dict[str, Tally]
    mixed: int
    sample: Sample

    @property
    def main(self) -> tuple[str, float] | None:
        """The language of most rows of the first column, and its share of those that are sure."""
        return (self._sure[0][0], self._sure[0][1] / sum(rows for _, rows in self._sure)) if self._sure else None

    @property
    def others(self) -> int:
        """Rows of the first column that are surely in another language than most."""
        return sum(rows for _, rows in self._sure[1:])

    @property
    def _sure(self) -> Tally:
        return [each for tally in list(self.columns.values())[:1] for each in tally if each[0] != UNSURE]


def languages(staged: Staged) -> Languages:
    """Tell the language of each column read, on a sample."""
    sample = staged.sample(ROWS, CHARACTERS)
    found = {name: list(told(_texts(staged, sample, name))) for name in staged.read}
    pairs = list(zip(*found.values(), strict=True)) if len(found) > 1 else []
    mixed = sum(len({language for language in pair if language}) > 1 for pair in pairs)
    return Languages({name: _tally(each) for name, each in found.items()}, mixed, sample)


def told(texts: Iterable[str | None]) -> Iterable[str | None]:
    """The language of each text as a code of ISO 639, such as "en"; None where that cannot be said for sure."""
    return (language(text or "", LETTERS, SURE) for text in texts)


def _texts(staged: Staged, sample: Sample, name: str) -> Iterable[str | None]:
    rows = staged.con.execute(f"select left({staged.cell(name)}, {READ}) from {sample.table} order by _row").fetchall()
    return (text for (text,) in rows)


def _tally(found: Iterable[str | None]) -> Tally:
    counts = Counter(found)
    unsure = counts.pop(None, 0)
    tally = sorted(((str(name), rows) for name, rows in counts.items()), key=lambda each: (-each[1], each[0]))
    return [*tally, (UNSURE, unsure)] if unsure else tally
