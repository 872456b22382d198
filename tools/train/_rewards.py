"""Rewards that can be checked by a program: what an answer is worth, from 0 to 1."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import regex

from tools.tool import ToolError

SECONDS = 1.0
"""What matching one answer may take: some regular expressions would take for ever."""
MOST_PATTERN = 2000
Reward = Callable[[str, str], float]
"""From an answer and its reference (empty where there is none)."""
TITLES = {
    "exact_match": "1 where the answer is the reference, spaces and capitals aside",
    "pattern": "1 where the answer matches the regular expression {pattern}",
    "json": "1 where the answer is valid JSON{pattern}",
    "length": "1 where the answer has {pattern} words",
}


def reward_of(plan: Mapping[str, Any]) -> Reward:
    """The reward of a plan.

    Raises:
        ToolError: The pattern cannot be read; the message says why.
    """
    kind, pattern = str(plan["reward"]), str(plan.get("pattern") or "")
    return _MADE[kind](pattern)


def told(plan: Mapping[str, Any]) -> str:
    """What is rewarded, in words."""
    kind, pattern = str(plan["reward"]), str(plan.get("pattern") or "")
    shown = pattern
    if kind == "json":
        keys, schema = _shape(pattern)
        shown = " that fits the schema" if schema else f" with {', '.join(keys)}" if keys else ""
    if kind == "length":
        least, most = _bounds(pattern)
        shown = f"{least} to {most}" if least else f"at most {most}"
    return TITLES[kind].format(pattern=shown)


def _exact(pattern: str) -> Reward:
    return lambda answer, reference: float(_plain(answer) == _plain(reference) != "")


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _matching(pattern: str) -> Reward:
    if not pattern:
        raise ToolError("Which regular expression shall the answers match? Give it as pattern, such as ^[A-D]$.")
    if len(pattern) > MOST_PATTERN:
        raise ToolError(f"The regular expression has {len(pattern):,} characters, more than {MOST_PATTERN:,}.")
    try:
        compiled = regex.compile(pattern)
    except regex.error as error:
        raise ToolError(
            f"The regular expression {pattern!r} cannot be read: {error}. Mend it, or name another reward."
        ) from error

    def reward(answer: str, reference: str) -> float:
        try:
            return float(compiled.search(answer.strip(), timeout=SECONDS) is not None)
        except TimeoutError:
            return 0.0

    return reward


def _json(pattern: str) -> Reward:
    keys, schema = _shape(pattern)
    fits = None
    if schema:
        from tools.train._schema import checker  # noqa: PLC0415  (slow to import)

        fits = checker(schema)

    def reward(answer: str, reference: str) -> float:
        try:
            value: Any = json.loads(_unfenced(answer))
        except (ValueError, RecursionError):
            return 0.0
        if fits:
            return float(fits(value))
        if not keys:
            return float(isinstance(value, dict | list))
        return float(isinstance(value, dict) and all(key in value for key in keys))

    return reward


def _unfenced(answer: str) -> str:
    """What is between the marks of a code block, if the answer is one."""
    found = re.fullmatch(r"```(?:json)?\s*(.*?)\s*```", answer.strip(), re.DOTALL)
    return found[1] if found else answer


def _shape(pattern: str) -> tuple[list[str], dict[str, Any] | None]:
    """The keys that the JSON shall have, or its JSON Schema."""
    if not pattern.lstrip().startswith("{"):
        return [key for key in re.split(r"[\s,;]+", pattern) if key and key != "and"], None
    from tools.train._schema import read  # noqa: PLC0415  (slow to import)

    return [], read(pattern)


def _length(pattern: str) -> Reward:
    least, most = _bounds(pattern)

    def reward(answer: str, reference: str) -> float:
        words = len(answer.split())
        if least <= words <= most:
            return 1.0
        return max(0.0, 1 - (words - most) / most) if words > most else words / least

    return reward


def _bounds(pattern: str) -> tuple[int, int]:
    numbers: Sequence[int] = [int(number) for number in re.findall(r"\d+", pattern)][:2]
    if not numbers or max(numbers) == 0:
        raise ToolError("How many words shall an answer have? Give it as pattern, such as 20, or 5-20.")
    return (min(numbers), max(numbers)) if len(numbers) == 2 else (0, numbers[0])


_MADE: dict[str, Callable[[str], Reward]] = {
    "exact_match": _exact,
    "pattern": _matching,
    "json": _json,
    "length": _length,
}
