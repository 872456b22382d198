"""Runs and services that are described instead of named: "the dora", "the one that crashed", "the old faq service".

What tells one from the others is looked up in the project: technique, base model, data, state, a piece of its name. A
word that fits all of them, or none, describes nothing.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from itertools import pairwise

from assistant.mentions import singular
from store import Workspace
from store.runs import TrainingRun
from store.services import Service

BROKEN_OFF = ("stopped", "cancelled", "interrupted")
STATES = {
    "finished completed fertig": ("done",),
    "stopped halted aborted paused interrupted gestoppt": BROKEN_OFF,
    "unfinished incomplete": (*BROKEN_OFF, "failed"),
    "failed failing broken broke crashed died": ("failed",),
}
"""Words for the state of a run."""
SERVICE_STATES = {
    "ended stopped old former retired offline": "ended",
    "live running serving current": "serving",
}
FULL = "full fully"
SHORTEST = 3
"""Letters of a piece of a name that can stand for it."""
_NOT_MEANT = re.compile(
    r"""(?<!\w)["“‘«][^"“”»]{2,}["”’»](?!\w)|\b\w+://\S+|(?<![\w.])[\w.-]+/[\w./-]+"""
    r"""|\bin full\b|\bnot (?:the|that|this) \w+|\bkeep(?:ing)? only (?:(?!so\b|and\b|but\b)[^.,;])*"""
    r"""|^.*\bno\b(?:[\s,.;-]+(?:wait|sorry|no|wrong|i mean|i meant|actually))*[\s,.;:-]+(?=the\b)""",
    re.IGNORECASE | re.DOTALL,
)
"""Quotations, addresses, Hub ids, and what is said not to be meant: "keep only the lora", "ia3? no, the full one"."""
RUN = frozenset("run runs model models one ones training trainings try attempt bot".split())
_HALF = re.compile(r"\bhalf[\s-]?(?:finished|done|way)\b")
_TO_BE = re.compile(
    r"\b(?:with|as|but|using|from|on|to|into|in|auf|mit|con|com|avec|sur|en)(?: an?| the)? [a-z][\w.-]*\d?(?! run\b)"
    r"|\b[\w.-]+ (?:instead|rather)\b|\b[a-z]+[\d.]*-[\w.-]+"
)
"""What shall be different: "with dora", "on MiniLM", "ia3 instead"."""
Groups = list[list[str]]


def runs(ws: Workspace, wish: str, other: Collection[str] = ()) -> Groups:
    """The runs that a message describes, in the order of its words: for each description all that it fits.

    Args:
        ws: The workspace.
        wish: The message.
        other: What else the message may name for itself, and not to describe a run by it: the "dataset" it was trained
            on, the "service" it answers in; "base_model" or "technique" where they are to be others: "with dora".
    """
    told = {run.id: {*_of_run(run, other)} for run in ws.runs.all()}
    wish = _TO_BE.sub(" ", wish.lower()) if {"base_model", "technique"} & {*other} else wish
    for service in () if "service" in other else ws.services.all():
        for model in service.models:
            told.get(model.run, set[str]()).update(_pieces(service.name))
    return _groups(told, wish)


def services(ws: Workspace, wish: str) -> Groups:
    """The same for the services."""
    return _groups({one.name: {*_of_service(one)} for one in ws.services.all()}, wish)


def _of_run(run: TrainingRun, other: Collection[str]) -> Iterator[str]:
    technique = str(run.plan.get("technique", ""))
    yield from FULL.split() if technique == "full" else _pieces(technique)
    yield from (word for words, states in STATES.items() if run.state in states for word in words.split())
    yield from _pieces(run.name) if run.name else ("unnamed", "nameless")
    yield from _pieces(str(run.plan.get("base_model", "")).rpartition("/")[2])
    if "dataset" not in other:
        yield from re.split(r"[\W_\d]+", run.dataset.lower())
        yield from (f"{piece} run" for piece in _pieces(run.dataset))


def _of_service(service: Service) -> Iterator[str]:
    yield from (word for words, state in SERVICE_STATES.items() if service.state == state for word in words.split())
    yield from _pieces(service.name)


def _pieces(name: str) -> list[str]:
    """The words of a name, in the singular, and the name as people write it without its number of a version."""
    words = [singular(word) for word in re.split(r"[\W_]+", name.lower()) if len(word) >= SHORTEST]
    return [*words, *(bare for word in words if len(bare := word.rstrip("0123456789")) >= SHORTEST)]


def _groups(told: Mapping[str, Collection[str]], wish: str) -> Groups:
    """What fits each description: words that follow each other describe the same one as long as one fits them all."""
    found: list[set[str]] = []
    for forms in _words(wish):
        fits = {name for name, words in told.items() if not forms.isdisjoint(words)}
        if not 0 < len(fits) < len(told):
            continue
        if found and found[-1] & fits:
            found[-1] &= fits
        else:
            found.append(fits)
    once = dict.fromkeys(frozenset(group) for group in found)
    return [[name for name in told if name in group] for group in once]


def _words(wish: str) -> Iterator[set[str]]:
    """The words, each as it is and in the singular: a name of data may be said like that before "run" or "model"."""
    text = _HALF.sub(" unfinished ", _NOT_MEANT.sub(" ", wish.lower()))
    for word, following in pairwise([*re.findall(r"[^\W_]+", text), ""]):
        yield {word, singular(word)} | ({f"{singular(word)} run"} if following in RUN else set())
