"""Find phone numbers in running text, without taking order numbers, prices and dates for them."""

import re
from collections.abc import Iterator

from phonenumbers import Leniency, PhoneNumberMatch, PhoneNumberMatcher, PhoneNumberType, number_type, parse

from tools.clean._personal.spans import Span

MASK = "<PHONE>"
REGIONS = (
    "US GB DE FR AU IN NL SE IE NZ ZA IT JP KR CN BR TR CH AT BE FI UA NG KE PK PH MY TH ID VN EG IL AE"
    " ES PT PL CZ NO DK GR HU RO RU SG HK MX AR CL CO"
).split()
"""Where a number without its country may be from, the likeliest first."""
LEADING_ZERO = frozenset("GB DE FR AU NL SE IE NZ ZA".split())
"""Where mobile numbers at home start with 0 and are told apart from others by the digits that follow."""
CANDIDATE = re.compile(r"(?<![^\W_])[+(]{0,2}\d(?:[\s\u00a0().\-–/]{0,3}\d){6,}")
PHONE_WORDS = re.compile(
    r"(?:\b(?:call\w*|phone\w*|telephone|tel|mobile|mob|cell\w*|ring|rang|text|txt|sms|whats ?app|fax|dial\w*|landline|"
    r"(?:hot|help|direct )line|help ?desk|customer (?:services?|care|support)|"
    r"reception|answerphone|voicemail|contact|reach|viber|signal|telegram|(?:my|our|his|her|their) (?:\w+ )?number|"
    r"telefon\w*|handy\w*|mobil\w*|ruf\w*|anruf\w*|t[ée]l[ée]phone\w*|portable|appel\w*|joign\w*|tel[ée]fono|ll[aá]m\w*|"
    r"m[óo]vil|celular|cellulare|chiama\w*|ligue|ligar|telefone|telem[óo]vel|bel|bellen)\b|☎|📞|📱)"
    r"(?:[^.!?\n]|\.(?!\s)|\.(?=\s*[+(\d])){0,30}$",
    re.IGNORECASE,
)
"""Words before a number, in its sentence, that speak of phoning."""
OTHER_WORDS = re.compile(
    r"(?:\b(?:orders?|invoice|inv|ticket|case|ref|reference|track\w*|parcel|shipment|serial|lot|batch|log|account|acct|iban|card|policy|"
    r"customer|member\w*|booking|reservation|confirmation|id|isbn|ean|upc|sku|article|item|part|model|version|code|pin|"
    r"vat|tax|licen[cs]e|passport|transaction|receipt|contract|price|total|amount|bestell\w*|rechnung\w*|auftrag\w*|"
    r"kunden\w*|sendung\w*|commande|facture|pedido|factura|ordine|fattura|usd|eur|gbp)\b|[#№$€£¥])"
    r"[\s.:#=-]*(?:(?:is|was|number|num|no|nr|nummer|ist|est|es|of|with|id)\b[\s.:#=-]*)*$",
    re.IGNORECASE,
)
"""Words right before a number that say it is something else."""
UNITS = re.compile(
    r"\s?(?:[%€$£¥]|(?:eur|usd|gbp|dollars|euros|kg|km|units|pieces|bytes|rows|people)\b)", re.IGNORECASE
)
DATE = re.compile(
    r"\d{1,4}([./-])\d{1,2}\1\d{1,4}(?:[\sT]+\d{1,2}\b.*)?|\d\d? \d\d? (?:19|20)\d\d"
    r"|(?:19|20)\d\d[\s–/-]{0,3}(?:19|20)\d\d|(?:19|20)\d{6}"
    r"|[0-2]\d[0-5]\d\s?[-–]\s?[0-2]\d[0-5]\d"
)
AMERICAN = re.compile(r"(?:1[\s.-]?)?(?:\([2-9]\d\d\)[\s.-]?|[2-9]\d\d[\s.-])[2-9]\d\d[\s.-]\d{4}")
TRUNK = re.compile(r"\(?0\d.*\D.*\d")
"""A leading 0 and some grouping: how most countries write a number for a caller at home."""
BARE = re.compile(r"0[1-9]\d{8,9}")
"""A national number without grouping; alone it counts only if it is a mobile's."""
RUN = (
    r"0-9\-x\u2010-\u2015\u2212\u30fc\uff0d-\uff0f \u00a0\u00ad\u200b\u2060\u3000()\uff08\uff09\uff3b\uff3d."
    r"\[\]/~\u2053\u223c\uff5e+{\uff0b"
)
RUN_BEFORE, RUN_AFTER = re.compile(rf"[{RUN}]*\Z"), re.compile(rf"[{RUN}]*")
"""What a number is written with, as phonenumbers has it: no number reaches beyond such a run."""
EXTENSION = 30
"""Characters behind a run that its extension may take."""
LOCAL = re.compile(r"(?<![\w-])[2-9]\d\d[.-]\d{4}(?![\w-]|\.\d)")
"""An American number without its area code."""


