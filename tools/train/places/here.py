"""One process on this machine, as everything is by default."""

import re

from tools.train._machine import Machine
from tools.train.places._place import Place

START_SECONDS: int = 0
_SAID = re.compile(r"^\s*(?:here|locally|this (?:machine|computer|laptop))\s*$|\bin (?:one|1|a single) process\b", re.I)


def said(text: str) -> Place | None:
    """The place, if a text names it."""
    return Place("here") if _SAID.search(text) else None


def spelled(place: Place) -> str:
    """The place in the words that `said` reads back."""
    return "here"


def told(place: Place) -> str:
    """At the end of a sentence."""
    return "on this machine"


def check(place: Place, machine: Machine) -> None:
    """Refuse what this machine cannot do: nothing."""


def priced(place: Place, seconds: int) -> Place:
    """The place with what it costs: nothing."""
    return place


def warned(place: Place, dataset: str, seconds: int) -> str:
    """What else has to be known before a yes: nothing."""
    return ""


def ready(place: Place) -> None:
    """Find out whether it can be had now: always."""
