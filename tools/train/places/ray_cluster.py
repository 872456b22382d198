"""Workers of a Ray cluster, through Ray Train: one that is started on this machine, or one at an address."""

import re
from importlib.util import find_spec

from tools.tool import ToolError
from tools.train._machine import Machine
from tools.train.places._place import MOST_PROCESSES, Place
from tools.words import counted

START_SECONDS: int = 40
"""How long a cluster takes to start its workers."""
DEFAULT_WORKERS = 2
_ADDRESS = re.compile(
    r"\bray://[\w.\[\]:-]+\w|\b(?:ray|cluster)\b.{0,20}?\bat ((?:[\w-]+\.)*[\w-]+:\d{2,5})\b", re.IGNORECASE
)
_RAY = re.compile(
    r"^\s*ray\b|\b(?:on|with|through|via|use|using|by) (?:(?:a|the|our|my|local) )*ray\b(?!-)"
    r"|(?<!-)\bray (?:cluster|train|workers?)\b|\b(?:on|to|use|using) (?:the|our|my|a) (?:compute )?cluster\b",
    re.IGNORECASE,
)
_WORKERS = re.compile(
    r"\b(?P<many>\d+|one|two|three|four|five|six|seven|eight) (?:ray )?(?:workers?|nodes?|machines?|gpus?)\b", re.I
)
_NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight")
_CARDS = re.compile(r"\bgpus?\b|\bgraphics cards?\b", re.IGNORECASE)


def said(text: str) -> Place | None:
    """The place, if a text names it: "on the cluster at ray://host:10001 with 4 workers", "ray"."""
    address = _ADDRESS.search(text)
    if not address and not _RAY.search(text):
        return None
    many = _WORKERS.search(_ADDRESS.sub(" ", text))
    number = (int(many["many"]) if many["many"].isdigit() else _NUMBERS.index(many["many"].lower())) if many else 0
    where = (address[1] or address[0]) if address else ""
    workers = min(MOST_PROCESSES, number or DEFAULT_WORKERS)
    return Place("ray", workers, address=where, gpus=bool(_CARDS.search(text)))


def spelled(place: Place) -> str:
    """The place in the words that `said` reads back."""
    at = f" at {place.address}" if place.address else ""
    workers = "" if place.processes == DEFAULT_WORKERS else f" with {counted(place.processes, 'worker')}"
    start = place.address if place.address.startswith("ray://") else f"ray{at}"
    return f"{start}{workers}{' with gpus' if place.gpus else ''}"


def told(place: Place) -> str:
    """At the end of a sentence."""
    cluster = f"the Ray cluster at {place.address}" if place.address else "a Ray cluster on this machine"
    return f"with {counted(place.processes, 'worker')} of {cluster}" + (", a graphics card each" if place.gpus else "")


def check(place: Place, machine: Machine) -> None:
    """Refuse what cannot be done from here.

    Raises:
        ToolError: Ray is not installed, or a cluster on this machine would have more workers than cores.
    """
    if find_spec("ray") is None:
        raise ToolError(
            "Training on a Ray cluster needs Ray, which is not installed: pip install 'tunewright[ray]'. Without it, "
            "say where='2 processes'."
        )
    if not place.address and place.processes > machine.cores:
        raise ToolError(f"This machine has {counted(machine.cores, 'core')}. Take at most as many workers.")


def priced(place: Place, seconds: int) -> Place:
    """The place with what it costs, which only the owner of the cluster knows."""
    return place


def warned(place: Place, dataset: str, seconds: int) -> str:
    """What leaves this machine."""
    if not place.address:
        return ""
    return (
        f"The training and validation rows of {dataset}, the settings and the code of this program are sent to the "
        f"cluster at {place.address}; the model comes back here. What the cluster costs is not known here."
    )


def ready(place: Place) -> None:
    """Find out whether it can be had now; a cluster is asked when the job starts, within seconds."""
