"""Example requests with the calls they mean: the tools' own `asks`, and some that are no call at all."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from assistant.handbook import sections
from assistant.nearest import FUNCTION_WORDS, Nearest
from assistant.requests import alone
from assistant.scene import uploads
from store import Workspace
from tools import TOOLS, Tool

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
    ("should I train longer", "answer"),
    ("can you work offline", "answer"),
    ("I am afraid of breaking something", "answer"),
    ("will you delete my original file", "answer"),
    ("is my computer too slow for this", "answer"),
    ("how much does all this cost", "answer"),
    ("is 80 percent accuracy good or bad", "answer"),
    ("what if the model makes things up", "answer"),
    ("is a bigger model always better", "answer"),
    ("when is a dataset too small", "answer"),
    ("which kinds of files can you read", "answer"),
    ("do I have to know programming for this", "answer"),
    ("what happens when I say yes to a fix", "answer"),
    ("how does undo work", "answer"),
    ("why do people split their data", "answer"),
    ("can several colleagues use this together", "answer"),
    ("I know nothing about machine learning", "answer"),
    ("what would a fair model be", "answer"),
    ("great, well done", "answer"),
    ("good morning to you", "answer"),
    ("ok, I see", "answer"),
    ("tell me a joke", "answer"),
    ("which team plays on Saturday", "answer"),
    ("do the thing", "ask"),
    ("change it", "ask"),
    ("the other one", "ask"),
    ("do what we said", "ask"),
    ("something is off", "ask"),
)
"""Said to the assistant, and no tool's matter."""
SAME, APART = 0.97, 0.1
"""How like an example a request has to be, and how much less like the next tool's, to need no thought."""
LEAST, LIKE = 0.25, 0.45
"""How like a request an example has to be, to be shown; and for its tool to be meant although it cannot run."""
LATE = ("clean", "train", "evaluate", "deploy")
"""Chapters whose tools need what is not there from the start."""
CONCEPT = re.compile(r"(what is|what does|what are|why|when|should|how does|how do I|explain)\b")
OF_THIS_PROJECT = re.compile(r"\b(it|its|this|my|model|answer|category|dataset|project|words?|names?|recommend)\b")


_COMMON = FUNCTION_WORDS | frozenset("no never don yet without why how what which who when where".split())
_SENSE = re.compile(rf"(?:[\W_]*\b(?:{'|'.join(_COMMON)}))*[\W_]*", re.IGNORECASE)
"""A name of such words only: without them a request would say something else, such as "start" for "don't start"."""


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
    examples += [Example(text, "answer", {}) for text in concepts()]
    return examples, Nearest([nameless(one.text, _names(one.arguments)) for one in examples])


def calls(tool: Tool, wish: str, count: int) -> list[Example]:
    """What others said to have a tool called, with the arguments that it meant, the most like a wish last."""
    examples, search = _calls(tool)
    return [examples[place] for place in search.best(wish, count)]


@cache
def _calls(tool: Tool) -> tuple[list[Example], Nearest]:
    said = [*tool.asks, *((one["text"], one["arguments"]) for one in alone() if one["tool"] == tool.name)]
    return [Example(text, tool.name, arguments) for text, arguments in said], Nearest([text for text, _ in said])


def nearest(wish: str, count: int, ws: Workspace) -> list[Example]:
    """The examples most like a wish, the nearest last; none that are hardly like it, or of a tool that cannot run."""
    examples, scores = known()[0], _scores(wish, ws)
    out = _cannot_run(ws)
    near = [place for place, one in enumerate(examples) if scores[place] >= LEAST and one.tool not in out]
    return [examples[place] for place in sorted(near, key=lambda place: scores[place])[-count:]]


def offered(wish: str, ws: Workspace) -> list[str]:
    """The tools to choose from.

    What is about open fixes is left out while there are none; what is about a training run, while there is none that
    it could be about, is left out unless one of its examples is like the wish: then it says itself what is missing.
    """
    said = {one.tool for one, score in zip(known()[0], _scores(wish, ws), strict=True) if score >= LIKE}
    out = _cannot_run(ws) - (said - _about("fix"))
    return [name for name in TOOLS if name not in out]


def _cannot_run(ws: Workspace) -> set[str]:
    fixes = set[str]() if ws.fixes.all(state="open") else _about("fix")
    runs = ws.runs.all()
    if not runs:
        return fixes | _about("run")
    stops = any(run.job.live for run in runs)
    resumes = any(not run.job.live and run.state != "done" for run in runs)
    return fixes | set([] if stops else ["stop_training"]) | set([] if resumes else ["resume_training"])


@cache
def _about(kind: str) -> set[str]:
    schemas = {name: json.dumps(tool.described) for name, tool in TOOLS.items()}
    return {name for name, schema in schemas.items() if f'"kind": "{kind}"' in schema and TOOLS[name].chapter in LATE}


def likeness(wish: str, ws: Workspace) -> dict[str, float]:
    """How like its nearest example a wish is, from 0 to 1, for each choice that has examples."""
    best: dict[str, float] = {}
    for example, score in zip(known()[0], _scores(wish, ws), strict=True):
        best[example.tool] = max(score, best.get(example.tool, 0.0))
    return best


def same(wish: str, ws: Workspace) -> str:
    """The tool of which a wish is an example, word for word but for the names; empty if there is none."""
    best = likeness(wish, ws)
    first, second = sorted(best, key=lambda tool: best[tool], reverse=True)[:2]
    return first if best[first] > SAME and best[first] - best[second] > APART else ""


def concepts() -> list[str]:
    """The handbook's questions about concepts, without those that may be about this project."""
    asked = [phrase for section in sections() for phrase in section.asked]
    return [phrase for phrase in asked if CONCEPT.match(phrase) and not OF_THIS_PROJECT.search(phrase)]


def _scores(wish: str, ws: Workspace) -> Sequence[float]:
    columns = [c for name in ws.datasets.names() for c in ws.datasets.head(name).columns]
    files = [name.rpartition(".")[0] for name in uploads(ws)]
    names = [name for name in (*ws.datasets.names(), *columns, *files) if not _SENSE.fullmatch(name)]
    return _scored(nameless(wish, names))


@lru_cache(maxsize=256)
def _scored(text: str) -> tuple[float, ...]:
    """A turn asks several times for the same text."""
    return tuple(known()[1].scores(text))


def nameless(text: str, names: list[str]) -> str:
    """The text without names of datasets and the like."""
    spelled = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True) if len(name) > 2)
    return re.sub(rf"(?<!\w)({spelled})(?!\w)", " ", text, flags=re.IGNORECASE) if spelled else text


def _names(arguments: dict[str, Any]) -> list[str]:
    return [value for value in arguments.values() if isinstance(value, str) and re.fullmatch(r"\w+", value)]
