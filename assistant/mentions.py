"""What a request says literally: which names, which numbers, which words."""

import re
from collections.abc import Sequence
from itertools import pairwise
from math import isclose
from typing import Any, cast

from assistant.numbers import IDIOMS
from assistant.written_out import in_digits

NUMBERS = {
    "zero": 0.0, "one": 1.0, "once": 1.0, "two": 2.0, "twice": 2.0, "double": 2.0, "three": 3.0, "four": 4.0,
    "five": 5.0, "six": 6.0, "seven": 7.0, "eight": 8.0, "nine": 9.0, "ten": 10.0, "twelve": 12.0, "fifteen": 15.0,
    "twenty": 20.0, "thirty": 30.0, "fifty": 50.0, "hundred": 100.0, "thousand": 1000.0, "half": 0.5, "third": 1 / 3,
    "quarter": 0.25, "fifth": 0.2, "tenth": 0.1, "dozen": 12.0, "single": 1.0, "couple": 2.0,
    "no": 0.0, "without": 0.0, "none": 0.0,
}  # fmt: skip
ORDINALS = {"first": 1.0, "original": 1.0, "second": 2.0, "third": 3.0, "fourth": 4.0, "fifth": 5.0}
POINTING = frozenset(
    "other another first second third last latest newest oldest previous earlier older newer both former latter".split()
)
EXCEPT = frozenset("except but without not besides".split())
NARROWING = EXCEPT | {"only", "just"}
_LITTLE = frozenset("the and for with this that from into are which what how its not given more one wrong".split())
_IN_THE_WAY = r"(?<![\w./\\-])", r"(?![\w/\\-]|\.\w)"
"""A name inside a path or a longer word is not that name."""


_AS_LOADED = re.compile(
    r"\b(?:original|untouched|(?:the way|as|how) (?:it|they) (?:came|arrived)"
    r"|(?:as|how|when) (?:it was |they were |i |we )?(?:loaded|uploaded|imported|delivered|received)"
    r"|(?:as|how|when|the way) (?:i|we) (?:brought|got|took|read) (?:it|them|those)"
    r"|(?:at|to|from) the (?:very )?(?:start|beginning|outset)|before (?:anything|any of (?:it|this|that)))\b"
)


class Mentions:
    """One request, ready to be asked what it mentions."""

    def __init__(self, text: str) -> None:
        text = in_digits(text)
        self._text = _listed(text.lower()).replace("each other", "")
        self.words = frozenset(re.findall(r"[^\W_]+", self._text))
        self._pairs = _pairs(self._text)
        self._stems = {_stem(word) for word in self.words if len(word) > 2} - _LITTLE
        self.text = text
        self.as_loaded = bool(_AS_LOADED.search(self._text))
        """Whether the first version is meant."""
        counting = re.findall(r"[^\W_]+", IDIOMS.sub(" ", self._text))
        self.numbers = [*_written(text), *(NUMBERS[word] for word in counting if word in NUMBERS)]

    def of(self, names: Sequence[Any]) -> list[Any]:
        """The names spelled out, in the order of the request; case, _ and - do not matter.

        The longest are looked for first, so that "reviews_test" is not also "reviews".
        """
        text, found = self._text, dict[int, Any]()
        for name in sorted(names, key=lambda one: len(str(one)), reverse=True):
            parts = [re.escape(part) for part in re.split(r"[\s_-]+", str(name).lower()) if part]
            spelled = re.compile(_IN_THE_WAY[0] + r"[\s_-]*".join(parts) + _IN_THE_WAY[1]) if parts else None
            if spelled and (match := spelled.search(text)):
                found[match.start()] = name
                text = spelled.sub(lambda hit: " " * len(hit.group()), text)
        return [found[place] for place in sorted(found)]

    def called(self, words: dict[str, list[str]], names: Sequence[str]) -> list[str]:
        """The values that are meant by words for them; the names of other things are no such words.

        A value is left out if another one is meant by the same words and more: "exact duplicates" are not all. Two
        words that follow each other count, too, the last in the singular: "record-number".
        """
        others = {word for name in self.of(names) for word in re.findall(r"[^\W_]+", str(name).lower())}
        said = {form for word in self.words - others for form in (word, singular(word))} | self._pairs
        found = {value: _with_parts(said & {*its}) for value, its in words.items() if said & {*its}}
        return [value for value, hit in found.items() if not any(hit < other for other in found.values())]

    def in_part(self, names: Sequence[str]) -> str:
        """The one name of which a word is spelled out that no other name has; empty if there is none."""
        parts = {name: {singular(word) for word in _words(str(name).replace("_", " "))} for name in names}
        said = {singular(word) for word in self.words}
        found = [name for name, its in parts.items() if its & said]
        return found[0] if len(found) == 1 else ""

    def in_words(self, names: Sequence[str]) -> list[str]:
        """The names that are said in the plural, or with an ending: "hospitals", "ward-wise", "regional"."""
        ends = {name: (f"{name}s", f"{name}es", f"{name[:-1]}ies", f"{name}al", f"{name[:-1]}onal") for name in names}
        return [name for name in names if self.words & {name.lower(), *(one.lower() for one in ends[name])}]

    @property
    def points(self) -> bool:
        """Whether something is pointed at without its name: the other, the last, both."""
        return bool(self.words & POINTING)

    def may_mean(self, name: str, part: dict[str, Any]) -> bool:
        """Whether the request may say something about an argument that can be left out."""
        if options := [str(option) for option in options_of(part)]:
            narrows = "items" in part and bool(self.words & NARROWING)
            return narrows or bool(self.of(options)) or self.shares(" ".join([name, *options]))
        return self.shares(f"{name} {part.get('description', '')}")

    def backs(self, value: Any, part: dict[str, Any]) -> bool:
        """Whether an argument that can be left out is what the request says, and not made up or the default."""
        if value is None or value == part.get("default") or value in ("", []):
            return False
        if isinstance(value, bool):
            return True
        if isinstance(value, list) and options_of(part):
            return all(bool(self.of([one])) or self.shares(str(one)) for one in cast("list[Any]", value))
        if isinstance(value, str) and options_of(part):
            return bool(self.of([value])) or self.shares(value)
        if isinstance(value, str):
            words = _words(value)
            return sum(word in self.words for word in words) >= 0.7 * len(words)
        return True

    def counts(self, value: float) -> bool:
        """Whether a number is spelled out, as it is, in percent, or in thousands or millions."""
        written = {float(digits) for digits in re.findall(r"\d+(?:\.\d+)?", self.text.replace(",", ""))}
        meant = (n * by for n in {*self.numbers, *written} for by in (1, 0.01, 1e3, 1e6, 1e9))
        return any(isclose(abs(value), same) for same in meant)

    def shares(self, text: str) -> bool:
        """Whether the request has a word of the text, or one that begins as it does."""
        return bool(self._stems & {_stem(word) for word in _words(text)})


