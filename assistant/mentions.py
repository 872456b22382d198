"""What a request says literally: which names, which numbers, which words."""

import re
from collections.abc import Sequence
from typing import Any

NUMBERS = {
    "zero": 0.0, "one": 1.0, "once": 1.0, "two": 2.0, "twice": 2.0, "double": 2.0, "three": 3.0, "four": 4.0,
    "five": 5.0, "six": 6.0, "seven": 7.0, "eight": 8.0, "nine": 9.0, "ten": 10.0, "twelve": 12.0, "fifteen": 15.0,
    "twenty": 20.0, "thirty": 30.0, "fifty": 50.0, "hundred": 100.0, "thousand": 1000.0, "half": 0.5, "third": 1 / 3,
    "quarter": 0.25, "fifth": 0.2, "tenth": 0.1, "dozen": 12.0, "single": 1.0, "couple": 2.0,
}  # fmt: skip
_LITTLE = {"the", "and", "for", "with", "this", "that", "from", "into", "are", "which", "what", "how", "its", "not"}


class Mentions:
    """One request, ready to be asked what it mentions."""

    def __init__(self, text: str) -> None:
        self._text = _spaced(text)
        self._words = set(self._text.split())
        self.numbers = [*_written(text), *(NUMBERS[word] for word in self._words if word in NUMBERS)]

    def of(self, names: Sequence[Any]) -> list[Any]:
        """The names spelled out, as whole words; case, _ and - do not matter. A longer name hides one inside it."""
        found = [name for name in names if f" {_spaced(str(name)).strip()} " in self._text]
        return [name for name in found if not any(name != o and _spaced(str(name)) in _spaced(str(o)) for o in found)]

    def may_mean(self, name: str, part: dict[str, Any]) -> bool:
        """Whether the request may say something about an argument that can be left out."""
        kinds = _types(part)
        if kinds & {"integer", "number"}:
            return bool(self.numbers)
        if options := _options(part):
            return bool(self.of(options)) or self._shares(
                f"{name} {part.get('description', '')} {' '.join(map(str, options))}"
            )
        return self._shares(f"{name} {part.get('description', '')}")

    def backs(self, value: Any, part: dict[str, Any]) -> bool:
        """Whether an argument that can be left out is what the request says, and not made up or the default."""
        if value is None or value == part.get("default") or value in ("", []):
            return False
        if isinstance(value, bool):
            return True
        if isinstance(value, int | float):
            return any(abs(value - meant) < 1e-6 for n in self.numbers for meant in (n, n / 100, 1 - n / 100, 1 - n))
        return True

    def _shares(self, text: str) -> bool:
        told = {_stem(word) for word in _spaced(text).split() if len(word) > 2} - _LITTLE
        return bool(told & {_stem(word) for word in self._words if len(word) > 2 and word not in _LITTLE})


def _written(text: str) -> list[float]:
    """The numbers in digits: 0.2, 20 %, 1e-4, 2k, 1,000."""
    found: list[float] = []
    for digits, unit in re.findall(r"(\d[\d,]*(?:\.\d+)?(?:e-?\d+)?)\s?(k\b|%)?", text.lower()):
        number = float(digits.replace(",", ""))
        found.append(number * 1000 if unit == "k" else number)
    return found


def _spaced(text: str) -> str:
    return " ".join(["", *re.findall(r"[^\W_]+", text.lower()), ""])


def _stem(word: str) -> str:
    return word[:5]


def _options(part: dict[str, Any]) -> list[Any]:
    return part.get("enum") or part.get("items", {}).get("enum") or []


def _types(part: dict[str, Any]) -> set[str]:
    return {str(part.get("type", ""))} | {str(choice.get("type", "")) for choice in part.get("anyOf", [])}
