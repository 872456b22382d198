"""Which groups of people a text names, by words on our lists, told apart from the same words of other things."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tools.audit._lists import ANY, LANGUAGES, Context, Term, people
from tools.audit.words import group_of_name

TOKEN = re.compile(r"\d+|[^\W\d_]+|[.,;:!?()\"\n]")
STOPS = frozenset('.,;:!?()"\n')
AGES = re.compile(
    r"\b(\d{1,3})[- ](?:years?|yrs?)[- ]olds?\b(?! (?:house|building|car|phone|laptop|wine|tree|company))"
    r"|\b(?:aged|age of) (\d{1,3})\b|\b(\d{1,3}) ?(?:yo|y/o)\b|\b(\d{1,3}) years of age\b",
    re.IGNORECASE,
)
AGE_OF_PERSON = re.compile(
    r"(?:\b(?:i|he|she|they|we|who)(?:['’]\w+| am| is| are| was| were)? |an? |the |my |our |his |her |their |your )$",
    re.I,
)
FARTHEST = 4
"""Words between an ambiguous word and the person it is said of, all of them small or telling a group too."""
_AS = frozenset("like being as is was am are s m".split())
_CLOSED = STOPS | frozenset("who and or but".split())
Tokens = Sequence[str]


@dataclass(frozen=True)
class Found:
    """A term in a text, as it is written there."""

    attribute: str
    group: str
    words: str


class Finder:
    """Finds terms in texts: one pass over the words of each.

    Args:
        terms: What to look for.
    """

    def __init__(self, terms: Iterable[Term]) -> None:
        self._by_first: dict[str, dict[str, list[tuple[Tokens, Term]]]] = {}
        for term in terms:
            words = tokens(term.words)
            if words:
                first = self._by_first.setdefault(term.language, {}).setdefault(words[0].lower(), [])
                first.append(([word.lower() for word in words], term))
                first.sort(key=lambda pair: -len(pair[0]))
        in_all = self._by_first.get(ANY, {}).keys()
        self._firsts = {one: self._by_first.get(one, {}).keys() | in_all for one in LANGUAGES}

    def find(self, text: str) -> list[Found]:
        """The terms in a text, in its order; the longest that fits at each place."""
        words = tokens(text)
        low = [word.lower() for word in words]
        language = language_of(low)
        found = _ages(text)
        firsts = self._firsts[language]
        place = 0
        while place < len(words):
            here = self._at(words, low, place, language) if low[place] in firsts else []
            found += [
                Found(term.attribute, term.group, " ".join(words[place : place + length])) for term, length in here
            ]
            place += max((length for _, length in here), default=1)
        return found

    def _at(self, words: Tokens, low: Tokens, place: int, language: str) -> list[tuple[Term, int]]:
        """The terms that begin at a place: the longest of each attribute."""
        listed = [pair for one in (language, ANY) for pair in self._by_first.get(one, {}).get(low[place], ())]
        found: dict[str, tuple[Term, int]] = {}
        for spelled, term in listed:
            length = len(spelled)
            if length > found.get(term.attribute, (term, 0))[1] and list(low[place : place + length]) == spelled:
                written = term.words == term.words.lower() or " ".join(words[place : place + length]) == term.words
                if written and all(self._fits(one, words, low, place, length, language) for one in term.contexts):
                    found[term.attribute] = (term, length)
        return list(found.values())

    def _fits(self, context: Context, words: Tokens, low: Tokens, place: int, length: int, language: str) -> bool:
        before = low[place - 1] if place else ""
        after = low[place + length] if place + length < len(low) else ""
        if after in context.not_before or before in context.not_after:
            return False
        if context.capital and not words[place][:1].isupper():
            return False
        if not (context.of_person or context.before_person):
            return True
        if after in context.also_before or before in context.also_after:
            return True
        if self._before_person(low, place + length, language):
            return True
        return context.of_person and (
            self._said_of_person(words, low, place, language) or _names_a_group(low, place, after, language)
        )

    def _before_person(self, low: Tokens, place: int, language: str) -> bool:
        """Whether a word for a person follows, only small words and other terms between: "black and gay men"."""
        small = people()[language]
        for word in low[place : place + FARTHEST]:
            if word in small["nouns"]:
                return True
            if word not in small["between"] and not self._is_term(word, language):
                return False
        return False

    def _said_of_person(self, words: Tokens, low: Tokens, place: int, language: str) -> bool:
        """Whether a form of "be" comes before, and a person before that: "my neighbour is very old"."""
        small = people()[language]
        at = place - 1
        while at >= 0 and place - at <= FARTHEST and low[at] in small["between"]:
            at -= 1
        while at > 0 and low[at] in small["be"] and low[at - 1] in small["be"]:
            at -= 1
        someone = low[at - 1] in small["nouns"] | small["subjects"] or words[at - 1] in group_of_name()
        return at > 0 and low[at] in small["be"] and someone

    def _is_term(self, word: str, language: str) -> bool:
        return any(len(spelled) == 1 for spelled, _ in self._by_first.get(language, {}).get(word, ()))


def _names_a_group(low: Tokens, place: int, after: str, language: str) -> bool:
    """Whether the word stands for people by itself: "the poor are", "for the blind", "he is a German"."""
    small = people()[language]
    if place > 1 and low[place - 1] in ("a", "an") and low[place - 2] in _AS and (not after or after in _CLOSED):
        return True
    the = place > 0 and low[place - 1] in ("the", "die", "los", "las", "les")
    ends = not after or after in STOPS
    return the and (after in small["group_verbs"] or (ends and place > 1 and low[place - 2] in ("for", "of", "für")))


def tokens(text: str) -> list[str]:
    """Words, numbers and the signs that end a clause."""
    return TOKEN.findall(text)


def language_of(low: Tokens) -> str:
    """Which of our languages a text is in, by its small words; English where nothing tells."""
    counts = {one: sum(word in people()[one]["common"] for word in low[:200]) for one in LANGUAGES}
    best = max(LANGUAGES, key=lambda one: (counts[one], one == "en"))
    return best if counts[best] > 1 else "en"


def _ages(text: str) -> list[Found]:
    """Ages in numbers, of people."""
    found: list[Found] = []
    for match in AGES.finditer(text):
        years = int(next(group for group in match.groups() if group))
        of_person = "-" in match[0] or match[0].lower().endswith("olds") or not match[1]
        if not of_person and not AGE_OF_PERSON.search(text[: match.start()]):
            continue
        group = "child" if years < 13 else "young" if years < 30 else "old" if 60 <= years < 120 else None
        found += [Found("age", group, match[0])] if group else []
    return found