def options_of(part: dict[str, Any]) -> list[Any]:
    """The values that an argument, or each item of its list, may have; empty if they are not a closed set."""
    return part.get("enum") or part.get("items", {}).get("enum") or []


def _listed(text: str) -> str:
    """The text with "fixes 1 and 3" written out as fix-1 fix-3."""

    def spelled(match: re.Match[str]) -> str:
        kind = "fix" if match[1].startswith("fix") else match[1].removesuffix("s")
        return " ".join(f"{kind}-{number}" for number in re.findall(r"\d+", match[2]))

    return re.sub(r"\b(fix(?:es)?|runs?|reports?)[\s#-]*(\d+(?:(?:\s*,\s*|\s+and\s+|\s*&\s*)\d+)*)\b", spelled, text)


def _written(text: str) -> list[float]:
    """The numbers in digits: 0.2, 20 %, 1e-4, 2k, 1,000."""
    found: list[float] = []
    text = IDIOMS.sub(" ", text)
    for digits, unit in re.findall(r"(?<![\w.-])(\d[\d,]*(?:\.\d+)?(?:e-?\d+)?|\.\d+)\s?(k\b|%)?", text.lower()):
        number = float(digits.rstrip(",").replace(",", ""))
        found.append(number * 1000 if unit == "k" else number)
    return [*found, *(ORDINALS[word] for word in re.findall(r"(\w+) version", text.lower()) if word in ORDINALS)]


def _words(text: str) -> list[str]:
    return [word for word in re.findall(r"[^\W_]+", text.lower()) if len(word) > 2 and word not in _LITTLE]


def _pairs(text: str) -> set[str]:
    """The words that follow each other, articles aside, joined by a hyphen, the last also in the singular."""
    words = [word for word in re.findall(r"[^\W_]+", text) if word not in ("a", "an", "the")]
    return {f"{one}-{form}" for one, other in pairwise(words) for form in (other, singular(other))}


def _with_parts(words: set[str]) -> set[str]:
    """The words, and those that pairs among them are made of."""
    parts = {part for word in words if "-" in word for part in word.split("-")}
    return words | parts | {singular(part) for part in parts}


def singular(word: str) -> str:
    """A noun in the singular, as far as its ending tells."""
    return f"{word[:-3]}y" if word.endswith("ies") else word[:-1] if word.endswith("s") else word


def _stem(word: str) -> str:
    return word[:5]
