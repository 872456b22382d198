"""Which languages the texts are in.

py3langid (naive Bayes over byte n-grams, after Lui and Baldwin, 2012) tells 97 and more languages apart without a
network. Short texts fool it, so a text counts only if it is long enough and the answer is sure.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from tools.data._profile.staged import Sample, Staged

ROWS, CHARACTERS = 2_000, 4_000_000
LETTERS, SURE = 20, 0.8
"""The fewest letters of a text whose language is told, and the least probability. With them 3 of 7,500 English texts of
several kinds are taken for another language, and those hold one; a quarter of short messages stays untold."""
READ = 1_000
"""Characters of a text that are read."""
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
    identifier = _identifier()
    for text in texts:
        start = (text or "")[:READ]
        if sum(map(str.isalpha, start)) < _needed(start):
            yield None
            continue
        language, chance = identifier.classify(start)
        yield str(language) if chance >= SURE else None


def _needed(text: str) -> int:
    """Scripts that write a word in one or two signs need fewer."""
    return LETTERS if text.isascii() or sum(ord(sign) < 0x2E80 for sign in text) > len(text) / 2 else LETTERS // 3


def _texts(staged: Staged, sample: Sample, name: str) -> Iterable[str | None]:
    rows = staged.con.execute(f"select left({staged.cell(name)}, {READ}) from {sample.table} order by _row").fetchall()
    return (text for (text,) in rows)


def _tally(found: Iterable[str | None]) -> Tally:
    counts = Counter(found)
    unsure = counts.pop(None, 0)
    tally = sorted(((str(name), rows) for name, rows in counts.items()), key=lambda each: (-each[1], each[0]))
    return [*tally, (UNSURE, unsure)] if unsure else tally


@lru_cache(maxsize=1)
def _identifier() -> Any:
    from py3langid.langid import (  # noqa: PLC0415  # pyright: ignore[reportMissingTypeStubs]
        MODEL_FILE,
        LanguageIdentifier,
    )

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)  # pyright: ignore[reportUnknownMemberType]
