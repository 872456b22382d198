"""Short guides in our own words; what the assistant says about concepts is quoted from them.

A section is a `## Title`, its text, and a last line `*Asked as: ...*` with the words people use for it, which is not
shown. More of how people ask for it stands in `asked/`, a file for each chapter, a question a line.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class Section:
    """One short guide.

    Attributes:
        file: The chapter it stands in.
        title: Its title, which no other section has.
        text: One paragraph.
        asked: Words that people use for it.
        questions: What people ask that it answers.
    """

    file: str
    title: str
    text: str
    asked: tuple[str, ...] = field(default=(), repr=False)
    questions: tuple[str, ...] = field(default=(), repr=False)

    @property
    def sentences(self) -> list[str]:
        """The text, sentence by sentence."""
        return re.split(r"(?<=[.!?])\s+(?=[A-Z0-9])", self.text)


@cache
def sections() -> tuple[Section, ...]:
    """Every section, file by file in alphabetical order."""
    pages = sorted(
        (page for page in files(__name__).iterdir() if page.name.endswith(".md")), key=lambda page: page.name
    )
    return tuple(section for page in pages for section in _read(page.name, page.read_text(encoding="utf-8")))


def unanswered(kind: str) -> list[str]:
    """Questions that no section answers.

    Args:
        kind: "off" for what is off the handbook's map, "results" for what is about something shown just before, "talk"
            for small talk.
    """
    return _lines(kind)


def _read(file: str, page: str) -> Iterator[Section]:
    questions = _asked(file.removesuffix(".md"))
    for part in re.split(r"(?m)^## ", page)[1:]:
        title, _, rest = part.partition("\n")
        text, _, asked = rest.partition("\n*Asked as:")
        words = tuple(word.strip() for word in asked.strip(" *\n").split(",") if word.strip())
        yield Section(file, title.strip(), text.strip(), words, questions.get(title.strip(), ()))


def _asked(chapter: str) -> dict[str, tuple[str, ...]]:
    parts = "\n".join(_lines(chapter)).split("## ")[1:]
    return {title: tuple(questions) for title, *questions in (part.strip().split("\n") for part in parts)}


def _lines(name: str) -> list[str]:
    page = files(__name__).joinpath("asked", f"{name}.txt")
    return [line.strip() for line in page.read_text(encoding="utf-8").splitlines() if line.strip()]
