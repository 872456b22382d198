"""Identity numbers: those with check digits of many countries; passports and licences where the text names them."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from tools.clean._personal.checksums import luhn, mod11_10, verhoeff, weighted
from tools.clean._personal.spans import Span, apart, is_made_up, plain, said_before

_DNI = "TRWAGMYFPDXBNJZSQVHLCKE"
_CODICE_ODD = dict(
    zip("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 1, 0, 5, 7, 9, 13, 15, 17, 19, 21,
        2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23], strict=True)
)  # fmt: skip


@dataclass(frozen=True)
class Number:
    """How a country's number looks, how it is checked, and what it is called."""

    country: str
    shape: str
    fits: Callable[[str], bool]
    """Takes the number without spaces and signs, in capitals."""
    words: str = ""
    """Words of which one must stand before; without any, the shape and the check are proof enough."""


def _ssn(n: str) -> bool:
    return n[:3] not in ("000", "666") and n[3:5] != "00" and n[5:] != "0000" and n not in ("123456789", "078051120")


def _nhs(n: str) -> bool:
    return len(set(n)) > 1 and (11 - weighted(n, range(10, 1, -1)) % 11) % 11 == int(n[9])


def _dni(n: str) -> bool:
    return _DNI[int(n[:-1].translate(str.maketrans("XYZ", "012"))) % 23] == n[-1]


def _codice(n: str) -> bool:
    even = sum(int(c) if c.isdigit() else ord(c) - 65 for c in n[1:15:2])
    return (sum(_CODICE_ODD[c] for c in n[:15:2]) + even) % 26 == ord(n[15]) - 65


def _nir(n: str) -> bool:
    body = n[:13].replace("2A", "19").replace("2B", "18")
    return 97 - int(body) % 97 == int(n[13:])


def _bsn(n: str) -> bool:
    return len(set(n)) > 1 and weighted(n, (9, 8, 7, 6, 5, 4, 3, 2, -1)) % 11 == 0


def _steuer(n: str) -> bool:
    return n[0] != "0" and max(n[:10].count(d) for d in n[:10]) in (2, 3) and mod11_10(n)


def _cpf(n: str) -> bool:
    first, second = weighted(n, range(10, 1, -1)) * 10 % 11 % 10, weighted(n, range(11, 1, -1)) * 10 % 11 % 10
    return len(set(n)) > 1 and n[9:] == f"{first}{second}"


def _pesel(n: str) -> bool:
    return len(set(n)) > 1 and -weighted(n, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3)) % 10 == int(n[10])


def _china(n: str) -> bool:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return _is_day(n[6:14]) and "10X98765432"[weighted(n[:17], weights) % 11] == n[17]


def _swedish(n: str) -> bool:
    return luhn(n[-10:]) and _is_day(f"19{n[-10:-4]}")


def _tfn(n: str) -> bool:
    return weighted(n, (1, 4, 3, 7, 5, 8, 6, 9, 10)) % 11 == 0


def _is_day(eight: str) -> bool:
    try:
        return bool(date(int(eight[:4]), int(eight[4:6]), int(eight[6:])))
    except ValueError:
        return False


def _any(n: str) -> bool:
    return len(re.sub(r"\D", "", n)) >= 4


