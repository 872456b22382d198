"""Example requests with the calls they mean: the tools' own `asks`, and some that are no call at all."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from assistant.nearest import Nearest
from store import Workspace
from tools import TOOLS

TALK = (
    ("what is LoRA and when should I use it", "answer"),
    ("explain overfitting in simple words", "answer"),
    ("what does macro F1 mean", "answer"),
    ("why would I need a validation set", "answer"),
    ("how many examples do I need for fine-tuning", "answer"),
    ("is DoRA better than LoRA", "answer"),
    ("does my data leave this computer", "answer"),
    ("what is a good learning rate", "answer"),
    ("should I balance the classes before training", "answer"),
    ("hello", "answer"),
    ("thanks, that was helpful", "answer"),
    ("what can you do", "answer"),
    ("who are you", "answer"),
    ("what's the weather tomorrow", "answer"),
    ("write me a poem about autumn", "answer"),
    ("do the thing", "ask"),
    ("change it", "ask"),
)
"""Said to the assistant, and no tool's matter."""
SAME, APART = 0.97, 0.1
"""How like an example a request has to be, and how much less like the next tool's, to need no thought."""


@dataclass(frozen=True)
class Example:
    """Something a user said, and what it meant."""

    text: str
    tool: str
    arguments: dict[str, Any]


@cache
def known() -> tuple[list[Example], Nearest]:
    """Every example, and the search over them. Names are taken out of what is searched: they mean nothing."""
    examples = [Example(text, tool.name, arguments) for tool in TOOLS.values() for text, arguments in tool.asks]
    examples += [Example(text, tool, {}) for text, tool in TALK]
    return examples, Nearest([nameless(one.text, _names(one.arguments)) for one in examples])


def nearest(wish: str, count: int, ws: Workspace) -> list[Example]:
    """The examples most like a wish, the nearest last."""
    examples, search = known()
    return [examples[place] for place in search.best(_searched(wish, ws), count)]


def same(wish: str, ws: Workspace) -> str:
    """The tool of which a wish is an example, word for word but for the names; empty if there is none."""
    examples, search = known()
    scores = search.scores(_searched(wish, ws))
    best: dict[str, float] = {}
    for example, score in zip(examples, scores, strict=True):
        best[example.tool] = max(score, best.get(example.tool, 0.0))
    first, second = sorted(best, key=lambda tool: best[tool], reverse=True)[:2]
    return first if best[first] > SAME and best[first] - best[second] > APART else ""


def _searched(wish: str, ws: Workspace) -> str:
    names = [*ws.datasets.names(), *(c for name in ws.datasets.names() for c in ws.datasets.head(name).columns)]
    return nameless(wish, names)


def nameless(text: str, names: list[str]) -> str:
    """The text without names of datasets and the like."""
    spelled = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True) if len(name) > 2)
    return re.sub(rf"(?<!\w)({spelled})(?!\w)", " ", text, flags=re.IGNORECASE) if spelled else text


def _names(arguments: dict[str, Any]) -> list[str]:
    return [value for value in arguments.values() if isinstance(value, str) and re.fullmatch(r"\w+", value)]
