"""A number alone that changes one of the call before: "then 12", "16 is plenty", "eight instead of sixteen"."""

import re
from collections.abc import Collection, Sequence
from typing import Any

from assistant.spoken.spots import Spot, spots
from assistant.transcript import Turn

_INSTEAD = re.compile(
    r"^(?: \w+)?(?: is| was)?,? (?:instead of|rather than|in place of|not|statt|anstatt|anstelle von|au lieu de"
    r"|en vez de"
    r"|em vez de) (?:the )?$"
)
_OF = r"(?:time|number|budget|rows|rounds)"
_FACTORS = {
    0.5: rf"half (?:as (?:many|much|long)|the {_OF})|halb so (?:viele?|lange?)|la moitié",
    1.0: r"(?:the )?same (?:budget|limits?|time|number|amount|quota|restrictions)"
    r"|as (?:many|long|much) as (?:before|last time)|genauso (?:viele?|lange?)"
    r"|(?:même|mismo|mesmo) (?:budget|presupuesto|tiempo|tempo|durée)",
    2.0: rf"twice (?:as (?:many|much|long)|the {_OF})|double the {_OF}|doppelt so (?:viele?|lange?)"
    r"|le double|el doble|o dobro",
}


def arguments(talk: Sequence[Turn], names: Collection[str]) -> dict[str, Any]:
    """The arguments of the last call before this message, if it was one that takes these."""
    if len(talk) < 2 or not talk[-2].done:
        return {}
    last = talk[-2].done[-1].arguments
    return dict(last) if {*last} <= {*names} else {}


def replaced(text: str, found: Sequence[Spot], before: dict[str, Any]) -> tuple[str, Spot] | None:
    """The argument whose value is to be another one, and that one: 8 of "8 instead of 16"."""
    for one, other in zip(found, found[1:], strict=False):
        if _INSTEAD.search(text[one.end : other.start].lower()):
            names = [name for name, value in before.items() if value == other.value and not isinstance(value, bool)]
            return (names[0], one) if len(names) == 1 else None
    return None


def factor(text: str) -> float:
    """How much of what was said before is wanted: 0.5 of "half as many", 1 of "same budget"; 0 if nothing tells."""
    return next((by for by, words in _FACTORS.items() if re.search(rf"\b(?:{words})\b", text, re.IGNORECASE)), 0.0)


def is_count(value: Any) -> bool:
    """Whether an argument is a number."""
    return isinstance(value, int | float) and not isinstance(value, bool)


_LEADS = frozenset(
    """, then with at to it that rather only just now no use try max maximum most instead and on take once also make
    but better so over under mit statt lieber nur avec plutôt con mejor com""".split()
)
_TRAILS = frozenset(
    """, is then please pls instead rather suffice suffices will should and this now thanks on for only max tops too
    also bitte statt stattdessen por""".split()
)
_NOT_WANTED = frozenset("too not below above nothing few little thin less why".split())


def is_wanted(alone: Spot) -> bool:
    """Whether a lone number is what is wanted, and nothing that is talked about: "250 is too few", "over week 9"."""
    led = not alone.before or alone.before[0] in _LEADS
    return led and (not alone.after or alone.after[0] in _TRAILS) and not {*alone.before, *alone.after} & _NOT_WANTED


def meant(talk: Sequence[Turn], before: dict[str, Any], near: dict[str, set[str]]) -> str:
    """The argument that a lone number changes: the only number of the last call, or of what was said after it.

    Args:
        talk: The turns, the present one last.
        before: The arguments of the last call.
        near: The words of each argument that is a number.
    """
    given = [name for name in near if is_count(before.get(name))]
    if given or len(talk) < 2 or not talk[-2].done:
        return given[0] if len(given) == 1 else ""
    beside = [{*_stems([*spot.after[:1], *spot.before[:1]])} for spot in spots(talk[-2].said)]
    asked = [name for name, words in near.items() if any(words & its for its in beside)]
    return asked[0] if len(asked) == 1 else ""


def _stems(words: Sequence[str]) -> list[str]:
    return [re.sub(r"(?:es|s|e|ing)$", "", word) if len(word) > 3 else word for word in words]
