"""What an hour of a machine and what 1,000 tokens cost, as a message says it."""

import re

from assistant.spoken.spots import DIGITS, value_of

_MONEY = r"\s?(?:[$€£¥]|euros?|eur|dollars?|usd|bucks|pounds?|gbp|francs?|chf|pesos|reais|rupees|inr|złoty|pln)?"
_PRICE = rf"(?<![\w./-])[$€£¥]?\s?(?P<price>{DIGITS})(?:{_MONEY}|\s?(?P<cents>cents?|ct|¢|centimes|céntimos|centavos))"
_PER = (
    r"\s?(?:/|per|an?|each|every|for(?: an?| each| every)?|the|pro|je|die|par|de l['’]|l['’]|à l['’]|por|la|a|às?)\s?"
)
_HOUR = r"(?:(?:machine|server|gpu|instance|node|compute)[ -])?(?:hours?|hr|h|stunde|heure|hora)\b"
_COSTS = r"(?:costs?|is|are|was|at|for|=|:|rate|price[sd]?|pay|charges?|kostet|cuesta|coûte|custa|comes to|runs at)"
_NO_UNIT = (
    r"(?![\d.,]*\d|\w|\s?(?:%|hours?\b|hrs?\b|h\b|days?\b|min|weeks?\b|months?\b|requests|tokens|calls|k\b"
    r"|stunden|heures|horas))"
)
_NO_OTHER = (
    r"(?!\s?(?:/|per|an?|each|every|for|the|je|pro|par|por)\s?(?:\d|thousand|day|week|month|million|token|k\b"
    r"|mo\b|year))"
)
_HOURLY = [
    re.compile(rf"{_PRICE}{_PER}{_HOUR}", re.IGNORECASE),
    re.compile(rf"{_PRICE}\s?(?:hourly|stündlich)\b", re.IGNORECASE),
    re.compile(
        rf"(?<!last )(?<!past )\b(?:hours?|hourly|hour_price|stunde|heure|hora)\b[^.;!?\d]{{0,40}}?{_COSTS}?\s?"
        rf"{_PRICE}{_NO_UNIT}{_NO_OTHER}",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b(?:machine|server|gpu|box|vm|instance|hardware|rent|maschine|máquina|servidor|serveur)\b[^.;!?\d]{{0,30}}?"
        rf"{_COSTS}(?: us| me)?\s?{_PRICE}{_NO_UNIT}{_NO_OTHER}",
        re.IGNORECASE,
    ),
]
_THOUSAND = r"(?:1[ ,.]?000|1 ?k|thousand|k|mil|mille|tausend)"
_MILLION = r"(?:1[ ,.]?000[ ,.]?000|1 ?m|1 million|a million|million|1 mio|millón|milhão)"
_TOKENS = [
    (1.0, re.compile(rf"{_PRICE}{_PER}{_THOUSAND}(?!\w)(?! (?:requests|calls|rows|questions))", re.IGNORECASE)),
    (0.001, re.compile(rf"{_PRICE}{_PER}{_MILLION}(?!\w)(?! (?:requests|calls|rows|questions))", re.IGNORECASE)),
    (1000.0, re.compile(rf"{_PRICE}{_PER}token\b", re.IGNORECASE)),
    (
        1.0,
        re.compile(
            rf"(?:{_THOUSAND} (?:\w+ )?tokens?|token_price|token price|price (?:of|for) tokens)\b[^.;!?\d]{{0,20}}?"
            rf"(?:{_COSTS}\s?)?{_PRICE}{_NO_UNIT}",
            re.IGNORECASE,
        ),
    ),
]


def per_hour(text: str) -> float | None:
    """What an hour costs, or None."""
    return next((_price(hit) for form in _HOURLY if (hit := form.search(_but_tokens(text)))), None)


def per_thousand_tokens(text: str) -> float | None:
    """What 1,000 tokens cost, or None."""
    for times, form in _TOKENS:
        if hit := form.search(text):
            return round(_price(hit) * times, 12)
    return None


def without(text: str) -> str:
    """The message without prices: what is left may say how far back to look."""
    text = _but_tokens(text)
    for form in _HOURLY:
        text = form.sub(" ", text)
    return text


def _price(hit: re.Match[str]) -> float:
    return round(value_of(hit["price"]) / (100 if hit["cents"] else 1), 12)


def _but_tokens(text: str) -> str:
    for _, form in _TOKENS:
        text = form.sub(" ", text)
    return text
