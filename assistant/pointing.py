"""What is meant when it is not named: "it", "the other one", "the last run"."""

import re
from collections.abc import Sequence
from typing import Any

from assistant.mentions import Mentions
from assistant.transcript import Turn

NOUNS = {
    "dataset": "dataset|data ?set|data|file|set|table|one",
    "run": "run|training|model|one|try|attempt",
    "source": "file|upload|one|attachment",
}
WORDS = {word: n for n, word in enumerate("one two three four five six seven eight nine ten eleven twelve".split(), 1)}
COUNT = "|".join(WORDS)
_ARTICLE = r"\b(?:the|that|this|de[rnm]|die|das|le|la|el|al|au|du|o|ao?|do)"
_IN_A_ROW = {
    r"first|oldest|erste[nrms]?|premi(?:er|ère)|primer[oa]?|primeir[oa]": 0,
    r"second|zweite[nrms]?|deuxi[eè]me|segund[oa]": 1,
    r"third|dritte[nrms]?|troisi[eè]me|tercer[oa]?|terceir[oa]": 2,
    r"fourth|vierte[nrms]?|quatri[eè]me|cuart[oa]|quart[oa]": 3,
    r"last|latest|newest|letzte[nrms]?|neueste[nrms]?|derni(?:er|[eè]re)|[uú]ltim[oa]": -1,
}
_NO_RUN = (
    r"(?! (?:\d+|few|couple|time|step|checkpoint|epoch|hour|minute|day|week|month|row|version|half|quarter|thing)s?\b)"
)
"""What follows a number in a row that is not that of a run."""
_RANGE = re.compile(rf"\b(\d{{1,2}}|{COUNT})(?: ?(?:-|–) ?| (?:to|till|until|through|thru) )(\d{{1,2}}|{COUNT})\b")
PLACES = {
    "first": 0, "oldest": 0, "older": 0, "elder": 0, "earlier": 0, "second": 1, "third": 2, "fourth": 3,
    "fifth": 4, "sixth": 5, "last": -1, "final": -1, "latest": -1, "newest": -1,
    "newer": -1, "later": -1, "younger": -1, "youngest": -1, "previous": -2,
}  # fmt: skip


def pointed_at(
    mentions: Mentions, kind: str, options: Sequence[Any], talk: Sequence[Turn], *, only: bool = True
) -> Any:
    """What "the other dataset" or "the last run" is, or None; the options are in the order they were made.

    Args:
        mentions: The request.
        kind: dataset or run; None is found for other kinds.
        options: The names there are.
        talk: The turns, the present one last.
        only: Whether "the last one" can be nothing but such a dataset.
    """
    if kind not in NOUNS:
        return None
    if (pair := re.search(r"\bthe (former|latter)\b", mentions.text.lower())) and len(talk) > 1:
        told = max((Mentions(text).of(options) for text in (talk[-2].wish, talk[-2].said)), key=len)
        return told[0 if pair[1] == "former" else -1] if len(told) > 1 else None
    alone = only or kind == "run"
    nouns = NOUNS[kind] if alone else NOUNS[kind].replace("|one", "")
    of_two = "|of (?:the |those |these )?(?:two|those|these|them)" if alone else ""
    if kind == "run" and re.search(rf"\b(?:{nouns}) before\b(?! \w+ing)", mentions.text.lower()):
        return options[-2] if len(options) > 1 else None
    if kind == "source" and len(talk) > 1:
        told = Mentions(talk[-2].said).of(options)
        options = told if len(told) == len(options) else options
    text = mentions.text.lower()
    found = re.search(rf"\b({'|'.join(PLACES)}|other)\s+(?:{nouns}{of_two})\b", text)
    if not found and alone:
        found = re.search(r"\bthe (other)(?=\s*(?:[,.;!?]|$|(?:instead|please|too|as well)\b))", text)
    if not found:
        done = re.search(
            rf"\bthe (?:{nouns})(?: that| which)? (?:we|i|you) (?:\w+ ){{1,2}}(first|last)\b", mentions.text.lower()
        )
        return options[PLACES[done[1]]] if done else None
    if found[1] == "other":
        rest = [option for option in options if option != focus(options, talk[:-1])]
        return rest[0] if len(rest) == 1 else None
    place = PLACES[found[1]]
    return options[place] if -len(options) <= place < len(options) else None


