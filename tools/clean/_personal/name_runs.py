"""Capitalised words in a row, each with what the lists say of it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from tools.clean._personal import name_cues as cues
from tools.clean._personal.name_lists import folded, lists

TOKEN = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
PARTICLES = frozenset(
    "van von der den de da do dos das del della di du la le el al bin ibn ben bint abu ter ten zu zur af av y e".split()
)
SURNAME = re.compile(
    r"(?:[^\W\d_]{2,}(?:ov|ova|ev|eva|sky|ski|ska|skaya|skiy|wicz|vich|vych|enko|chuk|yan|ian|shvili|dze|sson"
    r"|sen|dottir|son|opoulos|akis"
    r"|idis|escu|eanu|ić|ič|vic|ez|ini|elli|etti|ucci|mann|berg|stein|feld|nen|quist|strom|lund|aitis|auskas"
    r"|oglu|zadeh|pour|wala|kar))$"
    r"|^(?:(?:O['’]|Mc|Mac(?=[A-Z])|Fitz)[A-Z]|mc[a-z]{4})",
)
"""How surnames end, or begin, in many languages."""
LONGEST = 40
"""Letters of a surname."""
Kind = frozenset[str]


@dataclass(frozen=True)
class Word:
    """A word of a text, and what the lists say of it."""

    text: str
    start: int
    end: int
    kind: Kind

    def is_(self, *kinds: str) -> bool:
        """Whether the lists say one of these."""
        return not self.kind.isdisjoint(kinds)


@lru_cache(maxsize=200_000)
def kind_of(word: str) -> Kind:
    """What the lists say of a word."""
    known, plain = lists(), folded(word)
    parts = [part for part in re.split(r"[-'’]", plain) if len(part) > 1] or [plain]
    found = {key for key, words in known.words.items() if plain in words}
    if plain in known.first or (len(parts) > 1 and all(part in known.first for part in parts)):
        found.add("first")
    if plain in known.last or (len(parts) > 1 and all(part in known.last for part in parts)):
        found.add("last")
    if 4 < len(word) < LONGEST and SURNAME.search(word):
        found.add("surname")
    return frozenset(found)


def word_at(text: str, start: int, end: int) -> Word:
    """A word of a text, without the 's of a possessive."""
    if text[end - 2 : end] in ("'s", "’s") and end - start > 3:
        end -= 2
    return Word(text[start:end], start, end, kind_of(text[start:end]))


def runs_of(text: str, shouted: bool) -> Iterator[list[Word]]:
    """Capitalised words in a row, with initials and particles between them."""
    run = list[Word]()
    for found in TOKEN.finditer(text):
        start, end = found.span()
        capital = text[start].isupper() or (text[start] == "d" and text[start + 1 : start + 2] in ("'", "’"))
        if run and not _joined(text, run[-1], start):
            yield run
            run = []
        if capital:
            word = word_at(text, start, end)
            if word.is_("function") and not (run and word.text.lower() in PARTICLES) and not word.is_("first", "last"):
                if run:
                    yield run
                run = []
            elif not shouted or word.is_("first", "last", "titles") or len(word.text) == 1:
                run.append(word)
        elif run and found[0] in PARTICLES:
            run.append(Word(found[0], start, end, frozenset({"particle"})))
        elif run:
            yield run
            run = []
    if run:
        yield run


def _joined(text: str, before: Word, start: int) -> bool:
    between = text[before.end : start]
    initial = len(before.text) == 1 or before.is_("titles") or len(before.text) == 2
    return between == " " or (between in (". ", ".") and initial)


def begins(text: str, start: int) -> bool:
    """Whether a sentence begins here."""
    before = text[:start].rstrip(" \"'“”‘(>*-•\t")
    return not before or before[-1] in ".!?:\n;…"


def trimmed(text: str, run: list[Word]) -> tuple[list[Word], float]:
    """The run without what only leads to a name, and what that weighs."""
    title = 0.0
    while run:
        head, more = run[0], run[1:]
        if _is_title(text, head, more):
            title = 3.0 if head.is_("titles") else 2.0
        elif not _only_leads(text, head, more):
            break
        run = more
    while run and run[-1].is_("particle", "titles", "ranks", "calendar") and not run[-1].is_("first", "last"):
        run = run[:-1]
    return run, title


def _is_title(text: str, head: Word, more: list[Word]) -> bool:
    if not more:
        return False
    if head.is_("titles", "ranks"):
        return not (head.is_("first") and len(more) == 1 and not more[0].is_("first"))
    return not head.is_("first", "last") and bool(cues.A_ROLE.fullmatch(head.text))


def _only_leads(text: str, head: Word, more: list[Word]) -> bool:
    if head.is_("first") and more and not begins(text, head.start):
        return head.is_("starters")
    if head.is_("starters", "function", "particle"):
        return head.is_("starters", "function") or not head.is_("first", "last")
    if head.is_("calendar", "peoples"):
        return bool(more) and not head.is_("first")
    unknown = len(head.text) > 1 and not head.is_("first", "last", "surname", "places", "place_heads")
    return unknown and bool(more) and more[0].is_("first") and begins(text, head.start)
