"""What the words around a gendered word say about its counterpart: "her desk" but "saw her leave", "Miss Smith"."""

import re
from collections.abc import Mapping
from functools import cache

from tools.audit.words import counterpart, group_of_name

PLACES = frozenset(
    "street road avenue lane park square hospital university college school church bank airport station river island "
    "hall house hotel clinic centre center inc ltd llc county bay bridge".split()
)
"""A name before one of these names a place or a firm: St James Street stays."""
_STAYS = re.compile(
    r"\b(?:mother (?:tongue|nature|country|ship|earth|board)|best man|isle of man|no man'?s land|man of the match"
    r"|father christmas|holy father|heavenly father|founding fathers?|sugar (?:daddy|mama)|son of a|sister (?:company"
    r"|site|ship|brand|city)|big brother(?= (?:is|house|watching))|(?:oh|hey|yeah)[ ,]+(?:man|boy|brother)"
    r"|brother (?:printer|laser|scanner|hl|mfc|dcp)|man the \w+|m[ae]n-(?:made|hours?|power|at-arms|eating)"
    r"|(?:fe)?male (?:connector|plug|socket|thread|adapter|jack|header|pin|end|usb|hdmi)s?)\b",
    re.IGNORECASE,
)
_WORD = r"[^\W\d_]+"
_BEFORE = re.compile(rf"({_WORD})[ \t]+$")
_OF = re.compile(
    r"\b(?:a|an|this|that|some|no|any|one|two|three|another|old|good|close|new)\s+(?:\w+\s+)?(?:friend|colleague|cousin"
    r"|neighbou?r|relative|client|patient|mate|acquaintance|student|teacher|fan|idea|habit|favou?rite)s?\s+of\s+$",
    re.IGNORECASE,
)
_JOINED = re.compile(r"(?:\s*/\s*|\s+(?:or|and)\s+)(his|hers|her|him)\b", re.IGNORECASE)
_JOINED_BEFORE = re.compile(r"\b(his|hers|her|him)(?:\s*/\s*|\s+(?:or|and)\s+)$", re.IGNORECASE)
_AFTER = re.compile(rf"\s+((?:{_WORD}|[$€£]?\d[\d.,]*))")
_SENSES = frozenset(
    "see sees saw seen seeing watch watches watched watching hear hears heard hearing let lets letting make makes made "
    "making help helps helped helping feel felt notice noticed".split()
)
"""After these, "her" may be the one who does what follows: "saw her leave"."""
_KEEPS = _SENSES | frozenset(
    "keep keeps kept leave leaves left find finds found catch caught stop stopped with".split()
)
_DOES = frozenset(
    "leave go come cry cough fall run walk talk speak sing sleep eat drink drive breathe stand sit move wait choose "
    "decide know understand feel think believe see hear look get take give make do be have say tell ask pay find keep "
    "lose win live die stay begin start stop become arrive enter laugh smile scream shout suffer recover relax "
    "collapse faint forget remember vomit limp pack cook read write learn grow steal lie sign apply calm realise "
    "realize".split()
)
_GIVES = frozenset(
    "give gives gave given giving send sends sent sending show shows showed shown offer offers offered hand handed pay "
    "pays paid owe owes owed lend lent cost costs bring brought buy bought teach taught charge charged refund refunded "
    "grant granted prescribe prescribed deny denied save saved allow allowed".split()
)
_MUCH = frozenset(
    "two three four five six seven eight nine ten twelve twenty fifty hundred much many more less several few little "
    "nothing something everything anything enough half another both credit permission".split()
)
_THINGS = frozenset("building clothing wedding evening morning meeting training listing".split())
_BREAKS = frozenset(
    "in on at to for and or but with from about after before when while because the a an her his my our their it alone "
    "again out up down there home outside badly loudly quietly so".split()
)
"""What may follow "saw her crying"; another word makes it "her crying baby"."""
_TITLES = {"miss": "mr", "sir": "dame", "dame": "sir", "lord": "lady", "lady": "lord"}
_ADVERBS = frozenset("never often really almost first both quickly slowly suddenly".split())


