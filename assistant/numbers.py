"""Which number of a request belongs to which argument: the words beside it tell. The model has no part in it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.parts import Part

COUNTING = {
    "zero": 0.0, "one": 1.0, "once": 1.0, "two": 2.0, "twice": 2.0, "three": 3.0, "four": 4.0, "five": 5.0, "six": 6.0,
    "seven": 7.0, "eight": 8.0, "nine": 9.0, "ten": 10.0, "twelve": 12.0, "fifteen": 15.0, "twenty": 20.0,
    "thirty": 30.0, "fifty": 50.0, "half": 0.5, "third": 1 / 3, "quarter": 0.25, "fifth": 0.2, "tenth": 0.1,
    "single": 1.0, "no": 0.0, "nothing": 0.0, "without": 0.0, "none": 0.0,
    "drop": 0.0, "skip": 0.0, "omit": 0.0,
}  # fmt: skip
IDIOMS = re.compile(
    r"\breports?[\s#]+\d+\b"
    r"|\bno(?=[,.;:!])|\bonce (?:more|again)\b|\btwice (?:the|as)\b|\bjson lines(?: one)?\b|\b(?:one|1) (?:step"
    r"|more|last|thing|question|change|moment)\b"
    r"|\b(?:each|every|any|some|no|this|that|the|which|an?other|other|first|second|last|right|wrong|new|old|older|newer"
    r"|earlier|later|former|latter|next|previous|same|better|best|worse|good|bad|bigger|smaller|larger|shorter|longer"
    r"|keep|only|middle|final|whole|blank|empty|tuned|untuned|trained|big|small|large|short|long) one\b"
    r"|\bthe [a-z-]+ one\b(?! (?:epoch|row|percent|per cent|step|example|time))",
    re.IGNORECASE,
)
"""Where a one counts nothing."""
WORD = re.compile(
    r"(?<![\w.-])(?P<digits>\d+(?:,\d{3})*(?:\.\d+)?(?:e-?\d+)?|\.\d+)"
    r"(?P<unit>\s?%|\s?per ?cent\b|k\b)?(?![\w-]*[a-z_])"
    r"|(?P<word>[^\W\d_][\w-]*)|(?P<stop>[,;.!?](?=\s|$)|:(?=\s+[^\s\d.]|$))",
    re.IGNORECASE,
)
_GLUED = re.compile(r"(?<![\w.-])(\d+)(?=(?:ep|epochs?|rows?|tokens?|pairs?)\b)", re.IGNORECASE)
"""A number without a space after it: "3ep"."""
PERCENT = "percent"
"""Among the words for an argument: a share that is said of nothing else is its."""
ROWS = "row line record example message text case".split()
"""What rows are called."""
COUNTED = [*ROWS, *"minute hour second day week gb mb person label column model run".split()]
"""What numbers count."""
FARTHEST = 3
"""Words between a number and the word that says what it is, at most."""
AFTER_IS_NEARER = 0.5
"""What a word after a number is nearer than one before: "3 epochs, 20 rows"."""
LITTLE = frozenset("a an as for in is it its my of on our that the this to".split())
LITTLE_COUNTS = 0.5
"""What a word that says little adds to the distance: "a quarter of it for the test"."""
_BESIDE = 1 + LITTLE_COUNTS
LEAST_SHARE = 0.5
"""An argument that can be so much may be a share, which people say as a percentage."""
STOP_COUNTS = 2
"""A comma or full stop between a number and a word counts as so many words."""


@dataclass(frozen=True)
class Number:
    """A number as it was said."""

    value: float
    place: float
    percent: bool
    in_words: bool
    joined: bool = False


def bound(text: str, parts: dict[str, Part]) -> tuple[dict[str, int | float], list[float]]:
    """The values of arguments whose number is plain, and the numbers that are theirs as they were said.

    Args:
        text: The request.
        parts: The arguments that are numbers, made plain; `near` in one lists words that stand beside it.
    """
    numbers, words = _read(text, meaning(parts))
    pairs = [
        (distance, number.place, name, value, number)
        for number in numbers
        for name, part in parts.items()
        if (distance := _distance(number, near_words(name, part), words)) is not None
        and (value := _fitting(number, part)) is not None
    ]
    pairs += [(-1.0, number.place, name, value, number) for number, name, value in _led(numbers, words, parts)]
    found: dict[str, int | float] = {}
    used: list[Number] = []
    for _, _, name, value, number in sorted(pairs, key=lambda pair: pair[:3]):
        if name not in found and number not in used:
            found[name] = value
            used.append(number)
    shares = [name for name, part in parts.items() if PERCENT in near_words(name, part)]
    if len(shares) == 1 and shares[0] not in found:
        left = [number for number in numbers if number.percent and number not in used]
        if len(left) == 1 and (value := _fitting(left[0], parts[shares[0]])) is not None:
            found[shares[0]] = value
            used += left
    return found, [number.value for number in used]


def _led(
    numbers: Sequence[Number], words: Sequence[tuple[float, str]], parts: dict[str, Part]
) -> list[tuple[Number, str, int | float]]:
    """The numbers of settings that are listed with the name first: the 4 and the 1e-5 of "eps 4 delta 1e-5 clip 1".

    A name that has a number right before it leads only where that number has a name before it, too; and "only 3 epochs"
    are epochs. What is joined by a sign, as in "bs=8", is beyond doubt.
    """
    led: list[tuple[Number, str, int | float]] = []
    near = {name: near_words(name, part) for name, part in parts.items()}
    for number in numbers:
        before = [(place, word) for place, word in words if place < number.place and word not in LITTLE][-1:]
        beside = [(place, word) for place, word in before if number.place - place <= _BESIDE]
        names = [name for name, its in near.items() for _, word in beside if stem(word) in its]
        if len(names) != 1 or (value := _fitting(number, parts[names[0]])) is None:
            continue
        follows = [other for other in numbers if 0 < beside[0][0] - other.place <= _BESIDE]
        after = [(place, word) for place, word in words if place - number.place == 1]
        its_own = any(
            stem(word) in its for _, word in after for name, its in near.items() if name != names[0]
        ) and not any(0 < other.place - after[0][0] <= _BESIDE for other in numbers)
        first = not follows or any(other is one for one, _, _ in led for other in follows)
        if number.joined or (first and not its_own):
            led.append((number, names[0], value))
    return led


def counts_something_else(text: str, parts: dict[str, Part]) -> list[float]:
    """The numbers that count what none of the arguments is: the 10 of "for 10 rows", where no rows are asked for."""
    near = {word for name, part in parts.items() for word in near_words(name, part)}
    found = re.findall(rf"(?<![\w.-])(\d+(?:,\d{{3}})*(?:\.\d+)?) ({'|'.join(COUNTED)})s?\b", text.lower())
    return [float(number.replace(",", "")) for number, unit in found if stem(unit) not in near]


def meaning(parts: dict[str, Part]) -> set[str]:
    """Words that mean a value of an argument by themselves: "double" counts nothing else there."""
    return {word for part in parts.values() for word in part.get("means", {})}


def is_number(part: Part) -> bool:
    """Whether an argument is a number."""
    return part.get("type") in ("integer", "number")


def _read(text: str, apart: set[str]) -> tuple[list[Number], list[tuple[float, str]]]:
    numbers: list[Number] = []
    words: list[tuple[float, str]] = []
    place = 0.0
    text = _GLUED.sub(r"\1 ", IDIOMS.sub(" thing ", text))
    for match in WORD.finditer(text):
        if match["stop"]:
            place += STOP_COUNTS - 1
            continue
        place += LITTLE_COUNTS if (match["word"] or "").lower() in LITTLE else 1
        unit = (match["unit"] or "").strip().lower()
        if match["digits"]:
            value = float(match["digits"].replace(",", ""))
            percent, joined = unit[:1] in ("%", "p"), text[: match.start()].rstrip()[-1:] in ("=", ":")
            value *= 1000 if unit == "k" else 1
            numbers.append(Number(value, place, percent, in_words=False, joined=joined))
        elif (word := match["word"].lower()) in COUNTING and word not in apart:
            numbers.append(Number(COUNTING[word], place, percent=False, in_words=True))
        else:
            words.append((place, word))
    return numbers, words


def near_words(name: str, part: Part) -> set[str]:
    """The words that stand beside an argument's number."""
    rows = ROWS if name == "rows" else []
    return {stem(word) for word in [name, *name.split("_"), *part.get("near", []), *rows]}


