"""Equations in a text that do not hold."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from tools.clean._arithmetic import NUMBER, NoSum, worked_out

LONGEST_LINE = 2_000
"""Longer lines are data rather than working."""
ANNOTATION = re.compile(r"<<([^<>=\n]{1,200})=([^<>=\n]{1,40})>>")
"""A calculator's note in GSM8K: <<48/2=24>>."""
TOKENS = re.compile(
    rf"(?P<number>(?:[$€£¥]\s?)?(?:{NUMBER})(?:\s?%(?!\s?\d))?)|(?P<sign>\*\*|[-−–+*×·⋅÷/^])|(?P<open>[(\[])|(?P<close>[)\]])"
    r"|(?P<equals>==?)|(?P<word>[^\W\d_]+(?:/[^\W\d_]+)?)|(?P<other>\S)"
)
OTHER_SUMS = re.compile(
    r"(?i)\b(binary|hex\w*|octal|base[- ]?\d|modul\w+|mod|matri\w+|vectors?|remainder|bitwise|boolean|riddle|puzzle"
    r"|cipher"
    r"|o'?clock|log|incorrect\w*|wrong\w*|mistakes?|false|strings?|concatenat\w+)\b|[∫∑√π∞θ∂]|\\(frac|sqrt)|!="
)
"""Signs that the figures mean something else, or that a mistake is meant."""
JOINS = frozenset("and plus minus times by of from less over x mod into between with sqrt sin cos tan ln".split())
"""Words before a sum that belong to it, so that its beginning was missed."""
COUNTED = frozenset("day days week weeks month months year years step chapter number no part question problem".split())
"""Words whose number is a name: day 1."""


NO_UNITS = (
    frozenset("is are was be because so then or to in if per which that for as equals gives the who when".split())
    | JOINS
)
"""Words after a number that begin something else."""
SCALES = (1, 100, 1_000, 1_000_000)
"""A sum in cents, percent, thousands or millions holds too."""


@dataclass(frozen=True)
class Token:
    """A piece of a line."""

    kind: str
    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Wrong:
    """An equation that does not hold."""

    left: str
    right: str
    """What was written as its result."""
    value: Fraction

    def __str__(self) -> str:
        return f"{' '.join(self.left.split())} is {told(self.value)}, not {' '.join(self.right.split())}"


def wrong_equations(text: str) -> Iterator[Wrong]:
    """The equations in a text that do not hold, in order. Rounded results hold; what cannot be read is passed over.

    Example:
        >>> print(*wrong_equations("So 12 x 13 = 146, 1/3 = 0.33 and 2 + 2 = 4."))
        12 x 13 is 156, not 146
    """
    for left, right in ANNOTATION.findall(text):
        if wrong := _judged(left, right):
            yield wrong
    if OTHER_SUMS.search(text):
        return
    for line in ANNOTATION.sub("", text).splitlines():
        if "=" in line and len(line) <= LONGEST_LINE:
            yield from _of_line(line)


def _of_line(line: str) -> Iterator[Wrong]:
    tokens = tokens_of(line)
    for place, token in enumerate(tokens):
        if token.kind != "equals" or token.text != "=":
            continue
        left, right = _left(tokens, place), _right(tokens, place)
        if (
            left
            and right
            and not _loose(right)
            and any(t.kind == "sign" for t in left[1:])
            and (sums := _without_units(left, right))
        ):
            if wrong := _judged(*sums):
                shown = [line[side[0].start : side[-1].end] for side in (left, right)]
                yield Wrong(shown[0], shown[1], wrong.value)


def tokens_of(line: str) -> list[Token]:
    found = [Token(m.lastgroup or "", m[0], m.start(), m.end()) for m in TOKENS.finditer(line)]
    for place, token in enumerate(found):
        after = found[place + 1] if place + 1 < len(found) else None
        before = found[place - 1] if place else None
        times = token.text in ("x", "X") and before and before.kind in ("number", "close")
        share = token.text == "of" and before and before.text.endswith("%")
        if (times or share) and after and after.kind in ("number", "open"):
            found[place] = Token("sign", token.text, token.start, token.end)
    return found


def _left(tokens: Sequence[Token], equals: int) -> list[Token]:
    """The sum before an equals sign; empty if where it begins cannot be told."""
    start = equals
    while start and _belongs(tokens, start - 1):
        if tokens[start - 1].kind == "close" and start < equals and tokens[start].kind == "number":
            break
        start -= 1
    side = list(tokens[start:equals])
    if not side or side[0].kind == "word" or (side[0].kind == "sign" and side[0].text not in "-−–") or _loose(side):
        return []
    if not start or tokens[start - 1].kind == "equals":
        return side
    edge = tokens[start - 1]
    apart = edge.end < side[0].start
    if edge.kind == "word":
        return (
            side
            if apart and len(edge.text) > 1 and edge.text.lower() not in JOINS | COUNTED and side[0].kind != "sign"
            else []
        )
    return side if (edge.text in ",;:.?\"'“”•)|" and apart) or edge.text in "\"'“(" else []


