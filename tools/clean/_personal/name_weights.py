"""How much speaks for a run of words being a name. The weights are set by hand, in whole and half points."""

import re

from tools.clean._personal import name_cues as cues
from tools.clean._personal.name_lists import folded, lists
from tools.clean._personal.name_runs import Word, begins, kind_of, trimmed

Weighed = tuple[list[Word], float]
NAMES = ("first", "last", "surname")
DOUBTFUL = ("ordinary", "calendar", "function", "starters")
OF_A_WORD: tuple[tuple[tuple[str, ...], float], ...] = (
    (("first",), 3),
    (("last",), 2),
    (("surname",), 1.5),
    (("ordinary", "places", "peoples", "calendar", "starters", "titles", "ranks"), -2),
)
"""What the first fitting line says of a word."""
ANOTHER_FIRST = 2
"""Of a first name that is not the first word."""
BEFORE: tuple[tuple[re.Pattern[str], float, float], ...] = (
    (cues.CALLED, 3, 3),
    (cues.FIELD, 3, 3),
    (cues.SAID_BY, 3, 3),
    (cues.TITLED, 3, 3),
    (cues.GREETED, 2.5, 1.5),
    (cues.ROLE, 2.5, 2),
    (cues.EMPLOYED, -1, -3),
    (cues.WITH_SOMEBODY, 2, 1.5),
    (cues.PRESENTED, 1.5, 1),
)
"""What the first fitting line says of a run that has a listed word, and of others."""
THING = re.compile(
    r"\s?(?:&|and [A-Z]\w+,? (?:LLP|Inc|Ltd|LLC|PLC|Group|Associates)|\+\s?[A-Z]|,? (?:Inc|LLC|Ltd|PLC|GmbH|LLP)\b"
    r"|®|™|\.(?:com|org|net|io)\b)|[@_/\\€]|\(\)|-?\d"
)
"""After a firm, a product, a piece of code."""
OF_MEDICINE = re.compile(
    r"\w+(?:os[ie]s|itis|emia|pathy|plasia|trophy|omas?|asthenia|algia|genesis|dactyly|ism|genic)$|tumou?rs?|triad|types?$"
    r"|anomaly|malformation|deformity|congenital|hereditary|optic|muscular|cephal\w+"
)
"""Lower-case words after a physician's name that make it an illness."""
FIRM = re.compile(r"(?:[A-Z][\w'-]+, ){1,4}[A-Z][\w'-]+,? (?:and|&) [A-Z][\w'-]+")
"""White, Willis and Hoffman."""


def weighed(text: str, run: list[Word]) -> Weighed | None:
    """The run without what only leads to it, with its weight; None if it names something else."""
    if _is_known(run) and not _called(text, run[0].start):
        return None
    run, title = trimmed(text, run)
    if not run or (_is_known(run) and not title):
        return None
    if _is_something_else(text, run):
        return None
    return run, _of_words(text, run) + _of_context(text, run) + title


def _is_known(run: list[Word]) -> bool:
    """Whether it is, or begins with, something named after nobody alive."""
    plain, known = [folded(word.text) for word in run], lists().words["not_people"]
    return " ".join(plain) in known or " ".join(plain[:2]) in known or (len(plain) > 1 and plain[0] == plain[-1])


def _is_something_else(text: str, run: list[Word]) -> bool:
    first, last = run[0], run[-1]
    return (
        len(run) > 5
        or (first.is_("place_heads") and len(run) > 1 and (run[1].is_("places") or not first.is_("first")))
        or any(word.is_("organisation") and not word.is_("last", "first") for word in run)
        or (len(run) > 1 and last.is_("organisation") and (not first.is_("first") or first.is_("places", "ordinary")))
        or bool(THING.match(text, last.end))
        or (len(run) == 1 and bool(re.match(r"\.? \d", text[last.end :]) and first.is_("calendar")))
        or (len(run) == 1 and _in_a_place(text[last.end : last.end + 24]))
        or bool(re.search(r"(?:[&@#/_\d]|\b[A-Z]\.)\s?$", text[max(0, first.start - 4) : first.start]))
        or _is_of_a_thing(text[last.end : last.end + 24], first)
        or _is_firm(text, run)
    )


