"""Several processes on this machine, one for each graphics card if there are any: what torchrun does."""

import re
import subprocess

from tools.tool import ToolError
from tools.train._machine import Machine
from tools.train.places._place import MOST_PROCESSES, Place
from tools.words import counted

START_SECONDS: int = 15
"""How long the processes take to find one another."""
_NUMBERS = {"one": 1, "two": 2, "both": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8}
_MANY = r"(?P<many>\d+|one|two|both|three|four|five|six|seven|eight)"
_PROCESSES = re.compile(
    rf"\b{_MANY} (?:(?:parallel|worker|training|separate) )?(?:process(?:es)?|ranks)\b", re.IGNORECASE
)
_CARDS = re.compile(
    rf"\b(?:(?:on|over|across|use|using|with) )?(?:{_MANY}|all|every|each)(?: (?:of )?(?:the|my|our|its))? (?:\d+ )?"
    r"(?:gpus?|(?:graphics|video) cards?|cards)\b|^\s*gpus\s*$",
    re.IGNORECASE,
)
_SHARDED = re.compile(r"\b(?:fsdp|fully sharded|sharded|shard(?:ing)?(?: the (?:model|weights))?)\b", re.IGNORECASE)


def said(text: str) -> Place | None:
    """The place, if a text names it: "in 2 processes", "on all GPUs", "with FSDP on 4 gpus"."""
    sharded = bool(_SHARDED.search(text))
    if found := _CARDS.search(text):
        return Place("processes", _number(found["many"]) or max(1, cards()), gpus=True, sharded=sharded)
    if found := _PROCESSES.search(text):
        many = _number(found["many"])
        return Place("processes", many) if many > 1 else Place("here")
    return Place("processes", max(1, cards()), gpus=True, sharded=True) if sharded else None


def spelled(place: Place) -> str:
    """The place in the words that `said` reads back."""
    cards_ = f"{counted(place.processes, 'gpu')}" + (" with fsdp" if place.sharded else "")
    return cards_ if place.gpus else counted(place.processes, "process", "processes")


def told(place: Place) -> str:
    """At the end of a sentence."""
    if place.gpus:
        cards_ = counted(place.processes, "graphics card")
        return f"on {cards_} of this machine" + (", the model divided among them (FSDP)" if place.sharded else "")
    return f"in {counted(place.processes, 'process', 'processes')} on this machine"


def cards() -> int:
    """How many NVIDIA cards this machine has, found without loading torch."""
    try:
        listed = subprocess.run(["nvidia-smi", "-L"], capture_output=True, text=True, timeout=5, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return 0
    return sum(line.startswith("GPU ") for line in listed.splitlines())


def _number(word: str | None) -> int:
    if not word:
        return 0
    return min(MOST_PROCESSES, int(word) if word.isdigit() else _NUMBERS[word.lower()])


def check(place: Place, machine: Machine) -> None:
    """Refuse what this machine cannot do.

    Raises:
        ToolError: There are fewer cards or cores than processes.
    """
    if place.gpus:
        if (there := cards()) < place.processes:
            raise ToolError(
                f"This machine has {counted(there, 'NVIDIA card')}, so it cannot train on {place.processes}. "
                f"Say where='2 processes' to use its {machine.cores} cores, or leave it out."
            )
    elif place.processes > machine.cores:
        raise ToolError(
            f"This machine has {counted(machine.cores, 'core')}: {place.processes} processes would wait for one "
            f"another. Take at most {machine.cores}."
        )


def priced(place: Place, seconds: int) -> Place:
    """The place with what it costs: nothing."""
    return place


def warned(place: Place, dataset: str, seconds: int) -> str:
    """What else has to be known before a yes: nothing."""
    return ""


def ready(place: Place) -> None:
    """Find out whether it can be had now: always."""
