"""Labels to choose from that a request lists: "categories: fall, medication, none", "points from 0 to 4"."""

import re
from collections.abc import Iterator

from assistant.spoken.phrases import quoted

_KIND = (
    r"(?:labels|categor(?:y|ies)|classes|tags|choices?|options|values|codes|types|kinds|answers|levels|grades|buttons"
    r"|picks|kategorien|klassen|étiquettes|catégories|categorias|categorías|etiquetas|clases)"
)
_ITEM = r"[\"'“‘]?[\w&+.-]+(?:[ /'][\w&+.-]+){0,2}[\"'”’]?"
_WORD = r"[\"'“‘]?[^\W\d_][\w+-]*[\"'”’]?"
_COMMA = r"(?:\s*[,;/|]\s*(?:(?:and|or|vs\.?|und|oder|et|ou|y|o|e)\s+)?)"
_LAST = r"(?:\s*,?\s*(?:\band\b|\bor\b|\bvs\b|&|\bund\b|\boder\b|\bou\b|\bet\b|\by\b|\bo\b|\be\b)\s+)"
_MANY = rf"({_ITEM}(?:{_COMMA}{_ITEM})+(?:{_LAST}{_ITEM})?|{_ITEM}{_LAST}{_ITEM})"
_COMMAS = rf"({_ITEM}(?:{_COMMA}{_ITEM}){{1,}}(?:{_LAST}{_ITEM})?)"
_LISTS = [
    re.compile(one, re.IGNORECASE)
    for one in (
        rf"\b{_KIND}\b(?:\s+(?:are|should be|shall be|would be|will be|to (?:choose|pick) from|like|as|either"
        rf"|from|among|named|called))*\s*[:=(–—-]?\s*{_MANY}",
        rf"\b(?:choose|pick|choice|choosing|picking|decide|select)(?:\s+(?:from|between|among|of|one of"
        rf"|either))+\s*:?\s*{_MANY}",
        rf"\b(?:assign|hand out|give|sort (?:them |it |these )?into|split (?:them |it )?into|either|between"
        rf"|mark (?:them |it |each )?(?:as|with)|"
        rf"(?:label|tag|code|classify|annotate)(?: (?:them|it|these|each|rows?))? (?:as|with|by"
        rf"|into))\s+{_MANY}\s*(?:$|[.;!?)]|by hand|please|pls)",
        rf"(?:->|→|=>|:|=)\s*{_COMMAS}\s*(?:$|[.;!?])",
        rf"\(\s*{_COMMAS}\s*\)",
        rf"{_MANY}\s+(?:are|as|would be|should be|shall be)\s+(?:the|my|our)?\s*(?:only |possible )?{_KIND}\b",
        rf"((?:{_WORD}{_COMMA})+{_WORD}\s*,?\s+(?:or|oder|ou)\s+{_WORD})\b",
        rf"(?:\b(?:as|is it|are they|either)\s+"
        rf"|:\s+)((?:{_WORD}{_COMMA})*{_WORD}\s*,?\s+(?:or|oder|ou|vs\.?)\s+{_WORD})\b",
        rf"(?<![\w/.~:-])((?=[^/]{{2}}){_WORD}(?:\s?/\s?(?=\w\w){_WORD}){{2,}}|yes\s?/\s?no)(?![\w/.-])",
        rf"\b(?:with|as)\s+((?:{_WORD}{_COMMA}){{2,}}{_WORD}|(?:{_WORD}{_COMMA})+{_WORD}{_LAST}{_WORD})\s*(?:$|[.;!?])",
        rf"\binto\s+{_MANY}\s*(?:$|[.;!?)])",
    )
]
_SCALE = re.compile(
    r"\b(?:points|stars|scale|scores?|grades?|marks|ratings?|values|levels?|labels|numbers|rate|from|between|of)\b"
    r"[^.;,\d]{0,15}\b(\d)\s*(?:to|-|–|till|until|through|and|\.\.)\s*(\d)\b(?!\s*(?:%|percent|rows))",
    re.IGNORECASE,
)
_SCALE_FIRST = re.compile(
    r"(?<![\d.-])(\d)\s*(?:to|-|–|till|until)\s*(\d)\s*(?:points?|stars?|scale|marks|grades?|ratings?|scores?)\b",
    re.IGNORECASE,
)
_SPLIT = re.compile(rf"{_COMMA}|{_LAST}")
_NO_LABEL = re.compile(
    r"^(?:i|we|you|me|us|it|them|they|that|this|please|pls|thanks|thx|then|so|but|all|both|half"
    r"|by|also|too|now|here|"
    r"rows?|labels?|for|of|in|to|with|on|at|let'?s|open|ratings?|two|three|once|twice|and|or|me|our|my|\d{3,})\b",
    re.IGNORECASE,
)
_END = re.compile(
    r"\s+(?:please|pls|plz|thanks|thx|by hand|only|for (?:the|all|each)\b.*|to choose from|each|in the page|then)$",
    re.IGNORECASE,
)
_BESIDE = re.compile(
    r"^(?:are|is|as|into|between|either|from)\s+|\s[-–—]\s.*$|\s+(?:for|in|on|from|by|at|to|as)\s+\S+$", re.IGNORECASE
)
_LONGEST, _AROUND = 40, " \"'“”‘’."


def choices(wish: str, names: list[str]) -> list[str] | None:
    """The labels that are listed, or None.

    Args:
        wish: The message.
        names: The names of datasets and columns, which are no labels.
    """
    if (scale := _SCALE.search(wish) or _SCALE_FIRST.search(wish)) and int(scale[1]) < int(scale[2]):
        return [str(number) for number in range(int(scale[1]), int(scale[2]) + 1)]
    for found in (found for pattern in _LISTS for found in _all(pattern, wish)):
        items = [_END.sub("", item).strip(_AROUND) for item in _SPLIT.split(_BESIDE.sub("", found[1]))]
        if len(items) > 1 and all(_may_be(item, names) for item in items):
            return list(dict.fromkeys(items))
    foreign = quoted(wish)
    return foreign if len(foreign) > 2 or (len(foreign) == 2 and re.search(rf"\b{_KIND}\b", wish)) else None


def _all(pattern: re.Pattern[str], wish: str) -> Iterator[re.Match[str]]:
    """What a pattern finds, also inside what it found."""
    found = pattern.search(wish)
    while found:
        yield found
        found = pattern.search(wish, found.start() + 1)


def _may_be(item: str, names: list[str]) -> bool:
    taken = {name.lower() for name in names}
    return 0 < len(item) <= _LONGEST and item.lower() not in taken and not _NO_LABEL.match(item)