def _distance(number: Number, near: set[str], words: Sequence[tuple[float, str]]) -> float | None:
    away = [
        abs(place - number.place) - (AFTER_IS_NEARER if place > number.place else 0.0)
        for place, word in words
        if stem(word) in near and abs(place - number.place) <= FARTHEST
    ]
    return min(away, default=None)


def _fitting(number: Number, part: Part) -> int | float | None:
    """The number as the argument takes it, or None: 20 and 20 % are 0.2 where at most 1 is allowed."""
    least, most = part.get("minimum", float("-inf")), part.get("maximum", float("inf"))
    above = part.get("exclusiveMinimum", float("-inf"))
    hundredth, plain = round(number.value / 100, 12), number.value
    if number.percent and part["type"] == "integer":
        return None
    is_share = most >= LEAST_SHARE  # 10 is no learning rate of 0.1
    for value in (hundredth, plain) if number.percent else (plain, hundredth)[: 1 + (is_share and not number.in_words)]:
        if least <= value <= most and value > above and (part["type"] == "number" or value.is_integer()):
            return int(value) if part["type"] == "integer" else value
    return None


def fitting(value: float, part: Part) -> int | float | None:
    """The value as the argument takes it, or None."""
    return _fitting(Number(float(value), 0, percent=False, in_words=False), part)


def stem(word: str) -> str:
    """The word without an ending."""
    return re.sub(r"(?:es|s|e|ing)$", "", word) if len(word) > 3 else word
