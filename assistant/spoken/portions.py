"""Parts of a whole: "15 %", "a tenth", "1 in 4", "3 out of every 100", "fifty-fifty"."""

import re

from assistant.spoken.spots import SMALL, spots

_FRACTIONS = {
    "half": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
    "tenth": 10, "twelfth": 12, "fifteenth": 15, "twentieth": 20, "fiftieth": 50, "hundredth": 100, "hälfte": 2,
    "drittel": 3, "viertel": 4, "fünftel": 5, "zehntel": 10, "zwanzigstel": 20, "moitié": 2, "tiers": 3, "quart": 4,
    "cinquième": 5, "dixième": 10, "mitad": 2, "tercio": 3, "cuarto": 4, "quinto": 5, "décimo": 10, "metade": 2,
    "terço": 3,
}  # fmt: skip
_A = "a|an|one|ein|eine|einem|einer|un|une|una|uma?"
_NUMBERS = {"one": 1.0, "ten": 10.0, "ein": 1.0, "eine": 1.0, "une": 1.0, "un": 1.0, "una": 1.0, "uma": 1.0}
_NUMBERS |= {word: float(number) for word, number in SMALL.items()}
_MANY = rf"\d+|{'|'.join(_NUMBERS)}"
_FRACTION = re.compile(
    rf"(?<![\w-])(?:(?P<one>{_A})|(?P<many>two|three|2|3|zwei|drei|deux|dos))[ -]"
    rf"(?P<part>{'|'.join(_FRACTIONS)})s?(?![\w-])"
    r"(?! (?:one|party|time|service|run|version|person|model|copy|way|step|try|attempt|round|day|of (?:may|june"
    r"|july)))",
    re.IGNORECASE,
)
_IN = re.compile(
    rf"(?<![\w./-])(?P<count>{_MANY})(?: \w+)? (?:in|out of|from|of every|of each|of(?= 10+\b)|per(?= 10+\b)|von"
    rf"|sur|de cada|em cada)"
    rf"(?: every| each| jede[nr]?)? (?P<whole>{_MANY})(?![\w.-])",
    re.IGNORECASE,
)
_EVERY = re.compile(
    r"\b(?:every|each|jede[rsn]?) (?P<nth>second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|twentieth"
    r"|hundredth|\d+(?=th\b|nd\b|rd\b))",
    re.IGNORECASE,
)
_STROKE = re.compile(r"(?<![\w./-])(\d{1,3}) ?/ ?(\d{1,4})(?![\w./-])")
_EVEN = re.compile(r"\b(?:50[ /:-]+50|fifty[ -]fifty|half and half|halb[ -]halb)\b", re.IGNORECASE)
_HALF_OF = re.compile(
    r"(?<!second )(?<!first )(?<!and a )(?<![\w-])half(?![\w-]| (?:an?|past|hour|day|way|year|dozen|as)\b)",
    re.IGNORECASE,
)


def portion(text: str) -> float | None:
    """The part of the whole that is said, the last of several; None if none is."""
    found = {spot.start: spot.value / 100 for spot in spots(text) if spot.percent}
    for hit in _FRACTION.finditer(text):
        found[hit.start()] = (3 if hit["many"] in ("three", "3", "drei") else 2 if hit["many"] else 1) / _FRACTIONS[
            hit["part"].lower()
        ]
    for hit in _IN.finditer(text):
        count, whole = _number(hit["count"]), _number(hit["whole"])
        if count < whole:
            found[hit.start()] = count / whole
    for hit in _STROKE.finditer(text):
        count, whole = float(hit[1]), float(hit[2])
        whole = 100.0 if count + whole == 100 else whole
        found |= {hit.start(): count / whole} if 0 < count < whole else {}
    found |= {hit.start(): 1 / _nth(hit["nth"].lower()) for hit in _EVERY.finditer(text)}
    found |= {hit.start(): 0.5 for form in (_EVEN, _HALF_OF) for hit in form.finditer(text)}
    return round(found[max(found)], 10) if found else None


def _nth(said: str) -> float:
    return float(said) if said.isdigit() else ({"second": 2} | _FRACTIONS)[said]


def _number(said: str) -> float:
    return float(said) if said.isdigit() else _NUMBERS[said.lower()]