_SEPARATED_SSN = re.compile(r"(\d{3})([- ])\d{2}\2\d{4}")
_SOCIAL = r"ssn|social(?: security)?|\bss ?#|itin|tax(?:payer)? id"
_PASSPORT = r"passport|reisepass\w*|passeport|pasaporte|passaporto|paspoort"
_LICENCE = (
    r"driv(?:er|ing)\S* li[cs]\w*|\bdl\b|licen[cs]e (?:number|no|#|is)|f[üu]hrerschein\w*|permis de conduire|rijbewijs"
)
_NATIONAL = (
    r"national (?:id\w*|insurance|registration)|identity (?:card|number|document)|\bid (?:card|number|no)\b"
    r"|identification"
    r"|personalausweis\w*|ausweis\w*|c[ée]dula|\bcurp\b|documento|carte d.identit[ée]|personnummer|green card"
    r"|visa number"
)
NUMBERS = (
    Number("US", r"(?!9)\d{3}([- ])\d{2}\1\d{4}", _ssn),
    Number("US", r"\d{3}([- ]?)\d{2}\1\d{4}", _ssn, _SOCIAL),
    Number("UK", r"(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d\d ?\d\d ?\d\d ?[A-D]", _any),
    Number("UK", r"\d{3}[ -]?\d{3}[ -]?\d{4}", _nhs, r"\bnhs\b|national health"),
    Number("ES", r"[XYZ\d]-?\d{7}-?[A-Z]", _dni),
    Number("IT", r"[A-Z]{6}\d\d[A-EHLMPRST]\d\d[A-Z]\d{3}[A-Z]", _codice),
    Number("FR", r"[12] ?\d\d ?(?:0[1-9]|1[0-2]|[2-9]\d) ?(?:\d\d|2[AB]) ?\d{3} ?\d{3} ?\d\d", _nir),
    Number("NL", r"\d{4}[. ]?\d{2}[. ]?\d{3}", _bsn, r"\bbsn\b|burgerservice\w*|sofi\w*|citizen service"),
    Number("DE", r"\d{2} ?\d{3} ?\d{3} ?\d{3}", _steuer, r"steuer\w*|\btin\b|tax (?:id|number)"),
    Number("DE", r"\d{8}[A-Z]\d{3}", _any, r"(?:sozial|renten)versicherung\w*|\bsv-?nr"),
    Number("BR", r"\d{3}\.\d{3}\.\d{3}-\d{2}", _cpf),
    Number("BR", r"\d{11}", _cpf, r"\bcpf\b"),
    Number("PL", r"\d{11}", _pesel, r"\bpesel\b"),
    Number("CN", r"[1-9]\d{5}(?:19|20)\d{9}[\dX]", _china),
    Number("IN", r"[2-9]\d{3}([ -]?)\d{4}\1\d{4}", verhoeff, r"aadhaa?r|\buid(?:ai)?\b"),
    Number("IN", r"[A-Z]{3}[PCHFATBLJG][A-Z]\d{4}[A-Z]", _any, r"\bpan\b|permanent account|income tax"),
    Number("CA", r"\d{3}([- ]?)\d{3}\1\d{3}", luhn, r"\bsin\b|social insurance"),
    Number("AU", r"\d{3} ?\d{3} ?\d{3}", _tfn, r"\btfn\b|tax file"),
    Number("SE", r"(?:19|20)?\d{6}[-+]?\d{4}", _swedish, r"person(?:al )?(?:nummer|number|id\w*)|\bpnr\b"),
    Number("KR", r"\d{6}-[1-8]\d{6}", lambda n: _is_day(f"19{n[:6]}") or _is_day(f"20{n[:6]}")),
    Number("", r"(?:[A-Z]{1,2}[ -]?)?\d{6,9}[A-Z]?|[A-Z][A-Z\d]{7,8}", _any, _PASSPORT),
    Number("", r"(?:[A-Z]{1,3}[- ]?)?\d(?:[- ]?[\dA-Z]){4,17}", _any, _LICENCE),
    Number("", r"(?:[A-Z]{1,4}[- ]?)?\d(?:[- ]?[\dA-Z]){4,17}", _any, _NATIONAL),
)
_FORMS = tuple(
    (
        re.compile(rf"(?<![\w.-])(?<!\d )(?:{each.shape})(?![\w-]|[.,]\d| \d)"),
        re.compile(each.words, re.IGNORECASE) if each.words else None,
        each.fits,
    )
    for each in NUMBERS
)
_UNNAMED = tuple(each for each in _FORMS if each[1] is None)
_WORDS = re.compile("|".join(each.words for each in NUMBERS if each.words), re.IGNORECASE)
_FOUR_DIGITS = re.compile(r"(?:\d\D{0,3}){4}")


def identity_spans(text: str) -> list[Span]:
    """Numbers by which a state knows a person.

    Example:
        >>> text = "SSN 521-44-9087, NI number AB 12 34 56 C, passport no. C01X00T47, order 521449087"
        >>> [text[start:end] for start, end in identity_spans(text)]
        ['521-44-9087', 'AB 12 34 56 C', 'C01X00T47']
    """
    if not _FOUR_DIGITS.search(text):
        return []
    named = bool(_WORDS.search(text))
    return apart(
        each.span()
        for form, words, fits in (_FORMS if named else _UNNAMED)
        for each in form.finditer(text)
        if not is_made_up(each[0])
        and (words is None or said_before(text, each.start(), words, 48))
        and fits(plain(each[0]))
    )