def stays(text: str) -> list[tuple[int, int]]:
    """Where a text holds a phrase that says nothing of anybody's gender, such as "mother tongue"."""
    return [found.span() for found in _STAYS.finditer(text.replace("’", "'"))]


def other_gender(text: str, word: re.Match[str]) -> str | None:
    """The counterpart of a gendered word where it stands, in the same case; None if it has none.

    Example:
        >>> [other_gender(text, re.search("her", text)) for text in ("saw her leave", "saw her desk", "told her so")]
        ['him', 'his', 'him']
    """
    following = _following(text, word.end())
    if word[0].lower() in ("her", "his"):
        return _cased(_pronoun(text, word, following), word[0])
    if title := _title(word[0], following):
        return _cased(title, word[0])
    return counterpart(word[0], following)


def names_a_place(text: str, name: re.Match[str]) -> bool:
    """Whether a first name is part of the name of a place or of a firm: James Street, St James."""
    following = _following(text, name.end())
    before = re.search(r"\b(St\.?|Saint|San|Santa|São)\s+$", text[: name.start()])
    return before is not None or (following[:1].isupper() and following.lower() in PLACES)


def known_name(word: str) -> str | None:
    """A first name as it is listed, also where it stands in capitals; None if the word is none."""
    if word in group_of_name():
        return word
    return _capitals().get(word) if len(word) > 3 else None


def article(before: str, old: str, new: str) -> str:
    """The text before a swapped word, with its last "a" or "an" as the new word wants it."""
    found = re.search(r"\b([Aa])(n?)(\s+)$", before)
    if found is None or _vowel(old) == _vowel(new):
        return before
    return before[: found.start()] + found[1] + ("n" if _vowel(new) else "") + found[3]


def _vowel(word: str) -> bool:
    silent = word.lower().startswith(("heir", "hour", "honest", "honor", "honour"))
    return silent or (word[:1].lower() in "aeiouáéíóúàèâêîôûäö" and not word.lower().startswith(("eu", "uni", "use")))


def _pronoun(text: str, word: re.Match[str], following: str) -> str:
    """The other of her and his, as possessive ("his", "her") or not ("him", "hers")."""
    her = word[0].lower() == "her"
    owner, alone = ("his", "him") if her else ("her", "hers")
    if joined := _JOINED.match(text, word.end()) or _JOINED_BEFORE.search(text[: word.start()]):
        return alone if joined[1].lower() in ("him", "hers") else owner
    if not her and _OF.search(text[: word.start()]):
        return alone
    before = found[1].lower() if (found := _BEFORE.search(text[: word.start()])) else ""
    if her and following and _does(before, following, _following(text, word.end(), 2)):
        return alone
    return (counterpart(word[0], following) or owner).lower()


def _does(before: str, following: str, then: str) -> bool:
    """Whether she does what follows, or is given it, and does not own it."""
    next_word, bare = following.lower(), following.lstrip("$€£")
    if before in _SENSES and next_word in _DOES:
        return True
    if before in _SENSES and next_word in _ADVERBS:
        return then.lower() in _DOES
    if before in _KEEPS and next_word.endswith("ing") and len(next_word) > 5:
        return next_word not in _THINGS and not (then and then.lower() not in _BREAKS)
    return before in _GIVES and (next_word in _MUCH or bare[:1].isdigit() or following != bare)


def _title(word: str, following: str) -> str | None:
    """What only a title before a name says: "Miss Smith" is a woman, "I miss Anna" is not."""
    if not following[:1].isupper() or not word[:1].isupper():
        return None
    return _TITLES.get(word.lower())


def _following(text: str, place: int, which: int = 1) -> str:
    """The word after a place, or the one after that; "" before punctuation and at the end."""
    found: re.Match[str] | None = None
    for _ in range(which):
        found = _AFTER.match(text, place)
        if found is None:
            return ""
        place = found.end()
    return found[1] if found else ""


@cache
def _capitals() -> Mapping[str, str]:
    return {name.upper(): name for name in group_of_name()}


def _cased(word: str, like: str) -> str:
    if like.isupper() and len(like) > 1:
        return word.upper()
    return word.capitalize() if like[:1].isupper() else word
