"""Payment card numbers: the ranges of the issuers, their lengths and the check digit."""

import re

from tools.clean._personal.checksums import luhn
from tools.clean._personal.spans import NO_WORD_AFTER, Span, apart, is_made_up, plain, said_before

CANDIDATE = re.compile(rf"(?<![\w.])(?<!\d[ -])\d(?:[ -]?\d){{11,18}}(?![ -]?\d){NO_WORD_AFTER}")
ISSUERS = re.compile(
    r"4\d{12}(?:\d{3}){0,2}"  # Visa
    r"|(?:5[1-5]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}"  # Mastercard
    r"|3[47]\d{13}"  # American Express
    r"|3(?:0[0-5]|[689]\d)\d{11}(?:\d{2,5})?"  # Diners Club
    r"|(?:6011|64[4-9]\d|65\d\d)\d{12}(?:\d{3})?"  # Discover
    r"|(?:(?:2131|1800)\d{11}|35(?:2[89]|[3-8]\d)\d{12}(?:\d{3})?)"  # JCB
    r"|62\d{14}(?:\d{1,3})?|220[0-4]\d{12}(?:\d{1,3})?|(?:60|81|82|508)\d{12,14}"  # UnionPay, Mir, RuPay
    r"|(?:50[0-9]{2}|5[6-9]\d\d|6[0-9]{3})\d{8,15}"  # Maestro
)
"""ISO/IEC 7812 ranges, with the lengths in use."""
WORDS = re.compile(
    r"\b(?:cards?|credit|debit|cc|visa|master ?card|amex|american express|maestro|discover|diners|karten?\w*|carte"
    r"|tarjeta|carta|cartão|kaart|kort)\b|💳",
    re.IGNORECASE,
)
_SURE = re.compile(r"4|5[1-5]|3[47]|6011|65|35|2131|1800|30[0-5]|3[68]|62|22[2-9]|2[3-6]|27[012]")


def card_spans(text: str) -> list[Span]:
    """Numbers that an issuer could have given; one in ten other numbers has a fitting check digit, so grouping counts.

    Example:
        >>> text = "Card 4111 1111 1111 1111, order 4111111111111112"
        >>> [text[start:end] for start, end in card_spans(text)]
        ['4111 1111 1111 1111']
    """
    return apart(each.span() for each in CANDIDATE.finditer(text) if _is_card(text, each))


def _is_card(text: str, candidate: re.Match[str]) -> bool:
    digits = plain(candidate[0])
    if not ISSUERS.fullmatch(digits) or not luhn(digits) or len(set(digits)) == 1 or is_made_up(digits):
        return False
    if said_before(text, candidate.start(), WORDS, 60):
        return True
    return bool(_SURE.match(digits)) and len(digits) >= 14