def _belongs(tokens: Sequence[Token], place: int) -> bool:
    """Whether a token may be part of a sum; a word of two letters or more may after a number, as its unit."""
    token = tokens[place]
    if token.kind != "word":
        return token.kind in ("number", "sign", "open", "close")
    return (
        len(token.text) > 1 and token.text.lower() not in NO_UNITS and place > 0 and tokens[place - 1].kind == "number"
    )


def _loose(side: Sequence[Token]) -> bool:
    """Whether a bracket stands after a number without being its factor, as in 5 cents (.05), or a time such as 0730."""
    pairs = zip(side, side[1:], strict=False)
    aside = any(b.kind == "open" and a.kind in ("number", "word", "close") and a.end < b.start for a, b in pairs)
    return aside or any(re.fullmatch(r"0\d+", token.text) for token in side)


def _right(tokens: Sequence[Token], equals: int) -> list[Token]:
    """The sum or number after an equals sign; empty if where it ends cannot be told."""
    end = equals + 1
    while end < len(tokens) and _belongs(tokens, end):
        if tokens[end].kind == "number" and end > equals + 1 and tokens[end - 1].kind in ("number", "close", "word"):
            break
        end += 1
    side = list(tokens[equals + 1 : end])
    if side and side[-1].kind == "close" and _depth(side) < 0:
        side.pop()
    if not side or side[-1].kind in ("sign", "open") or side[0].kind == "close":
        return []
    if end == len(tokens) or tokens[end].kind == "equals":
        return side
    edge, last = tokens[end], side[-1]
    joined = edge.start == last.end
    if edge.kind in ("word", "number") or edge.text in "<>≤≥≈:|&\\…!_":
        variable = edge.kind == "word" and len(edge.text) == 1 and edge.text not in "aAI"
        return [] if joined or variable or edge.kind == "number" or edge.text.lower() in JOINS else side
    after = tokens[end + 1] if end + 1 < len(tokens) else None
    goes_on = after is not None and after.start == edge.end and (after.kind == "number" or after.text == ".")
    return [] if joined and goes_on else side


def _depth(side: Sequence[Token]) -> int:
    return sum((token.kind == "open") - (token.kind == "close") for token in side)


def _without_units(left: Sequence[Token], right: Sequence[Token]) -> tuple[str, str] | None:
    """Both sides as sums of plain numbers; None if amounts of different units might meet."""
    units = [{_singular(token.text) for token in side if token.kind == "word"} for side in (left, right)]
    if units[0] and not units[1] <= units[0]:
        return None
    adds = any(token.text in "+-−–" for token in (*left[1:], *right[1:]) if token.kind == "sign")
    if adds and len(units[0] | units[1]) > 1:
        return None
    sides = (" ".join(token.text for token in side if token.kind != "word") for side in (left, right))
    return next(sides), next(sides)


def _singular(unit: str) -> str:
    return "/".join(part.rstrip("s") for part in unit.lower().split("/"))


def _judged(left: str, right: str) -> Wrong | None:
    value = _value(left)
    if value is None or _value(right) is None or _holds(left, right) or _runs_on(left, right):
        return None
    return Wrong(left, right, value)


def _runs_on(left: str, right: str) -> bool:
    """Whether the working goes on after the result: 10 - 3 = 7 * 2 = 14."""
    first = re.match(rf"\s*[-−]?\s*[$€£]?\s*(?:{NUMBER})", right)
    return first is not None and first[0] != right and _holds(left, first[0])


def _holds(left: str, right: str) -> bool:
    """Whether both sides are equal in some reading, or one is the other rounded."""
    lefts, rights = _readings(left), _readings(right)
    return any(
        same(a * scale, b, right) or same(b * scale, a, left) for a, b in product(lefts, rights) for scale in SCALES
    )


def _readings(side: str) -> list[Fraction]:
    """20% as 0.2, as 20, and as a fifth of what it is added to; 8 / 1/2 as a division by a half too."""
    texts = [side, re.sub(r"/\s*([\d.,]+)\s*/\s*([\d.,]+)", r"/ (\1/\2)", side)]
    if "%" in side:
        texts += [side.replace("%", ""), side.replace("%", "/100")]
    return [value for text in dict.fromkeys(texts) if (value := _value(text)) is not None]


def same(value: Fraction, other: Fraction, written: str) -> bool:
    """Whether a number as written stands for a value: exactly, or rounded or cut where it has no room for all digits.

    Working with rounded figures may be off by half a percent.
    """
    if value == other:
        return True
    digits = re.fullmatch(r"[-−\s$€£]*[\d,]*(?:\.(\d+))?\s?%?", written.strip())
    if digits is None:
        return False
    step = Fraction(1, 10 ** len(digits[1] or ""))
    if (value / step).denominator == 1:
        return False
    return abs(other - value) < step or abs(other - value) * 200 <= abs(value)


def told(value: Fraction) -> str:
    """A value as people write it."""
    return f"{int(value):,}" if value.denominator == 1 else f"{float(value):,.4f}".rstrip("0").rstrip(".")


def _value(side: str) -> Fraction | None:
    try:
        return worked_out(side)
    except NoSum:
        return None
