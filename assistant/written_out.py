"""Numbers that are written out in several words, put into digits: "two hundred and fifty rows" is 250 rows.

A single word such as "two" stays: what it counts, if anything, is told by what stands beside it.
"""

import re

_SMALL = {word: n for n, word in enumerate("one two three four five six seven eight nine".split(), 1)}
_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
_TEENS_OF = {word: n for n, word in enumerate(_TEENS, 10)}
_TENS = {word: 10 * n for n, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)}
_UNDER_100 = _SMALL | _TEENS_OF | _TENS
_TIMES = {"hundred": 100, "thousand": 1000, "million": 1_000_000}
_WORD = "|".join([*_UNDER_100, *_TIMES])
_AND = "(?:" + "|".join(f"(?<={word})" for word in _TIMES) + ")"
_SEVERAL = re.compile(
    rf"\b(?:(?:a|a couple of|a few) )?(?:{_WORD})(?:(?:[\s-]+|{_AND} and )(?:{_WORD}))+\b"
    rf"|\b(?:a|a couple of) (?:{'|'.join(_TIMES)})\b|\b(?:{'|'.join([*_TENS, *_TEENS])})\b",
    re.IGNORECASE,
)
_OUT_OF = re.compile(
    rf"(?<!row )(?<!run )(?<!fix )\b(\d+|{'|'.join(_SMALL)})"
    r"(?: times| cases| answers)? (?:in|out of) (?:every )?(\d+0)\b",
    re.IGNORECASE,
)
_HALVES = re.compile(rf"\b({'|'.join(_SMALL)}) and a half\b", re.IGNORECASE)
_DOZENS = re.compile(r"\b(half )?(a|one|two|three) dozen\b", re.IGNORECASE)


def in_digits(text: str) -> str:
    """The text with such numbers in digits; "a dozen" and "one and a half" too."""
    text = _HALVES.sub(lambda hit: f"{_SMALL[hit[1].lower()]}.5", text)
    text = _DOZENS.sub(lambda hit: str(12 * _SMALL.get(hit[2].lower(), 1) // (2 if hit[1] else 1)), text)
    text = _SEVERAL.sub(lambda hit: _value(hit[0]), text)
    return _OUT_OF.sub(_percent, text)


def _percent(hit: re.Match[str]) -> str:
    """Nine times out of 10 is 90 %."""
    count, whole = float(_SMALL.get(hit[1].lower(), hit[1])), float(hit[2])
    return f"{100 * count / whole:g} %" if count <= whole else hit[0]


def _value(words: str) -> str:
    """The number, or the words as they are where they make none: "one two three"."""
    said = re.findall(r"[a-z]+", words.lower())
    total = part = 0
    for before, word in zip(["", *said], said, strict=False):
        if word in _TIMES:
            part = (part or (2 if "couple" in said else 1)) * _TIMES[word]
            if _TIMES[word] > 100:
                total, part = total + part, 0
        elif word in _UNDER_100:
            if before in _SMALL or before in _TEENS_OF or (before in _TENS and word not in _SMALL):
                return words
            part += _UNDER_100[word]
    return str(total + part)
