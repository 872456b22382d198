"""Where the numbers of a message stand, and which words are around them."""

import re
from dataclasses import dataclass

SMALL = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6, "sieben": 7, "acht": 8, "neun": 9, "zehn": 10, "elf": 11,
    "zwölf": 12, "fünfzehn": 15, "sechzehn": 16, "zwanzig": 20, "dreißig": 30, "vierzig": 40, "fünfzig": 50,
    "hundert": 100, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "sept": 7, "huit": 8, "neuf": 9, "dix": 10,
    "douze": 12, "quinze": 15, "vingt": 20, "trente": 30, "quarante": 40, "cinquante": 50, "cent": 100,
    "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7, "ocho": 8, "nueve": 9, "diez": 10,
    "doce": 12, "quince": 15, "veinte": 20, "treinta": 30, "dois": 2, "duas": 2, "três": 3, "quatro": 4,
    "sete": 7, "oito": 8, "nove": 9, "dez": 10, "doze": 12, "vinte": 20, "trinta": 30,
}  # fmt: skip
"""Numbers of one word; those that a message is put into digits for are not among them."""
TIMES = {"k": 1e3, "thousand": 1e3, "tausend": 1e3, "mille": 1e3, "mil": 1e3, "m": 1e6, "mio": 1e6, "million": 1e6}
TIMES |= dict.fromkeys("millions millionen millones milhões milhão millón".split(), 1e6)
DIGITS = (
    r"(?:\d{1,3}(?:[ ,\u00a0\u202f]\d{3})+(?![\d,])|0,\d+|\d+)?(?:(?<=\d)\.\d+|(?<!\d)\.\d+)?(?:(?<=\d)e-?\d+)?(?<=\d)"
)
_SPOT = re.compile(
    rf"(?<![\w.-])(?<!\D/)(?P<digits>{DIGITS})(?P<times>k\b|m\b"
    rf"| (?:{'|'.join(word for word in TIMES if len(word) > 2)})\b)?"
    r"(?P<percent>\s?%|\s?(?:per ?cent|pct|prozent|pour ?cent|por ?cento?)\b)?(?![\w-]*[^\W\d])"
    rf"|(?<![\w./-])(?P<word>{'|'.join(SMALL)})(?![\w-])",
    re.IGNORECASE,
)
_STOP = re.compile(r"[;:.!?()](?=\s|$)| - | – ")
AROUND = 4
"""Words on each side."""


@dataclass(frozen=True)
class Spot:
    """A number and the words around it, the nearest first; a stop ends them."""

    value: float
    before: tuple[str, ...]
    after: tuple[str, ...]
    start: int
    end: int
    percent: bool = False
    in_words: bool = False

    @property
    def whole(self) -> bool:
        """Whether it can count things."""
        return self.value.is_integer() and not self.percent


def spots(text: str) -> list[Spot]:
    """The numbers of a message in their order, those of names aside: the 2 of "run-2"."""
    return [_spot(text.lower(), found) for found in _SPOT.finditer(text)]


def value_of(digits: str) -> float:
    """What digits say: "1,000", "10 000", "0,5", ".4"."""
    digits = digits.replace(",", ".") if re.fullmatch(r"0,\d+", digits) else digits
    return float(re.sub(r"[ ,\u00a0\u202f]", "", digits))


def _spot(text: str, found: re.Match[str]) -> Spot:
    value = float(SMALL[found["word"].lower()]) if found["word"] else value_of(found["digits"])
    value *= TIMES[found["times"].strip().lower()] if found["times"] else 1
    value /= 2 if value >= 1000 and re.search(r"\bhalf (?:a )?$", text[: found.start()]) else 1
    before = _STOP.split(text[: found.start()])[-1]
    after = _STOP.split(text[found.end() :])[0]
    return Spot(
        value,
        tuple(_words(before)[::-1][:AROUND]),
        tuple(_words(after)[:AROUND]),
        *found.span(),
        percent=bool(found["percent"]),
        in_words=bool(found["word"]),
    )


def _words(text: str) -> list[str]:
    """The words, and a comma where one stands."""
    return re.findall(r"[^\W\d_][\w'-]*|\d[\d.,]*|,", text)
