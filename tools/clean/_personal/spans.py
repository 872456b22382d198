"""Where something stands in a text."""

import re
from collections.abc import Callable, Iterable

Span = tuple[int, int]
"""Start and end, as in a slice."""
Find = Callable[[str], list[Span]]
"""Finds the spans of one kind, in order and apart from each other."""
NO_WORD_AFTER = r"(?![\w-]|\.\w)"
"""Pattern: what follows is not a piece of something longer."""
ZEROS = "000"
"""How made-up numbers begin. No issuer gives such numbers out, so they belong to nobody, and no check looks at them."""
_SENTENCE_END = re.compile(r"\n\n|(?<!\bno)(?<!\bnr)(?<!\bNo)(?<!\bNr)[.!?;]\s")


def apart(spans: Iterable[Span], taken: Iterable[Span] = ()) -> list[Span]:
    """The spans in order, without those that meet an earlier one or one that is taken."""
    kept, others = list[Span](), list(taken)
    for start, end in spans:
        if all(end <= s or e <= start for s, e in others):
            kept.append((start, end))
            others.append((start, end))
    return sorted(kept)


def said_before(text: str, start: int, words: re.Pattern[str], reach: int = 40) -> bool:
    """Whether one of these words stands shortly before, in the same sentence.

    Args:
        text: The text.
        start: Before where.
        words: The words; case should not count.
        reach: How many characters to look back.
    """
    before = text[max(0, start - reach) : start]
    return bool(words.search(_SENTENCE_END.split(before)[-1]))


def plain(value: str) -> str:
    """Only the letters and digits, in capitals."""
    return re.sub(r"[\W_]", "", value).upper()


def is_made_up(value: str) -> bool:
    """Whether the digits of a number begin as those of made-up ones do."""
    digits = re.sub(r"\D", "", value)
    return digits.startswith(ZEROS[: 3 if len(digits) > 5 else 2])
