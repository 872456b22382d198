"""Numbers that the words alone tell, argument by argument, and those that are plainly not said."""

import re
from collections.abc import Sequence
from typing import Any

from assistant.numbers import LEAST_SHARE, fitting, is_number, near_words, stem
from assistant.parts import Part
from assistant.spoken import as_before, counted, portions
from assistant.spoken.by_argument import Message, Told, told
from assistant.spoken.spots import Spot, spots
from assistant.transcript import Turn

SHORT = 5
"""A message of no more words may change what was said before by a number alone."""
MOST = 6
"""Of more arguments that a number alone may be, none is asked for: it would be a guess."""
MOST_SHARE = 4
"""More is no share, not even of what is added."""
_SMALL = 0.02
"""A number below that, as 3e-4 is, is a learning rate where one can be told."""


def read(text: str, parts: dict[str, Part], talk: Sequence[Turn], bound: Told, taken: Sequence[float]) -> Told:
    """What is told of the arguments that are numbers.

    Args:
        text: The message, numbers in digits.
        parts: The schemas of all arguments, made plain.
        talk: The turns, the present one last.
        bound: The arguments beside whose words a number stands.
        taken: The numbers that are theirs, as they were said.
    """
    numbers = {name: part for name, part in parts.items() if is_number(part)}
    before = as_before.arguments(talk, parts)
    found = {
        name: _fits(value, numbers[name]) for name, value in told(Message(text, parts, numbers, before, bound)).items()
    }
    short = len(text.split()) <= SHORT
    changed = {
        name for name, value in found.items() if short and value is None and as_before.is_count(before.get(name))
    }
    found = {name: value for name, value in found.items() if name not in changed}
    left = {
        name: part for name, part in numbers.items() if name not in found and (name not in bound or name in changed)
    }
    found |= dict.fromkeys(changed) | _others(text, left, talk, before, [*taken, *_values(found)])
    return found | {name: _fits(value, numbers[name]) for name, value in _scaled(text, found, before)}


def _others(
    text: str, left: dict[str, Part], talk: Sequence[Turn], before: dict[str, Any], taken: Sequence[float]
) -> Told:
    """The arguments beside whose words no number stands: what was changed before, or nothing."""
    said = {*re.findall(r"[^\W\d_]+", text.lower())}
    words = {stem(word) for word in said}
    left = {name: part for name, part in left.items() if not {*part.get("means", {})} & said}
    near = {name: near_words(name, part) for name, part in left.items()}
    free, named = _free(text, taken), {name for name, its in near.items() if its & words}
    if (change := as_before.replaced(text, spots(text), before)) and change[0] in left:
        return dict.fromkeys(left) | {change[0]: _fits(change[1].value, left[change[0]])}
    alone = [spot for spot in free if not counted.noun(spot)]
    if len(alone) == 1 and not alone[0].percent:
        name = as_before.meant(talk, before, near) if as_before.is_wanted(alone[0]) else ""
        name = name if not named or name in named else ""
        name = "learning_rate" if "learning_rate" in left and 0 < alone[0].value < _SMALL else name
        if name and _may_be(alone[0], left[name]):
            return dict.fromkeys(left) | {name: _fits(alone[0].value, left[name])}
    likely = [spot for spot in alone if spot.percent or spot.value >= _SMALL]
    may_be = {name for name, part in left.items() if name != "seed" and any(_may_be(spot, part) for spot in likely)}
    unsure = may_be & {*before} if len(may_be) > MOST or (before and "rows" not in left) else may_be
    if portions.portion(text) is not None:
        unsure |= {name for name, part in left.items() if LEAST_SHARE <= part.get("maximum", 0) <= MOST_SHARE}
    unsure |= {"rows"} & {*left} if free else set()
    return {name: None for name in left if not free or name not in named | unsure}


def _free(text: str, taken: Sequence[float]) -> list[Spot]:
    """The numbers that are no argument's yet."""
    free, gone = spots(text), [*taken]
    for spot in [*free]:
        if spot.value in gone:
            gone.remove(spot.value)
            free.remove(spot)
    return free


def _values(found: Told) -> list[float]:
    """The numbers that are told, and what they are in percent."""
    return [number for value in found.values() if value is not None for number in (value, value * 100)]


def _scaled(text: str, found: Told, before: dict[str, Any]) -> list[tuple[str, float]]:
    """What is to be as it was before, or half or twice as much, where nothing else is told of it."""
    given = [name for name, value in before.items() if found.get(name) is None and as_before.is_count(value)]
    by = as_before.factor(text)
    return [(name, before[name] * by) for name in given] if by == 1 or (by and len(given) == 1) else []


def _may_be(spot: Spot, part: Part) -> bool:
    return _fits(spot.value / 100 if spot.percent else spot.value, part) is not None


def _fits(value: float | None, part: Part) -> int | float | None:
    return None if value is None else fitting(value, part)
