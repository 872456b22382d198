"""Where a training can run: one file a place, with how people say it, what it costs, and the worker that runs it.

The training itself is the same code everywhere: `tools.train._worker.train` on an ordinary job folder. A place only
decides which processes run it, and how their news comes home.
"""

from collections.abc import Mapping
from typing import Any

from tools.train.places import here, hub_jobs, processes, ray_cluster
from tools.train.places._place import Place, PlaceKind

KINDS: dict[str, PlaceKind] = {"here": here, "processes": processes, "ray": ray_cluster, "jobs": hub_jobs}
"""The places by kind. The order in which their words are looked for is the reverse: the most particular first."""
EXAMPLES = "here; 2 processes; gpus; ray; ray://host:10001; hf-jobs:a10g-small"


def said(text: str) -> Place | None:
    """The place that a text names, or None."""
    for kind in reversed(list(KINDS.values())):
        if found := kind.said(text):
            return found
    return None


def spelled(text: str) -> str:
    """The place that a text names, as the argument `where` has it; empty if none."""
    place = said(text)
    return KINDS[place.kind].spelled(place) if place else ""


def of(plan: Mapping[str, Any]) -> Place:
    """The place of a plan; one without the entry is older than places, or runs here."""
    return Place.from_json(plan["place"]) if plan.get("place") else Place("here")


def told(place: Place) -> str:
    """The place at the end of a sentence: "in 2 processes on this machine"."""
    return KINDS[place.kind].told(place)
