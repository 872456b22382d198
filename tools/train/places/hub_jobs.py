"""Hugging Face Jobs: hardware of the Hub, rented by the minute."""

import re
from dataclasses import dataclass, replace
from math import ceil

from tools.tool import ToolError
from tools.train._machine import Machine
from tools.train.places._place import Place

START_SECONDS: int = 240
"""How long a machine takes to be found and to install what the training needs."""
SPARE = 2.0
"""How many times the estimate it may run before it is ended, since the other machine was not measured."""
FEWEST_SECONDS = 1800
DEFAULT = "t4-small"
_PRICES = """
    cpu-basic 0.01 0; cpu-upgrade 0.03 0; cpu-xl 1.00 0; cpu-performance 1.90 0; t4-small 0.40 1; t4-medium 0.60 1;
    l4x1 0.80 1; l4x4 3.80 4; l40sx1 1.80 1; l40sx4 8.30 4; l40sx8 23.50 8; a10g-small 1.00 1; a10g-large 1.50 1;
    a10g-largex2 3.00 2; a10g-largex4 5.00 4; a100-large 2.50 1; a100x4 10.00 4; a100x8 20.00 8; h200 5.00 1;
    h200x2 10.00 2; h200x4 20.00 4; h200x8 40.00 8
"""
_SAID = re.compile(
    r"\b(?:hf|hugging ?face)[ -]jobs?\b|\bjobs? (?:on|of|at) (?:the )?(?:hub|hf|hugging ?face)\b"
    r"|\b(?:on|with) hugging ?face(?:'s)? (?:hardware|gpus?|machines?|compute|infrastructure)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Flavour:
    """Hardware that a job can have."""

    name: str
    dollars_an_hour: float
    gpus: int = 0


def _read(line: str) -> Flavour:
    name, price, gpus = line.split()
    return Flavour(name, float(price), int(gpus))


FLAVOURS = {flavour.name: flavour for flavour in map(_read, _PRICES.split(";"))}
"""By name. Prices change, and only those of processors and T4 cards were checked against the Hub's page: the Hub itself
is asked first, and a price from here is told as one that it did not confirm."""


def said(text: str) -> Place | None:
    """The place, if a text names it: "on Hugging Face Jobs with an a10g-small", "hf-jobs:l4x1"."""
    if not _SAID.search(text):
        return None
    lower = text.lower()
    named = [name for name in FLAVOURS if re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", lower)]
    cards = [name for name in FLAVOURS if re.search(rf"\b{re.escape(re.split('-|x[0-9]', name)[0])}\b", lower)]
    flavour = FLAVOURS[(named or cards or [DEFAULT])[0]]
    return Place("jobs", max(1, flavour.gpus), flavour=flavour.name, gpus=bool(flavour.gpus))


def spelled(place: Place) -> str:
    """The place in the words that `said` reads back."""
    return f"hf-jobs:{place.flavour}"


def told(place: Place) -> str:
    """At the end of a sentence."""
    return f"on the hardware {place.flavour} of Hugging Face Jobs"


def check(place: Place, machine: Machine) -> None:
    """Refuse what cannot be done from here: nothing that is known without asking the Hub."""


def priced(place: Place, seconds: int) -> Place:
    """The place with its price and the time after which it is ended, which bounds what it costs."""
    asked = _asked(place.flavour)
    price = FLAVOURS[place.flavour].dollars_an_hour if asked is None else asked
    source = "not confirmed by the Hub, which did not answer" if asked is None else "as the Hub says now"
    most = max(FEWEST_SECONDS, ceil(seconds * SPARE))
    return replace(place, dollars_an_hour=price, priced=source, most_seconds=most)


def warned(place: Place, dataset: str, seconds: int) -> str:
    """What leaves this machine, and what it costs."""
    most = place.dollars_an_hour * place.most_seconds / 3600
    if_as_fast = place.dollars_an_hour * seconds / 3600
    return (
        f"THE DATA LEAVES THIS MACHINE: the training and validation rows of {dataset} with all their columns, the "
        "settings and the code of this program are uploaded to a private dataset repository of your account on the "
        f"Hugging Face Hub, and the model comes back here. {place.flavour} costs ${place.dollars_an_hour:.2f} an hour "
        f"({place.priced}): about ${if_as_fast:.2f} if it is as fast as this machine, and at most ${most:.2f}, as the "
        f"job is ended after {ceil(place.most_seconds / 60)} minutes."
    )


def ready(place: Place) -> None:
    """Find out whether there is a token and the Hub answers.

    Raises:
        ToolError: There is none, or it does not.
    """
    from huggingface_hub import get_token  # noqa: PLC0415 - the Hub's client takes a while to import

    from tools.weights.errors import FetchError  # noqa: PLC0415
    from tools.weights.hub import endpoint, reach  # noqa: PLC0415

    if not get_token():
        raise ToolError(
            f"Hugging Face Jobs need a token of your account with the right to start jobs and to write. Make one at "
            f"{endpoint()}/settings/tokens and set HF_TOKEN to it before starting. Without one, train on this machine."
        )
    try:
        reach()
    except FetchError as error:
        raise ToolError(
            f"Nothing was sent: {str(error).rstrip('.')}. Connect to the internet, or train here."
        ) from error


def _asked(flavour: str) -> float | None:
    """Dollars an hour as the Hub says now; None if it does not answer."""
    import httpx2  # noqa: PLC0415
    from huggingface_hub import HfApi  # noqa: PLC0415
    from huggingface_hub.errors import HfHubHTTPError, OfflineModeIsEnabled  # noqa: PLC0415

    from tools.weights.errors import FetchError  # noqa: PLC0415
    from tools.weights.hub import endpoint, reach  # noqa: PLC0415

    try:
        reach()
        listed = HfApi(endpoint=endpoint()).list_jobs_hardware()
    except (FetchError, HfHubHTTPError, httpx2.HTTPError, OfflineModeIsEnabled):
        return None
    minutes = {one.name: one.unit_cost_usd for one in listed if one.unit_label == "minute"}
    return minutes[flavour] * 60 if flavour in minutes else None
