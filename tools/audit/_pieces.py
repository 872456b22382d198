"""The words of a text and where they stand, and the text again with some of them changed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import regex

from tools.evaluate._rows import Question

_SIGN = r"[\p{Han}\p{Hiragana}\p{Katakana}][\p{M}ー]*|[\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]\p{M}*"
"""Scripts without spaces between words: a sign of theirs is a word by itself."""
_WORD = regex.compile(rf"{_SIGN}|(?:(?!{_SIGN})\S)+")
_LETTERS = rf"(?:(?!{_SIGN})[\p{{L}}\p{{M}}\p{{N}}])+(?:['’](?:(?!{_SIGN})[\p{{L}}\p{{M}}])+)*"
_FINE = regex.compile(rf"{_SIGN}|{_LETTERS}|[^\s\p{{L}}\p{{M}}\p{{N}}]+")
Span = tuple[int, int]


@dataclass(frozen=True)
class Piece:
    """A word and where it stands in its text."""

    text: str
    start: int
    end: int


def words(text: str) -> list[Piece]:
    """What stands between spaces, with the marks at it: for showing."""
    return [Piece(found[0], found.start(), found.end()) for found in _WORD.finditer(text)]


def fine(text: str) -> list[Piece]:
    """Words, and runs of marks by themselves: for counting the same word in many texts."""
    return [Piece(found[0], found.start(), found.end()) for found in _FINE.finditer(text)]


def changed(text: str, pieces: list[Piece], by: Mapping[int, str]) -> str:
    """The text with some of its pieces, by their place, replaced; a piece replaced by nothing takes a space along."""
    parts: list[str] = []
    done = 0
    for place in sorted(by):
        start, end = pieces[place].start, pieces[place].end
        if not by[place]:
            start, end = _with_space(text, start, end, done)
        parts += [text[done:start], by[place]]
        done = end
    return "".join([*parts, text[done:]]).strip()


def rewritten(asked: Question, text: str) -> Question:
    """The same question with another text in it; the instruction around the text stays as it is."""
    turns = list(asked.messages)
    if turns:
        said = turns[-1]["content"]
        before, found, after = said.rpartition(asked.text)
        turns[-1] = {**turns[-1], "content": f"{before}{text}{after}" if found else text}
    return replace(asked, messages=turns, text=text)


def _with_space(text: str, start: int, end: int, done: int) -> Span:
    after = text[end : end + 1]
    if after.isspace() and (start == 0 or text[start - 1].isspace()):
        return start, end + 1
    if not after.isspace() and start > done and text[start - 1].isspace():
        return start - 1, end
    return start, end
