"""Names of persons in running text.

Every run of capitalised words is weighed: what the lists say of its words, what the words around say, and what it would
be otherwise. The weights are whole and half points set by hand on sentences made up for it; a run that reaches `ENOUGH`
is a name. It is right on most everyday texts and wrong on some: a rare name without any word around that speaks of
a person stays, and a company named after its founder may go.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from tools.clean._personal import name_cues as cues
from tools.clean._personal.name_runs import TOKEN, Word, kind_of, runs_of, word_at
from tools.clean._personal.name_weights import Weighed, weighed
from tools.clean._personal.spans import Span, apart

ENOUGH = 3.0
LISTED_BEFORE, LISTED_AFTER = re.compile(r"(?:,|,? and|,? or| &)\s+$"), re.compile(r"(?:,|,? and|,? or| &)\s+")
"""Between the names of a list."""
INVERTED = re.compile(
    r"(?:^|(?<=[\n:|;\t])) ?([A-Z][^\W\d_]+(?:-[A-Z][^\W\d_]+)?), ([A-Z][^\W\d_]+)(?: [A-Z]\b\.?)?(?=\s*(?:$"
    r"|[\n(;|\t]|,? ?DOB|, ?\d))"
)


def name_spans(text: str) -> list[Span]:
    """The names, without titles and without the 's of a possessive.

    Example:
        >>> text = "Dear Mrs Okonkwo, Paris Hilton flew from Paris to Jordan; may I ask Tomasz's wife?"
        >>> [text[start:end] for start, end in name_spans(text)]
        ['Okonkwo', 'Paris Hilton', 'Tomasz']
    """
    if text.isascii() and text.islower():
        return apart(_informal(text))
    shouted = sum(map(str.isupper, text)) > 0.6 * sum(map(str.isalpha, text))
    found = [each for run in runs_of(text, shouted) if (each := weighed(text, run))]
    return apart([*_east_asian(text), *_inverted(text), *_settled(text, found), *_informal(text)])


def _inverted(text: str) -> Iterator[Span]:
    """Smith, John."""
    for found in INVERTED.finditer(text):
        last, first = kind_of(found[1]), kind_of(found[2])
        if ("last" in last or "surname" in last) and "first" in first and "places" not in last | first:
            yield found.start(1), found.end()


def _settled(text: str, found: list[Weighed]) -> Iterator[Span]:
    """The runs that weigh enough alone, or beside a name, or as a part of a name that the text has elsewhere."""
    sure = [run for run, points in found if points >= ENOUGH]
    parts = {word.text for run in sure for word in run if len(word.text) > 2}
    edges = {edge for run in sure for edge in (run[0].start, run[-1].end)}
    for run, points in found:
        start, end = run[0].start, run[-1].end
        if points < ENOUGH and points >= 0 and all(word.text in parts for word in run):
            points += 3
        before, after = LISTED_BEFORE.search(text, max(0, start - 12), start), LISTED_AFTER.match(text, end)
        if (before and before.start() in edges) or (after and after.end() in edges):
            points += 1.5
            edges |= {start, end} if points >= ENOUGH else set()
        if points >= ENOUGH:
            yield start, end


def _informal(text: str) -> Iterator[Span]:
    """Names without capitals: after what announces one, or two listed ones in a row."""
    for found in cues.INFORMAL.finditer(text):
        words = [word_at(text, *(found.start(1) + edge for edge in each.span())) for each in TOKEN.finditer(found[1])]
        kept = list[Word]()
        for word in words:
            if not word.is_("first", "last", "surname") or word.is_("function") or (kept and word.is_("ordinary")):
                break
            kept.append(word)
        if kept:
            yield kept[0].start, kept[-1].end
    if any(map(str.isupper, text)):
        return
    for found in cues.SHY.finditer(text):
        start, end = found.span(found.lastindex or 0)
        word = word_at(text, start, end)
        if word.is_("first") and not word.is_(*DOUBTFUL):
            yield start, end
    words = [word_at(text, *each.span()) for each in TOKEN.finditer(text)]
    for one, two in pairwise(words):
        if text[one.end : two.start] == " " and _is_pair(one, two):
            yield one.start, two.end


DOUBTFUL = (
    "ordinary", "places", "function", "starters", "calendar", "titles", "ranks", "peoples", "organisation", "of_things"
)  # fmt: skip
"""Kinds of words that without a capital are no names."""


def _is_pair(one: Word, two: Word) -> bool:
    return (
        one.is_("first")
        and two.is_("last", "surname")
        and min(len(one.text), len(two.text)) > 2
        and not one.is_(*DOUBTFUL)
        and not two.is_(*DOUBTFUL)
    )


def _east_asian(text: str) -> Iterator[Span]:
    if not text.isascii():
        for found in cues.EAST_ASIAN.finditer(text):
            yield found.span(found.lastindex or 0)