def place_of(text: str, options: Sequence[Any]) -> Any:
    """The one that "the second" or "the last" is, though nothing says of what; None if there is none."""
    told = [
        place
        for words, place in _IN_A_ROW.items()
        if re.search(rf"{_ARTICLE} (?:{words})\b{_NO_RUN}", text.lower()) and -len(options) <= place < len(options)
    ]
    return options[told[0]] if len(told) == 1 else None


def turned_to(mentions: Mentions, kind: str, named: Sequence[Any], options: Sequence[Any]) -> Any:
    """What "run-1 is done already, now the other one" goes on to, or None."""
    rest = [option for option in options if option not in named]
    there = rf"[,;.](?: (?:so|now|and|but|then|i|we|do|want|need|please))* the other (?:{NOUNS.get(kind, kind)})\b"
    found = re.search(there, mentions.text.lower())
    before = Mentions(mentions.text[: found.start()]).of(named) if found else []
    return rest[0] if len(named) == len(rest) == 1 and before else None


def counted(text: str, options: Sequence[Any]) -> list[Any]:
    """What "4 and 5", "number two" and "the last" mean in a list whose names end in a number."""
    text = re.sub(r"\b(?:no|not|never mind) (?:that|this|the \w+) (?:one)?\W", " ", text.lower())
    text = _RANGE.sub(_each, text)
    numbers = {str(int(number)) for number in re.findall(r"(?<![\w.%-])\d+(?![\w%]|\.\d)", text)}
    numbers |= {str(WORDS[word]) for word in re.findall(r"\b(?:number|no|nr) (\w+)", text) if word in WORDS}
    ends = {str(option).rpartition("-")[2]: option for option in options}
    if numbers and numbers <= ends.keys():
        return [ends[number] for number in ends if number in numbers]
    if several := re.search(rf"\b(first|former|last|latter|final) (?!one\b)(\d|{COUNT})\b", text):
        many = int(several[2]) if several[2].isdigit() else WORDS[several[2]]
        return list(options[:many] if several[1] in ("first", "former") else options[-many:])
    if several := re.search(rf"\bthe ({COUNT}) (?:ones )?at the (?:very )?(top|beginning|start|end|bottom)\b", text):
        many = WORDS[several[1]]
        return list(options[-many:] if several[2] in ("end", "bottom") else options[:many])
    if len(options) % 2 and re.search(r"\bthe middle (?:one|fix)\b", text):
        return [options[len(options) // 2]]
    told = re.findall(rf"\b(?:the|that) ({'|'.join(PLACES)})(?: one| fix)?\b(?! (?:time|change|step|version))", text)
    places = {PLACES[word] % len(options) for word in told if -len(options) <= PLACES[word] < len(options)}
    return [options[place] for place in sorted(places)]


def _each(hit: re.Match[str]) -> str:
    """A range with each of its numbers: "2 to 4" is "2 3 4"."""
    first, last = (int(end) if end.isdigit() else WORDS[end] for end in hit.groups())
    return " ".join(map(str, range(first, last + 1))) if first < last < first + len(WORDS) else hit[0]


def focus(options: Sequence[Any], earlier: Sequence[Turn]) -> Any:
    """The one that was talked about last, or None."""
    for turn in reversed(earlier):
        told = [turn.wish, *(str(value) for done in turn.done for value in done.arguments.values()), turn.said]
        found = [named for text in reversed(told) if (named := Mentions(text).of(options))]
        if found:
            one = [named for named in found if len(named) == 1]  # an answer that names several is about what was asked
            return (one or found)[0][-1]
    return None
