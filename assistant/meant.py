"""How likely each tool is meant, judged by how people ask for it.

Some thousands of requests in many voices ship in `sayings/`, a file for each tool. A linear classifier learns from them
in seconds; it knows wordings, and the language model knows the project, so the two are asked together.
"""

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from threading import Lock
from typing import Any

from scipy.special import log_softmax

from assistant import ear
from assistant.examples import TALK, concepts
from assistant.handbook import sections, unanswered
from assistant.requests import alone, projects
from assistant.wishes import ENDING
from assistant.wordings import Wordings
from store import Workspace
from tools import TOOLS

PENALTY = 1.0
SHARPNESS = 5.0
"""What the classifier's margins are multiplied by, to be logarithms of probabilities: the development half tells."""
LEARNED_COUNTS = 0.5
"""What the log-probability of the encoder's adapter counts against that of the classifier."""
ANSWERS_MORE = 1.5
"""What is added for "answer": the classifier weighs all tools alike, and a fifth of what people say are questions."""
_learning = Lock()
_PLACES = re.compile(r"\{(dataset|column|value|file)\}")
_THINGS = {
    "file": re.compile(rf"https?://\S+|\S+\.(?:{ENDING}|xls)\b", re.IGNORECASE),
    "": re.compile(r"(?<!\S)(?:~|\.{0,2})/\S+|\b\w+/[\w./-]*\w/?"),
    "text": re.compile(r"""(?<!\w)["'“‘«][^"'“”’»]{3,}["'”’»](?!\w)"""),
    "run": re.compile(r"\brun[\s-]?\d+\b", re.IGNORECASE),
    "fix": re.compile(r"\bfix[\s-]?\d+\b", re.IGNORECASE),
    "number": re.compile(r"\d+(?:[.,]\d+)*"),
}
_AS_A_WORD = re.compile(
    r"""(?<=\b(?:word|term) )["'“‘«](\w[\w -]*)["'”’»]|["'“‘«](\w[\w -]*)["'”’»](?= (?:means?|stands? for)\b)""",
    re.IGNORECASE,
)
"""A quoted word that is asked about itself, and no text for a model."""


def likely(text: str, names: dict[str, str]) -> dict[str, float]:
    """The logarithm of the probability of each tool, "answer" and "ask", by the wording alone.

    Args:
        text: What the user said.
        names: Names of this project, and what they are names of, such as "dataset"; see `names_of`.
    """
    with _learning:
        wordings = _learned()
    said = general(text, names)
    chances = among({name: SHARPNESS * far for name, far in wordings.margins(said).items()})
    heard = ear.opened()
    learned = heard.chances(said) if heard else {}
    new = max(learned.values(), default=0.0)  # of a tool that came after the training, the wording alone tells
    both = {name: chance + LEARNED_COUNTS * learned.get(name, new) for name, chance in chances.items()}
    return among(both | {"answer": both["answer"] + ANSWERS_MORE})


def among(chances: dict[str, float]) -> dict[str, float]:
    """The logarithms of the probabilities, given that it is one of these."""
    return dict(zip(chances, log_softmax(list(chances.values())).tolist(), strict=True))


def names_of(ws: Workspace) -> dict[str, str]:
    """The names of a project's datasets, columns, services and of runs that were given one, and what each names."""
    columns = [column for name in ws.datasets.names() for column in ws.datasets.head(name).columns]
    return _kinds(columns, [*ws.runs.named()], [one.name for one in ws.services.all()], ws.datasets.names())


def general(text: str, names: dict[str, str]) -> str:
    """A request with what is particular to it, names, files, quotations, numbers, called by what it is.

    A folder or a Hub id is left out: it may be one of a model or of data.
    """
    if spelled := "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True) if len(name) > 2):
        kinds = {name.lower(): kind for name, kind in names.items()}
        there = re.compile(rf"(?<![\w./])({spelled})(?!\w|\.\w)", re.IGNORECASE)
        text = there.sub(lambda hit: f" a{kinds[hit[0].lower()]} ", text)
    text = _AS_A_WORD.sub(lambda hit: next(word for word in hit.groups() if word), text)
    for kind, there in _THINGS.items():
        text = there.sub(f" a{kind} " if kind else " ", text)
    return text


@cache
def _learned() -> Wordings:
    """The classifier, learned once."""
    return Wordings(sayings(), ear.opened(), PENALTY)


@cache
def sayings() -> list[tuple[str, str]]:
    """Requests, and the tool, "answer" or "ask" that each means."""
    said = [*written(), *((text, tool.name) for tool in TOOLS.values() for text, _ in tool.asks)]
    said += [(phrase, "answer") for phrase in concepts()]
    said += [(asked, "answer") for section in sections() for asked in section.questions]
    said += [(asked, "answer") for kind in ("off", "results", "talk") for asked in unanswered(kind)]
    found = [(general(_PLACES.sub(r" a\1 ", text), {}), tool) for text, tool in said]
    claimed = {text.lower(): tool for text, tool in found}
    more = [(general(line["text"], names_at(line)), line["tool"]) for line in alone()]
    return found + [(text, tool) for text, tool in more if claimed.setdefault(text.lower(), tool) == tool]


def names_at(request: dict[str, Any]) -> dict[str, str]:
    """The names of the project that a request was written for, as `names_of` gives them."""
    scene = projects()[request["world"]]
    columns = [column for one in scene.datasets for column in one["columns"]]
    runs, services = [one["name"] for one in scene.runs if "name" in one], [one["name"] for one in scene.services]
    return _kinds(columns, runs, services, [one["name"] for one in scene.datasets])


def _kinds(
    columns: Sequence[str], runs: Sequence[str], services: Sequence[str], datasets: Sequence[str]
) -> dict[str, str]:
    """What each name is a name of; of a name with several things the last."""
    named = {"column": columns, "run": runs, "service": services, "dataset": datasets}
    return {name: kind for kind, names in named.items() for name in names}


def written() -> list[tuple[str, str]]:
    """The sayings that ship, as they were written."""
    said = list(TALK)
    for file in sorted(files("assistant").joinpath("sayings").iterdir(), key=lambda file: file.name):
        tool = file.name.removesuffix(".txt")
        said += [(line, tool if tool in TOOLS else tool.split("_")[0]) for line in file.read_text().splitlines()]
    return said
