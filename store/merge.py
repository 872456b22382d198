"""Carry a change of a text over to a text that was changed elsewhere meanwhile."""

import re
from difflib import SequenceMatcher
from os.path import commonprefix

TOKEN = re.compile(r"\w+|\W")
Span = tuple[int, int, list[str]]


def merged(before: str, after: str, now: str) -> str | None:
    """`now` with what changed from `before` to `after`, or None where both changed the same place.

    Two fixes may touch one cell: one folds its spaces, one masks an address in it. The second was made
    for the text as it was before the first.

    Example:
        >>> merged("write  to a@b.example", "write  to <EMAIL>", "write to a@b.example")
        'write to <EMAIL>'
    """
    base = TOKEN.findall(before)
    spans = sorted(_changed(base, after) + _changed(base, now), key=lambda span: span[:2])
    pieces: list[str] = []
    place = 0
    for index, (start, end, new) in enumerate(spans):
        if index and (start < place or spans[index - 1][:2] == (start, end)):
            if spans[index - 1] == (start, end, new):
                continue
            return None
        pieces += base[place:start] + new
        place = end
    return "".join(pieces + base[place:])


def _changed(base: list[str], other: str) -> list[Span]:
    """Where tokens of `base` were replaced. Words hold the texts together; spaces alone would do so by chance."""
    tokens = TOKEN.findall(other)
    start = len(commonprefix([base, tokens]))
    end = len(commonprefix([base[start:][::-1], tokens[start:][::-1]]))
    middle, new = base[start : len(base) - end], tokens[start : len(tokens) - end]
    matcher = SequenceMatcher(str.isspace, middle, new, autojunk=False)
    return [(start + i, start + j, new[k:m]) for tag, i, j, k, m in matcher.get_opcodes() if tag != "equal"]
