"""Which rows a message leaves as they are: "but not for rows about Paris", "leave row 12 and 40 alone"."""

import re

from assistant.written_out import in_digits

_SPARED = (
    r"(?:(?:but|and|yet),? )?(?:please )?(?:leave(?: out)?|keep|skip|spare|ignore|without|except(?:ing)?(?: for)?"
    r"|exclud(?:e|ing)|omit|other than|apart from|besides|bar|save for|all but|not(?: (?:in|for|the|to|on))?"
    r"|don'?t (?:touch|change|do))"
)
"""What stands before rows that stay as they are."""
_NUMBER = r"\d+(?:,\d{3})*(?!\d)"
_ROWS = re.compile(
    rf"{_SPARED}(?: (?:for|in|of|the|those|these|all))* (?:rows?|lines?|records?)(?: numbers?| no\.?| nr\.?)?"
    rf" (?P<numbers>{_NUMBER}(?:(?:,? and |, ?| ?& ?|,? or ){_NUMBER})*)"
    r"(?: (?:as (?:it is|they are)|alone|untouched|unchanged|out|be|stay))*",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    rf"{_SPARED}(?: (?:for|in|of|the|those|these|any|all|with))*"
    r" (?:(?:rows?|lines?|records?|texts?|messages?|ones?|those|anything|everything) )?"
    r"(?:that (?:are|is|talk|speak)(?: about)? |which (?:are|is) )?"
    r"(?:about|mentioning|that mentions?|which mentions?|with the words?|containing|that contains?|on the topic of)"
    r" (?P<words>[\"'“‘«]?[^,.;!?]+?[\"'”’»]?)"
    r"(?= (?:as (?:it is|they are|is)|alone|untouched|unchanged|out|stay|please|thanks)\b|\s*(?:[,.;!?]|$))",
    re.IGNORECASE,
)
_AFTER = re.compile(r"^(?: (?:as (?:it is|they are|is)|alone|untouched|unchanged|out|please))+", re.IGNORECASE)
_QUOTES = "\"'“”‘’«» "
LONGEST = 200
"""Characters of the words."""


def rows(text: str) -> list[int]:
    """The numbers of the rows that stay as they are."""
    found = [hit["numbers"] for hit in _ROWS.finditer(in_digits(text))]
    numbers = [number for told in found for number in re.findall(_NUMBER, told)]
    return list(dict.fromkeys(int(number.replace(",", "")) for number in numbers if len(number) < 12))


def about(text: str) -> str:
    """The words that rows which stay as they are have; empty if none are said."""
    hit = _ABOUT.search(text)
    return hit["words"].strip(_QUOTES)[:LONGEST] if hit else ""


def without(text: str) -> str:
    """The message without what it says of such rows: which fixes are meant is said by the rest."""
    for pattern in (_ROWS, _ABOUT):
        while hit := pattern.search(text):
            text = f"{text[: hit.start()].rstrip()}{_AFTER.sub('', text[hit.end() :])}"
    return text.strip()


SETTLED = {"without_rows": rows, "not_about": about}
"""Arguments that the words alone settle."""
