"""Lists that a task asks to sort, and whether an answer is sorted."""

import re
from dataclasses import dataclass
from fractions import Fraction

ASKS = re.compile(
    r"\b(?:sort|arrange|rearrange|order|reorder|organi[sz]e|put|list|rank|alphabeti[sz]e)\w*\b", re.IGNORECASE
)
ALPHABETICAL = re.compile(r"\balphabetical(?:ly)?\b|\balphabeti[sz]e\b", re.IGNORECASE)
RISING = re.compile(
    r"\b(?:ascending|increasing|(?:smallest|lowest|least) to (?:the )?(?:largest|biggest|greatest|highest|most))\b",
    re.IGNORECASE,
)
FALLING = re.compile(
    r"\b(?:descending|decreasing|reverse|(?:largest|biggest|greatest|highest) to (?:the )?(?:smallest|lowest|least))\b",
    re.IGNORECASE,
)
ANOTHER_KEY = re.compile(
    r"\b(?:last names?|surnames?|lengths?|number of|last letter|second|vowels?|reverse alphabet|z to a|code"
    r"|function|program|script"
    r"|algorithm|query|letters|size|price|date|year|population|then|groups?|categor\w*|by (?!alphabet|numer)\w+)\b",
    re.IGNORECASE,
)
"""Words that ask for another order than that of the items themselves, or for more."""
WORDS = re.compile(r"\bwords\b[^.]*\balphabet|\balphabet[^.]*\bwords\b", re.IGNORECASE)
LEAD = re.compile(r"^[^\n:]{0,80}:\s*(?=\S)")
BULLET = re.compile(r"^\s*(?:[-*•]|\d{1,2}[.)])\s+")
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


@dataclass(frozen=True)
class Order:
    """What a list should be like."""

    falling: bool
    alphabetical: bool
    words: bool


def asked_order(asked: str) -> Order | None:
    """The order that a task asks for, if it is the alphabet's or the numbers' own.

    Example:
        >>> asked_order("Sort these words in alphabetical order."), asked_order("Sort the names by length.")
        (Order(falling=False, alphabetical=True, words=True), None)
    """
    if not ASKS.search(asked) or ANOTHER_KEY.search(asked) or len(asked) > 150:
        return None
    alphabetical, rising, falling = (p.search(asked) is not None for p in (ALPHABETICAL, RISING, FALLING))
    if not alphabetical and rising == falling:
        return None
    return Order(falling, alphabetical, alphabetical and WORDS.search(asked) is not None)


def misplaced(order: Order, given: str, answer: str) -> list[str] | None:
    """The items in order, if the answer has just the items of the input in another order; None if all is well.

    Example:
        >>> misplaced(Order(False, True, False), "pear, fig, plum", "pear, fig, plum")
        ['fig', 'pear', 'plum']
    """
    readings = [(items(given), items(answer))]
    if order.words:
        readings.append((LEAD.sub("", given).split(), LEAD.sub("", answer).split()))
    for asked, answered in readings:
        plain = [_plain(item) for item in answered]
        if len(plain) < 3 or sorted(plain) != sorted(_plain(item) for item in asked):
            continue
        keys = [_key(item, order) for item in plain]
        if any(key is None for key in keys):
            return None
        known = [key for key in keys if key is not None]
        if known == sorted(known, reverse=order.falling):
            return None
        if order.alphabetical and _other_ways(answered, order):
            return None
        pairs = sorted(zip(known, answered, strict=True), key=lambda pair: pair[0], reverse=order.falling)
        return [item.strip(" .") for _, item in pairs]
    return None


def items(text: str) -> list[str]:
    """The items of a list: a line each, or between commas or semicolons; a lead such as "List:" is left out."""
    text = LEAD.sub("", text.strip()).strip().strip("[](){}.")
    lines = [BULLET.sub("", line) for line in text.splitlines() if line.strip()]
    if len(lines) == 1:
        lines = re.split(r"\s*[,;]\s*(?:and\s+)?", lines[0])
    return [line.strip() for line in lines if line.strip()]


def _plain(item: str) -> str:
    return re.sub(r"^\W+(?<!-)|\W+$", "", item).casefold()


def _key(item: str, order: Order) -> tuple[Fraction, str] | None:
    if order.alphabetical:
        return Fraction(0), re.sub(r"[^\w\s]", "", item)
    return (Fraction(item), "") if NUMBER.fullmatch(item) else None


def _other_ways(answered: list[str], order: Order) -> bool:
    """Whether it is sorted if capitals come first, an article does not count, or spaces do not."""
    bare = [item.strip(" .\"'") for item in answered]
    ways = (
        bare,
        [re.sub(r"^(?:the|an?)\s+", "", item.casefold()) for item in bare],
        [re.sub(r"\W+", "", item.casefold()) for item in bare],
    )
    return any(keys == sorted(keys, reverse=order.falling) for keys in ways)
