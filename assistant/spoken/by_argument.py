"""What a message says of the numbers of certain arguments: each is read in its own way."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from assistant.numbers import near_words, stem
from assistant.parts import Part
from assistant.spoken import counted, durations, limits, portions, prices, which_step, which_version
from assistant.spoken.spots import spots

Told = dict[str, int | float | None]
"""What is told of each argument; None for one that is not said. Of the others, nothing is beyond doubt."""
_TODAY = re.compile(r"\b(?:today|heute|aujourd['’]hui|hoy|hoje)\b", re.IGNORECASE)
_AT_MOST = frozenset("under within max maximum below cap budget most in".split())
_EVERYBODY = (
    r"(?:both|everybody|everyone|all (?:of )?(?:us|them|three|four|five|two|\d)|each(?: of (?:us|them))?"
    r"|every (?:nurse|person|one|\w+er))"
)
_SHARED = re.compile(
    rf"\b{_EVERYBODY}\b[^.;!?]{{0,40}}\b(?:the same|all (?:of )?(?:them|it|rows)|every \w+|everything|the whole)"
    r"|\b(?:every|each) (?:single )?\w+ (?:by|for|to|gets?) (?:two|both|all|everybody|everyone|three|\d)\b"
    r"|\bfull overlap\b|\bdouble[- ]check(?:ed)? by (?:two|both)\b|\b(?:everything|all|every \w+) twice\b",
    re.IGNORECASE,
)
"""All rows are labelled by everybody."""
_PORTS = range(1024, 65536)


@dataclass(frozen=True)
class Message:
    """A message and what is known of the call that it means.

    Attributes:
        text: The message, numbers in digits.
        parts: The schemas of all arguments, made plain.
        numbers: Those of the arguments that are numbers.
        before: The arguments of the call before, if it was of the same kind.
        bound: The arguments beside whose words a number stands.
    """

    text: str
    parts: dict[str, Part]
    numbers: dict[str, Part]
    before: dict[str, Any]
    bound: Told


def told(message: Message) -> Told:
    """What is told of the arguments that are read in their own way."""
    found: Told = {}
    for name, reader in _READERS.items():
        if name in message.numbers:
            found |= {of: value for of, value in reader(message).items() if of in message.numbers}
    counting = [name for name, part in message.numbers.items() if part.get("counts")]
    return found | (_counting(message, counting[0]) if counting else {})


def _versions(message: Message) -> Told:
    pair = which_version.pair(message.text, message.before)
    return dict(zip(("from_version", "to_version"), pair, strict=True)) if pair else {}


def _version(message: Message) -> Told:
    return {} if "from_version" in message.numbers else {"version": which_version.one(message.text)}


def _back_to(message: Message) -> Told:
    alone = not {"from_version", "step"} & {*message.numbers} and "to_version" not in message.bound
    return _told_if({"to_version": which_version.one(message.text)}) if alone else {}


def _told_if(found: Told) -> Told:
    return {name: value for name, value in found.items() if value is not None}


def _step(message: Message) -> Told:
    return {} if which_step.several(message.text) else {"step": which_step.step(message.text)}


def _minutes(message: Message) -> Told:
    told = durations.minutes(message.text)
    at_most = [spot for spot in spots(message.text) if not spot.after[:1] and {*spot.before[:1]} & _AT_MOST]
    return {"minutes": at_most[0].value if told is None and len(at_most) == 1 else told}


def _of_use(message: Message) -> Told:
    """How far back to look, and prices."""
    back = durations.durations(prices.without(message.text))
    return {
        "hours": back[-1].minutes / 60 if back else 24.0 if _TODAY.search(message.text) else None,
        "hour_price": prices.per_hour(message.text),
        "token_price": prices.per_thousand_tokens(message.text),
    }


def _limits(message: Message) -> Told:
    return {
        "requests_a_minute": limits.requests_a_minute(message.text),
        "tokens_a_day": limits.tokens_a_day(message.text),
    }


def _of_serving(message: Message) -> Told:
    """The port, and the share of the requests that a run answers."""
    ports = [spot.value for spot in spots(message.text) if spot.value in _PORTS and not counted.noun(spot)]
    port = message.bound.get("port") or (ports[0] if len(ports) == 1 else None)
    return {"port": port, "share": _share(message)}


def _shown(message: Message) -> Told:
    """The number that is asked about: the only one, or the only one that is no whole one."""
    named = {"row", "version", "step", "report", "run"}
    there = [spot for spot in spots(message.text) if not spot.in_words and not {*spot.before[:1]} & named]
    broken = [spot for spot in there if spot.percent or not spot.value.is_integer()]
    values = {round(spot.value / 100, 10) if spot.percent else spot.value for spot in broken or there}
    return {"number": values.pop()} if len(values) == 1 else {} if values else {"number": None}


def _counting(message: Message, name: str) -> Told:
    """Rows or clients, and the share of rows that everybody labels."""
    found: Told = {}
    text, part, by_people = message.text, message.numbers[name], "labels" in message.parts
    if name not in message.bound or by_people:
        others = {word for of, its in message.numbers.items() if of != name for word in near_words(of, its)}
        there = [one for one in spots(text) if not {stem(word) for word in one.after[:1] + one.before[:1]} & others]
        value, sure = counted.holders(there, part, others) if name == "clients" else counted.rows(there, part)
        if value is None and not part.get("minimum", 0) and counted.none_wanted(text):
            value, sure = 0, True
        found |= {name: value} if sure else {}
    if "share" in message.numbers and by_people:
        share = _share(message)
        found["share"] = 1 if share is None and _SHARED.search(text) else share
    return found


def _share(message: Message) -> float | None:
    """A part of a whole, or a number below one that stands where it is said: "overlap 0.3", "no overlap"."""
    share, beside = portions.portion(message.text), message.bound.get("share")
    if share is None and beside is not None and beside < 1:
        written = not beside or any(spot.value == beside for spot in spots(message.text))
        return beside if written else None
    return share


_READERS: dict[str, Callable[[Message], Told]] = {
    "from_version": _versions,
    "version": _version,
    "to_version": _back_to,
    "against_version": lambda message: _told_if({"against_version": which_version.by_name(message.text)}),
    "step": _step,
    "minutes": _minutes,
    "hour_price": _of_use,
    "requests_a_minute": _limits,
    "port": _of_serving,
    "number": _shown,
}
"""By the name of an argument that tells the tool."""
