"""International bank account numbers."""

import re

from tools.clean._personal.checksums import mod97
from tools.clean._personal.spans import Span, apart, plain

LENGTHS = {
    code: int(length)
    for length, codes in {
        "15": "NO", "16": "BE", "18": "DK FO FI GL NL", "19": "MK SI", "20": "AT BA EE KZ LT LU XK",
        "21": "HR LV CH LI", "22": "BG BH CR DE GB GE IE ME RS VA", "23": "AE GI IL IQ OM TL SO", "24":
        "AD CZ ES MD PK RO SA SE SK TN VG", "25": "LY PT ST", "26": "IS TR", "27": "BI DJ FR GR IT MC MR SM",
        "28": "AL AZ BY CY DO GT HU LB NI PL SV", "29": "BR EG PS QA UA", "30": "JO KW MU", "31": "MT SC", "32": "LC",
        "33": "RU",
    }.items()
    for code in codes.split()
}  # fmt: skip
"""Characters by country: the SWIFT IBAN registry."""
CANDIDATE = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?:[ -]?[A-Za-z0-9]){11,30}")


def iban_spans(text: str) -> list[Span]:
    """Those of the right length for their country whose check digits fit, grouped or not.

    Example:
        >>> text = "IBAN DE89 3704 0044 0532 0130 00, not DE88 3704 0044 0532 0130 00."
        >>> [text[start:end] for start, end in iban_spans(text)]
        ['DE89 3704 0044 0532 0130 00']
    """
    return apart(span for each in CANDIDATE.finditer(text) if (span := _iban(each)))


def _iban(candidate: re.Match[str]) -> Span | None:
    code, end = plain(candidate[0]), candidate.start()
    length = LENGTHS.get(code[:2], 0)
    if not length or len(code) < length or not mod97(code[:length]):
        return None
    for _ in range(length):
        end += 1
        while not candidate.string[end - 1].isalnum():
            end += 1
    follows = candidate.string[end : end + 1]
    return None if follows.isalnum() else (candidate.start(), end)
