"""Short guides in our own words; what the assistant says about concepts is grounded in them.

A section is a `## Title`, its text, and a last line `*Asked as: ...*` with the words people use for it, which is
searched and not shown.
"""

import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

ON_THE_MAP = 0.24
"""The score from which a section may be about the question; measured on the questions in tests/handbook."""

SATURATION, LENGTH_MATTERS = 1.2, 0.5
TITLE_COUNTS, ASKED_COUNTS = 3, 2
NAMED_COUNTS = 0.3
"""Added if the question has every word of the title: "the short version of LoRA" is about LoRA."""
COMMON = frozenset(
    """a about after all am an and any are as at be because been before being but by can could did do does doing
    done for from get gets give given go got had has have he her here him his how i if in into is it its just know
    let like make may me mean means might more most must my no not now of off on once one only or other our out over
    please really say see shall she should so some something such take tell than that the their them then there
    these they thing things this those time times to too under up us use used using very want was we were what when
    where which while who whom why will with without would you your explain understand difference between good vs
    method methods model models technique techniques work works working set sets""".split()
)
"""Words that say nothing about what a question is about, in a handbook about models."""


@dataclass(frozen=True)
class Section:
    """One short guide."""

    file: str
    title: str
    text: str
    asked: str = field(default="", repr=False)


@cache
def sections() -> tuple[Section, ...]:
    """Every section, file by file in alphabetical order."""
    pages = sorted(
        (page for page in files(__name__).iterdir() if page.name.endswith(".md")), key=lambda page: page.name
    )
    return tuple(section for page in pages for section in _read(page.name, page.read_text(encoding="utf-8")))


def find(question: str, limit: int = 3) -> list[Section]:
    """The sections that may answer a question, the best first; none if the handbook has nothing about it."""
    return [section for section, score in ranked(question)[:limit] if score >= ON_THE_MAP]


def ranked(question: str) -> list[tuple[Section, float]]:
    """Every section with how well it fits a question, the best first.

    The score is BM25 (Robertson and Zaragoza, 2009) divided by what a section with every word of the question, often,
    would get, with a little on top if the question names the section: 0 shares no word with it, more than 1 is out of
    reach. Words that no section has count as missed.
    """
    return _index().ranked(_words(question))


class _Index:
    def __init__(self, all_sections: tuple[Section, ...]) -> None:
        self._sections = all_sections
        self._counts = [_counted(section) for section in all_sections]
        self._lengths = [sum(counts.values()) for counts in self._counts]
        self._mean = sum(self._lengths) / len(all_sections)
        self._found_in = Counter(word for counts in self._counts for word in counts)
        self._titles = [set(_words(section.title)) for section in all_sections]

    def ranked(self, words: list[str]) -> list[tuple[Section, float]]:
        rarity = {word: self._rarity(word) for word in words}
        most = sum(rarity.values()) * (SATURATION + 1) or 1.0
        named = [NAMED_COUNTS if title <= rarity.keys() else 0.0 for title in self._titles]
        scores = [self._score(at, rarity) / most + named[at] for at in range(len(self._sections))]
        return sorted(zip(self._sections, scores, strict=True), key=lambda pair: -pair[1])

    def _score(self, at: int, rarity: dict[str, float]) -> float:
        damped = SATURATION * (1 - LENGTH_MATTERS + LENGTH_MATTERS * self._lengths[at] / self._mean)
        times = self._counts[at]
        return sum(weight * times[word] * (SATURATION + 1) / (times[word] + damped) for word, weight in rarity.items())

    def _rarity(self, word: str) -> float:
        found_in = self._found_in[word]
        return math.log(1 + (len(self._sections) - found_in + 0.5) / (found_in + 0.5))


@cache
def _index() -> _Index:
    return _Index(sections())


def _read(file: str, page: str) -> Iterator[Section]:
    for part in re.split(r"(?m)^## ", page)[1:]:
        title, _, rest = part.partition("\n")
        text, _, asked = rest.partition("\n*Asked as:")
        yield Section(file, title.strip(), text.strip(), asked.strip(" *\n"))


def _counted(section: Section) -> Counter[str]:
    counts = Counter(_words(section.text))
    for part, times in ((section.title, TITLE_COUNTS), (section.asked, ASKED_COUNTS)):
        for word in _words(part):
            counts[word] += times
    return counts


def _words(text: str) -> list[str]:
    words = re.findall(r"[^\W_]+", text.lower().replace("'", ""))
    return [_stem(word) for word in words if word not in COMMON]


def _stem(word: str) -> str:
    """Cut the commonest endings, so that "memorises" and "memorised" meet."""
    for ending in ("ations", "ation", "ings", "ing", "ies", "ied", "ers", "er", "ed", "es", "ly", "s", "e", "y"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word
