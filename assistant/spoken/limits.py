"""How much a key may ask: "12 per min", "2 million tokens daily"."""

import re

from assistant.spoken.spots import DIGITS, Spot, spots, value_of

_A_MINUTE = re.compile(
    r"(?: [^\W\d]+){0,3}?\s?(?:/|\b(?:per|an?|each|every|pro|je|par|por|in|in a|in one|al|à la|la)\s)\s?"
    r"(?:one |1 )?(?P<unit>min(?:ute|uto)?s?|sec(?:ond)?|s|sekunde|seconde|segundo)\b"
    r"|\s?(?P<short>rpm|rps)\b",
    re.IGNORECASE,
)
_REQUESTS = frozenset("requests request calls questions queries hits asks anfragen requêtes peticiones pedidos".split())
_TOKENS = re.compile(r"(?: \w+)?\s?(?:tokens?|tok)\b", re.IGNORECASE)
_DAILY = re.compile(
    r"(?:/|\b(?:per|a|each|every|pro|par|por|al|am|in a) )\s?(?:day|tag|jour|d[ií]a)\b|\bdaily|\btäglich", re.IGNORECASE
)
_IS = r"\s?(?:limit(?:ed)? |cap |quota )?(?:is |at |to |=|:|of )?\s?"
_NAMED_MINUTE = re.compile(
    rf"(?:\b(?:requests|calls|questions) (?:per|a) minute|\brpm|\bper minute){_IS}(?P<value>{DIGITS})(?![\w%])", re.I
)
_NAMED_DAY = re.compile(
    rf"\b(?:tokens (?:per|a) day|daily tokens|tokens daily){_IS}(?P<value>{DIGITS}(?:k|m| million"
    rf"| thousand)?)(?![\w%])",
    re.I,
)


def requests_a_minute(text: str) -> float | None:
    """How often a minute, or None; so many a second are sixty times as many."""
    for spot in spots(text):
        rest = text[spot.end :]
        if hit := _A_MINUTE.match(rest):
            said = hit[0].lower()
            if "token" in said:
                continue
            by_second = (hit["unit"] or "").lower().startswith("s") or hit["short"] == "rps"
            return spot.value * 60 if by_second else spot.value
    if told := _NAMED_MINUTE.search(text):
        return value_of(told["value"])
    counted = [spot for spot in spots(text) if {*spot.after[:2]} & _REQUESTS and not _DAILY.search(text[spot.end :])]
    named = [spot for spot in spots(text) if {*spot.before[:3]} & {"minute", "rpm"} and not spot.after]
    return (counted or named)[0].value if len(counted or named) == 1 else None


def tokens_a_day(text: str) -> float | None:
    """How many tokens, or None."""
    if named := _NAMED_DAY.search(text):
        return spots(named["value"])[0].value
    told = [spot for spot in spots(text) if _of_tokens(text, spot)]
    return told[0].value if len(told) == 1 else None


def _of_tokens(text: str, spot: Spot) -> bool:
    if _A_MINUTE.match(text[spot.end :]):
        return False
    if _TOKENS.match(text[spot.end :]):
        return True
    named = any(word.startswith("token") for word in spot.before[:4])
    return not {*spot.after[:2]} & _REQUESTS and (
        named or bool(re.match(rf"\s?(?:{_DAILY.pattern})", text[spot.end :]))
    )
