"""Words of the user's own inside a sentence: what stands in quotation marks, and where a phrase ends."""

import re
from collections.abc import Iterable, Iterator, Sequence

_QUOTED = re.compile(r"""(?<!\w)["'“”„‘’«`]\s?([^"“”„«»`\n]{1,80}?)\s?["'”“’‘»`](?!\w)""")
_EDGE = " \t\n\"'“”„‘’«»`"
_VERBS = (
    "show tell start stop train serve deploy list open leave keep let give compare evaluate "
    "delete send put make do run "
    "i we you that it the is will can"
)
_BREAK = re.compile(
    r"(?:(?<!\bDr)(?<!\bMr)(?<!\bMs)(?<!\bSt)(?<!\bMrs)(?<!\bProf)[.!?;:,]+(?=\s|$)"
    r"|\s[-–—]+\s|\s[:;]-?[()DP]|\s?\(|\)|\n).*",
    re.DOTALL,
)
_GOES_ON = re.compile(
    rf"""\s+(?:(?:so\s+(?:that|i|we|they|the|nobody|everybody|people|one)|because|cause|cos|cuz|since|in\s+order
    |as\s+(?:that|it|he|she|they|we|i)|that'?s|it'?s|
    but|which\s+is|if\s+(?:you|it|that)|for\s+(?:now|the\s+moment|the\s+time|clarity|me|us|everyone|everybody)
    |to\s+(?:remember|make|tell
    |avoid|keep)|
    and\s+(?:then|also|{"|".join(_VERBS.split())}))\b|—|->|=>|→|https?:).*""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
_TAIL = re.compile(
    r"""(?:^|\s+)(?:then|please|pls|plz|plse|now|instead|too|also|though|thanks|thx|ty|thank\s+you|again|already|henceforth
    |from\s+(?:now|today|here|tonight|this\s+day|tomorrow)(?:\s+on(?:wards?)?)?|at\s+once|right\s+away|there|here
    |over\s+there
    |any\s*more|will\s+you|would\s+you|could\s+you|for\s+me|for\s+us|it\s+is|lol|ok|okay|rather
    |bitte|danke|ab\s+jetzt|jetzt|geben|nennen|um|merci|svp|en\s+attendant|maintenant|por\s+favor|gracias|ahora
    |obrigad[oa]|agora)$""",
    re.IGNORECASE | re.VERBOSE,
)


def quoted(wish: str) -> list[str]:
    """What stands in quotation marks, in its order."""
    return [found.strip() for found in _QUOTED.findall(wish) if found.strip()]


def ended(words: str) -> str:
    """The phrase that some words begin with: up to the next stop, without what is only polite after it."""
    if begins := _QUOTED.match(words.strip()):
        return begins[1].strip()
    phrase = _GOES_ON.sub("", _BREAK.sub("", words.strip())).strip(_EDGE)
    while (shorter := _TAIL.sub("", phrase).strip(_EDGE)) != phrase:
        phrase = shorter
    return phrase


def either(names: Iterable[str]) -> str:
    """A pattern for one of some names as people write them; one for nothing if there are none."""
    spelled = [r"[\s_-]*".join(map(re.escape, re.split(r"[\s_-]+", name))) for name in names if name]
    return "|".join(sorted(spelled, key=len, reverse=True)) or r"(?!)"


def phrases(patterns: Sequence[re.Pattern[str]], wish: str) -> Iterator[str]:
    """What the patterns find in a message, one pattern after the other, each up to its end."""
    for pattern in patterns:
        for found in pattern.finditer(wish):
            if phrase := ended(next((part for part in found.groups() if part), "")):
                yield phrase
