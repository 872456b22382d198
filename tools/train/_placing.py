"""What a place changes of a plan: the batch that is divided, what it takes, and what it costs."""

from collections.abc import Mapping
from math import ceil
from typing import Any

from tools.tool import ToolError
from tools.train import places
from tools.train._machine import Machine
from tools.train._wishes import Setting
from tools.train.places._place import Place


def wanted(where: str | None) -> Place:
    """The place that a user named, or here.

    Raises:
        ToolError: It is none that is known, or cannot be had as it was said.
    """
    if not where or not where.strip():
        return Place("here")
    place = places.said(where)
    if place is None:
        raise ToolError(f"{where!r} is no place to train in. There are: {places.EXAMPLES}.")
    return place


def placed(plan: Mapping[str, Any], place: Place, machine: Machine) -> tuple[dict[str, Any], list[Setting]]:
    """The changes of a plan for a place, and the line that shows it among the settings.

    Raises:
        ToolError: This machine cannot do it.
    """
    if place.kind == "here":
        return {}, []
    kind = places.KINDS[place.kind]
    kind.check(place, machine)
    each = place.processes
    batch = ceil(plan["batch_size"] / each) * each
    more = each if place.kind in ("processes", "ray") and not place.address and not place.gpus else 1
    fast = each if place.gpus and place.kind == "processes" else 1
    estimates = {
        **plan["estimates"],
        "memory_bytes": plan["estimates"]["memory_bytes"] * more,
        "seconds": ceil(plan["estimates"]["seconds"] / fast) + kind.START_SECONDS,
    }
    place = kind.priced(place, estimates["seconds"])
    why = f"you asked for it; each step's {batch} rows are divided, and its result is that of one process"
    if batch != plan["batch_size"]:
        why += f" (the batch was {plan['batch_size']}, which cannot be divided by {each})"
    shown = Setting("where", places.told(place), why, "on this machine, in one process")
    return {"place": place.as_json(), "batch_size": batch, "estimates": estimates}, [shown]


def told(plan: Mapping[str, Any], dataset: str) -> str:
    """What else has to be known before a yes: what leaves this machine, and what it costs; often nothing."""
    place = places.of(plan)
    return places.KINDS[place.kind].warned(place, dataset, plan["estimates"]["seconds"])


def make_ready(plan: Mapping[str, Any]) -> None:
    """Find out whether the place of a plan can be had now.

    Raises:
        ToolError: It cannot; the message says why, and what to do.
    """
    place = places.of(plan)
    places.KINDS[place.kind].ready(place)