def mask_phone_numbers(text: str) -> str:
    """The text with every phone number as <PHONE>.

    A number with its country code counts if it is valid there. Without one it counts if it is valid and grouped as
    numbers are in a country, or if the words before speak of phoning; never where they name something else, such
    as an order.

    Example:
        >>> mask_phone_numbers("Order 415 555 0132: ring 020 7946 0321 or +1 415-555-0132.")
        'Order 415 555 0132: ring <PHONE> or <PHONE>.'
    """
    for start, end in reversed(phone_spans(text)):
        text = f"{text[:start]}{MASK}{text[end:]}"
    return text


def phone_spans(text: str) -> list[Span]:
    """Where they stand, in order."""
    found = [span for span, _ in _matches(text, None, Leniency.VALID)] if "+" in text else []
    open_ = [each.span() for each in CANDIDATE.finditer(text) if _may_be_national(text, each)]
    for region in REGIONS:
        if not (open_ := [span for span in open_ if _apart(span, found)]):
            break
        for begin, end in _runs(text, open_):
            for (start, stop), raw in _matches(text[begin:end], region, Leniency.VALID):
                span = (begin + start, begin + stop)
                if _apart(span, found) and _is_meant(text, span, raw, region):
                    found.append(span)
    for local in LOCAL.finditer(text):
        if _apart(local.span(), found) and PHONE_WORDS.search(_before(text, local.start())):
            found.append(local.span())
    return sorted(found)


def _runs(text: str, spans: list[Span]) -> list[Span]:
    """The pieces of a text around some spans, within which a number must lie: a long text is not read over and over."""
    pieces: list[Span] = []
    for start, end in spans:
        if pieces and end <= pieces[-1][1]:
            continue
        before, after = RUN_BEFORE.search(text, 0, start), RUN_AFTER.match(text, end)
        assert before and after
        pieces.append((max(0, before.start() - 2), after.end() + EXTENSION))
    return pieces


def _apart(span: Span, others: list[Span]) -> bool:
    return all(span[1] <= start or end <= span[0] for start, end in others)


def _before(text: str, start: int) -> str:
    return text[max(0, start - 60) : start]


def _matches(text: str, region: str | None, leniency: int) -> Iterator[tuple[Span, str]]:
    match: PhoneNumberMatch
    for match in PhoneNumberMatcher(text, region, leniency=leniency):
        yield (match.start, match.end), match.raw_string


def _may_be_national(text: str, candidate: re.Match[str]) -> bool:
    """Worth trying the countries, which takes a while."""
    number = candidate[0]
    if DATE.fullmatch(number):
        return False
    written = any(form.search(number) for form in (AMERICAN, TRUNK, BARE)) or number.startswith("00")
    return bool(written or PHONE_WORDS.search(_before(text, candidate.start())))


def _is_meant(text: str, span: Span, raw: str, region: str) -> bool:
    start, end = span
    before, after = _before(text, start), text[end:]
    if re.search(r"\d[\s.,:/-]?$", before) or re.match(r"[\s.,:/-]?\d", after):
        return False  # a piece of a longer number, such as a card's
    if OTHER_WORDS.search(before) or UNITS.match(after) or DATE.fullmatch(raw):
        return False
    if raw.startswith("00") or PHONE_WORDS.search(before):
        return True
    if region == "US":
        return bool(AMERICAN.fullmatch(raw))
    if BARE.fullmatch(raw):
        return region in LEADING_ZERO and number_type(parse(raw, region)) == PhoneNumberType.MOBILE
    return bool(TRUNK.match(raw)) and any(_matches(raw, region, Leniency.STRICT_GROUPING))
