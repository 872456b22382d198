"""How long: "half an hour", "an hour and 15", "the last two days", "3h", "anderthalb Stunden"."""

import re
from dataclasses import dataclass

from assistant.spoken.spots import SMALL, value_of

_UNITS = {
    1: r"minutes?|mins?|minuten?|minutos?",
    60: r"hours?|hrs?|h|stunden?|std|heures?|horas?",
    1440: r"days?|tage?n?|jours?|d[ií]as?",
    10080: r"weeks?|wochen?|semaines?|semanas?",
    43200: r"months?|monate?n?|mois|mes|meses|mês",
}
_UNIT = "|".join([*_UNITS.values(), r"(?<=\d)m"])
_NUMBERS = {word: float(number) for word, number in SMALL.items()} | dict.fromkeys(
    "a an one ein eine einer einem einen une un una uma".split(), 1.0
)
_NUMBERS |= {"couple": 2.0}
_COUNT = rf"\d+(?:[.,]\d+)?|\.\d+|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))}"
_FILL = r"(?:(?:full|whole|entire|good|solid|more|ganze|ganzen|volle|little|few|of|short|pleine) )*"
_PAST = r"last|past|final|previous|next|this|that|the|full|whole|letzten?|letzter|derni[eè]re|dernier|[uú]ltim[ao]"
_HALF_HOUR = r"half[ -](?:of )?(?:an? )?hour|halbe(?:n|r)? stunde|demi[- ]heure|media hora|meia hora"
_QUARTER = (
    r"quarter(?:s)?(?: of)?(?:(?: an)?[ -]hour)|viertelstunden?|quarts? d['’]heure|cuartos? de hora|quartos? de hora"
)
_AND_HALF = r" (?:and (?:a|one) half|et demie|y media|e meia)"
_WHOLE = re.compile(
    rf"(?<![\w.,/-])(?:\d+ ?[-–] ?)?(?:(?P<half>{_HALF_HOUR})"
    rf"|(?:(?P<quarters>three|3|drei|trois|tres|três) )?(?P<quarter>{_QUARTER})"
    rf"|(?:(?P<halves>anderthalb|eineinhalb)|half an?|(?:a )?half|halben?|halbe[rs]?|une demi|medi[oa]"
    rf"|mei[oa])[ -](?P<halved>{_UNIT})"
    rf"|(?:(?P<count>{_COUNT})[ -]?{_FILL}|(?:{_PAST}) )(?P<unit>{_UNIT})"
    rf"(?:(?P<and_half>{_AND_HALF})|,? ?(?:and |plus |et |y |e |und )?(?:a )?(?P<rest>\d{{1,2}}(?!\d)|quarter)"
    r"(?! ?(?:h|hours?|days?|%|rows|rounds|trials|tries)\b) ?(?:minutes?|mins?|minuten|minutos|m)?)?)(?!\w)",
    re.IGNORECASE,
)
_RATE = re.compile(
    r"(?:\d\S*(?: [^\W\d]+)?|\bper|\beach|\bevery|/|\$|€|£|\bwords|\brows|\btokens|\brequests|\bcalls) $", re.IGNORECASE
)
"""Before "an hour": it is a rate."""
_ELAPSED = re.compile(
    r"\b(?:(?:been|took|takes|lasted|ran|running|live|every|per)(?: (?:us|me|it|up|in use|live|running|online"
    r"|there|now))*"
    r"|(?:up|in use)(?= for))(?: for| about| nearly| already| almost| the)* $",
    re.IGNORECASE,
)
_NIGHT = re.compile(
    r"\b(?:over ?night|(?:the|all|whole|one|a|by|at|per) night|über nacht|la nuit|la noche|a noite)\b", re.I
)


@dataclass(frozen=True)
class Duration:
    """A time as it was said."""

    minutes: float
    start: int
    end: int


def durations(text: str) -> list[Duration]:
    """The times of a message, but not those that have passed ("it took 3 hours") and no rates ("40 an hour")."""
    found: list[Duration] = []
    for hit in _WHOLE.finditer(text):
        before = text[: hit.start()]
        counted = (hit["count"] or "").lower()
        rate = counted in ("a", "an", "une", "un", "una", "uma", "eine", "ein", "") and _RATE.search(before)
        if not rate and not _ELAPSED.search(before) and not re.match(r"\s+(?:ago|old|per)\b", text[hit.end() :]):
            found.append(Duration(_minutes(hit), *hit.span()))
    return found


def minutes(text: str) -> float | None:
    """How long something may take: the last time that is said, a night, or None."""
    if told := durations(text):
        return told[-1].minutes
    return 480 if _NIGHT.search(text) else None


def _minutes(hit: re.Match[str]) -> float:
    if hit["half"]:
        return 30
    if hit["quarter"]:
        return 45 if hit["quarters"] else 15
    if hit["halved"]:
        return (1.5 if hit["halves"] else 0.5) * _unit(hit["halved"])
    unit = _unit(hit["unit"])
    whole = _count(hit["count"]) * unit
    if hit["and_half"]:
        return whole + unit / 2
    if unit == 60 and hit["rest"]:
        return whole + (15 if hit["rest"] == "quarter" else float(hit["rest"]))
    return whole


def _count(said: str | None) -> float:
    if not said:
        return 1
    word = said.lower()
    return _NUMBERS[word] if word in _NUMBERS else value_of(word.replace(",", "."))


def _unit(said: str) -> int:
    return next(minutes for minutes, words in _UNITS.items() if re.fullmatch(words, said, re.IGNORECASE) or said == "m")
