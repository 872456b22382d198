"""A calculator for sums as people write them in texts; it never runs what it reads."""

import re
from collections.abc import Iterator
from fractions import Fraction

MOST_DIGITS, MOST_POWER = 18, 20
"""Larger numbers and powers are left alone, so that no text can keep the calculator busy."""
NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+"
_TOKEN = re.compile(rf"\s*(?:(?P<number>{NUMBER})|(?P<sign>\*\*|[-+*/^()%]|of\b))")
_PLAIN = str.maketrans({"×": "*", "·": "*", "⋅": "*", "∙": "*", "÷": "/", "−": "-", "–": "-", "[": "(", "]": ")"})
_TIMES = re.compile(r"(?<=[\d)%])\s*[xX]\s*(?=[\d($.])")
_LOOSE = re.compile(r"[$€£¥]|\\(?=\$)")


class NoSum(ValueError):
    """What was read is no sum that can be worked out."""


def plain(text: str) -> str:
    """A sum with the signs of programming languages, without signs of money: "$3 × 4" becomes "3 * 4"."""
    return _TIMES.sub(" * ", _LOOSE.sub("", text.translate(_PLAIN)))


def worked_out(text: str) -> Fraction:
    """The exact value of a sum.

    Knows + - * / ^ with their precedence, brackets, percent ("20% of 50", and "100 + 10%" as a tenth more of 100),
    thousands commas, and a number before a bracket as times.

    Raises:
        NoSum: It is none, or too large.

    Example:
        >>> worked_out("3 + 2 × (10 - 5)"), worked_out("20% of 45")
        (Fraction(13, 1), Fraction(9, 1))
    """
    reader = _Reader(list(_tokens(plain(text))))
    value = reader.sum()
    if reader.next:
        raise NoSum(text)
    return value


def _tokens(text: str) -> Iterator[str]:
    place = 0
    text = text.rstrip()
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None or len(found[0]) > MOST_DIGITS:
            raise NoSum(text)
        yield found["number"] or found["sign"]
        place = found.end()


class _Reader:
    """Reads a sum by recursive descent: sum -> product -> power -> atom."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens, self._place, self._depth = tokens, 0, 0

    @property
    def next(self) -> str:
        return self._tokens[self._place] if self._place < len(self._tokens) else ""

    def _take(self, *signs: str) -> str:
        sign = self.next
        if sign and sign in signs:
            self._place += 1
            return sign
        return ""

    def sum(self) -> Fraction:
        value, _ = self._product()
        while sign := self._take("+", "-"):
            more, percent = self._product()
            more = value * more if percent else more
            value = value + more if sign == "+" else value - more
        return value

    def _product(self) -> tuple[Fraction, bool]:
        """The value, and whether it is a percentage alone."""
        value, percent = self._power()
        while True:
            sign = self._take("*", "/", "of")
            if not sign and self.next != "(":
                return value, percent
            more, _ = self._power()
            percent = False
            if sign == "/" and more == 0:
                raise NoSum("division by zero")
            value = value / more if sign == "/" else value * more

    def _power(self) -> tuple[Fraction, bool]:
        if sign := self._take("-", "+"):
            value, percent = self._power()
            return (-value if sign == "-" else value), percent
        value = self._atom()
        if self._take("%"):
            return value / 100, True
        if self._take("^", "**"):
            power, _ = self._power()
            if power.denominator != 1 or abs(power) > MOST_POWER or (value == 0 and power < 0) or abs(value) > 10**6:
                raise NoSum("power")
            return value ** int(power), False
        return value, False

    def _atom(self) -> Fraction:
        token, self._place = self.next, self._place + 1
        if token == "(":
            self._depth += 1
            if self._depth > MOST_POWER:
                raise NoSum("brackets")
            value = self.sum()
            if not self._take(")"):
                raise NoSum("brackets")
            return value
        if not token or not (token[0].isdigit() or token[0] == "."):
            raise NoSum(token)
        return Fraction(token.replace(",", ""))
