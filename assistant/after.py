"""How likely each tool is meant by what is said after another one: "and from node?" once a service was connected.

Learned from the requests that ship with what was done before them; `meant.py` judges the words alone.
"""

from collections.abc import Sequence
from functools import cache
from threading import Lock
from typing import Any

from assistant import ear
from assistant.meant import PENALTY, SHARPNESS, among, general, names_at
from assistant.requests import requests
from assistant.transcript import Turn
from assistant.wordings import Wordings

COUNTS = 1.0
"""What this log-probability counts beside that of the words alone; more changes nothing in requests held out."""
NOTHING = "nothing"
_learning = Lock()


def with_what_came_before(worded: dict[str, float], talk: Sequence[Turn], names: dict[str, str]) -> dict[str, float]:
    """How likely each tool is by the words of the last turn, and by what was done before.

    Args:
        worded: The logarithm of the probability of each by the words alone.
        talk: The turns, the present one last.
        names: Names of this project, as `names_of` gives them.
    """
    if len(talk) == 1:
        return worded
    done = [one.tool for turn in talk[:-1] for one in turn.done]
    with _learning:
        wordings = _learned()
    far = wordings.margins(general(talk[-1].wish, names), _mark(done[-1] if done else NOTHING))
    after = among({name: SHARPNESS * margin for name, margin in far.items()})
    least = min(after.values())
    return among({name: chance + COUNTS * after.get(name, least) for name, chance in worded.items()})


def texts() -> list[str]:
    """The texts that are learned from."""
    return [text for text, _ in _told()[0]]


@cache
def _learned() -> Wordings:
    said, marks = _told()
    return Wordings(said, ear.opened(), PENALTY, marks=marks)


def _told() -> tuple[list[tuple[str, str]], list[str]]:
    """Requests with what each means, and for each the mark of what was done before it."""
    lines = [one for one in requests() if one["history"]]
    return [(general(one["text"], names_at(one)), one["tool"]) for one in lines], [_mark(_before(one)) for one in lines]


def _before(request: dict[str, Any]) -> str:
    called = [turn["call"]["tool"] for turn in request["history"] if turn["call"]]
    return called[-1] if called else NOTHING


def _mark(tool: str) -> str:
    """A word that no user says, so often that it counts as much as what is said."""
    return " ".join([f"after{tool.replace('_', '')}"] * 3)
