"""Words and their tags, however a dataset writes them: lists, or a text with marked spans."""

import ast
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from tools.train._examples import label_name

OUTSIDE = "O"
WORD = re.compile(r"\w+|[^\w\s]")
PREFIXES = ("B-", "I-")
STARTS, ENDS = ("start", "start_offset", "begin", "start_char"), ("end", "end_offset", "stop", "end_char")
NAMES = ("label", "type", "tag", "entity", "entity_type", "entity_group", "class")


class Odd(ValueError):
    """A row that cannot be read as words with tags; the message says why, as the end of a sentence."""


@dataclass(frozen=True)
class Tagged:
    """A text in words, each with its tag.

    Attributes:
        text: What is read.
        words: Where each word stands, (start, end) in characters.
        tags: One tag a word; "O" for none.
    """

    text: str
    words: list[tuple[int, int]]
    tags: list[str]


def tagged(row: Mapping[str, Any], plan: Mapping[str, Any]) -> Tagged:
    """A row as words with tags.

    Raises:
        Odd: There are not as many tags as words, or a span is outside its text.
    """
    if plan.get("tokens"):
        words = [str(word) for word in listed(row[plan["tokens"]])]
        tags = [label_name(tag) for tag in listed(row[plan["tags"]])]
        if len(words) != len(tags):
            raise Odd(f"has {len(words)} words and {len(tags)} tags")
        return _joined(words, tags)
    text = str(row[plan["text"]] or "")
    return _marked(text, [_span(text, each) for each in listed(row[plan["spans"]])])


def listed(cell: Any) -> list[Any]:
    """A list, from a list or its text: JSON, as Python writes it, or words with spaces between them."""
    if cell is None:
        return []
    if not isinstance(cell, str):
        return list(cell)
    text = cell.strip()
    if text[:1] in ("[", "("):
        for read in (json.loads, ast.literal_eval):
            try:
                found: Any = read(text)
            except (ValueError, SyntaxError):
                continue
            if isinstance(found, list | tuple):
                return list(cast("Iterable[Any]", found))
    return text.split()


def entities(tags: Sequence[str]) -> set[tuple[int, int, str]]:
    """The entities of tags as (first word, word after the last, label).

    As seqeval reads them by default: an entity begins at B-, and at an I- that follows no word of the same label. Tags
    without a prefix make one entity of each run of the same tag; O is none.
    """
    found: set[tuple[int, int, str]] = set()
    open_: tuple[int, str] | None = None
    for place, tag in enumerate([*tags, OUTSIDE]):
        name = kind(tag)
        if open_ and (name != open_[1] or tag.startswith("B-")):
            found.add((open_[0], place, open_[1]))
            open_ = None
        if name and open_ is None:
            open_ = (place, name)
    return found


def kind(tag: str) -> str:
    """What a tag names, without its prefix; empty for none."""
    if tag in (OUTSIDE, "", "null", "None"):
        return ""
    return tag[2:] if tag.startswith(PREFIXES) else tag


def _joined(words: Sequence[str], tags: list[str]) -> Tagged:
    """Words with one space between them, as tokenizers know text."""
    places: list[tuple[int, int]] = []
    at = 0
    for word in words:
        places.append((at, at + len(word)))
        at += len(word) + 1
    return Tagged(" ".join(words), places, tags)


def _marked(text: str, spans: Sequence[tuple[int, int, str]]) -> Tagged:
    """The words of a text; those that a span touches are tagged. Of spans that overlap, the first and longest holds."""
    words = [(match.start(), match.end()) for match in WORD.finditer(text)]
    tags = [OUTSIDE] * len(words)
    for start, end, label in sorted(spans, key=lambda span: (span[0], -span[1])):
        inside = [place for place, (first, last) in enumerate(words) if first < end and last > start]
        if inside and all(tags[place] == OUTSIDE for place in inside):
            for place in inside:
                tags[place] = f"{'B' if place == inside[0] else 'I'}-{label}"
    return Tagged(text, words, tags)


def _span(text: str, told: Any) -> tuple[int, int, str]:
    if isinstance(told, Mapping):
        has = cast("Mapping[str, Any]", told)
        start, end, label = (_first(has, names) for names in (STARTS, ENDS, NAMES))
    else:
        parts: list[Any] = listed(told)
        start, end, label = (parts + [None] * 3)[:3]
    try:
        first, last = int(str(start)), int(str(end))
    except ValueError as error:
        raise Odd("has a span without a start and an end") from error
    if label is None or not 0 <= first < last <= len(text):
        raise Odd(f"has a span from {first} to {last} in a text of {len(text)} characters")
    return first, last, label_name(label)


def _first(has: Mapping[str, Any], names: Sequence[str]) -> Any:
    return next((has[name] for name in names if name in has), None)