def _in_a_place(after: str) -> bool:
    """Jackson, Mississippi."""
    follows = re.match(r", ([A-Z][^\W\d_]+)", after)
    return bool(follows) and "places" in kind_of(follows[1])


def _is_of_a_thing(after: str, first: Word) -> bool:
    """Crohn's disease, the Anderson Library."""
    follows = re.match(r"(?:'s|’s)? ?([^\W\d_]+)", after)
    if not follows:
        return False
    if OF_MEDICINE.match(follows[1]):
        return True
    owned = first.is_("first") and after[:2] in ("'s", "’s")
    if follows[1].lower() in lists().words["of_things"] and not owned:
        return True
    return follows[1][0].isupper() and folded(follows[1]) in lists().words["organisation"] and " " in after[:3]


def _is_firm(text: str, run: list[Word]) -> bool:
    around = FIRM.search(text[max(0, run[0].start - 60) : run[-1].end + 60])
    if len(run) > 1 or not around or run[0].text not in around[0]:
        return False
    members = [kind_of(word) for word in re.findall(r"[A-Z][\w'-]+", around[0])]
    return all("last" in kind for kind in members) and sum("first" in kind for kind in members) < len(members)


def _of_words(text: str, run: list[Word]) -> float:
    """What the words themselves weigh."""
    whole = [word for word in run if len(word.text) > 1 and not word.is_("particle")]
    if not whole:
        return -9
    points = sum(_of_word(word, place) for place, word in enumerate(whole))
    names = sum(word.is_(*NAMES) for word in whole)
    if len(whole) > 1:
        points += (names > 1) + 1.5 * (not any(word.kind for word in whole)) - (len(whole) > 3)
        points += 0.5 * (names == len(whole) == 2 and not whole[1].is_("colours"))
    elif len(whole[0].text) < 3:
        points -= 1.5
    elif whole[0].text.isupper() and not text.isupper():
        points -= 2 if len(whole[0].text) < 4 else 1
    unlisted = not any(word.kind for word in whole)
    with_initials = len(whole) < len(run) and (bool(names) or (unlisted and len(whole) > 1))
    points += 0.5 * (len(whole) == 2 and not whole[0].kind and whole[1].is_("last", "surname"))
    return points + with_initials


def _of_word(word: Word, place: int) -> float:
    if word.is_("first", "last"):
        if word.is_(*DOUBTFUL):
            return 0.5
        if word.is_("places", "peoples", "organisation"):
            return 1
    if word.is_("first") and place:
        return ANOTHER_FIRST
    for kinds, points in OF_A_WORD:
        if word.is_(*kinds):
            return points
    return -1.5 if word.text.isupper() and len(word.text) < 6 else 0


def _called(text: str, start: int) -> bool:
    before = text[max(0, start - 60) : start]
    return bool(cues.CALLED.search(before) or cues.FIELD.search(before))


def _of_context(text: str, run: list[Word]) -> float:
    """What stands around weighs."""
    start, end = run[0].start, run[-1].end
    before, after = text[max(0, start - 60) : start], text[end : end + 40]
    known, single = any(word.is_(*NAMES) for word in run), len(run) == 1
    points = next((listed if known else other for cue, listed, other in BEFORE if cue.search(before)), None)
    if points is None:
        points = _of_place(before, run[0]) if single else 0.0
    if cues.HUMAN.match(after) or (begins(text, start) and cues.QUOTED.match(after)):
        points += 3
    elif cues.SPEAKS.match(after):
        points += 2 if not single else 1.5 if known else 1
    if known and not text[:start].rpartition("\n")[2].strip(" >*-\"'"):
        alone = after[:1] in ("", "\n") and "\n" in text
        points += 2 if cues.SPEAKER.match(after) else alone
    if single and run[0].is_("ordinary", "function", "starters") and begins(text, start):
        points -= 1
    return points


def _of_place(before: str, word: Word) -> float:
    if cues.AT_WORK.search(before):
        return -2
    if cues.AT_PLACE.search(before) and (not word.is_("first") or word.is_("places", "ordinary")):
        return -1.5
    return 0
