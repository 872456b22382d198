"""How many of something, by whatever noun it goes: "80 pairs", "500 shop reviews", "only sixty of them", "7 depots"."""

import re

from assistant.parts import Part
from assistant.spoken.spots import Spot

THINGS = frozenset(
    """pairs pair rows row answers answer examples example requests questions texts calls mails emails messages reviews
    letters posts tickets reports cases records lines comments replies phrases documents notes items pieces samples
    dialogues conversations articles abstracts essays comparisons judgements judgments""".split()
)
"""What rows are called."""
_NO_THINGS = frozenset(
    """percent times time months month days day weeks week years year hours hour minutes minute min mins seconds
    o'clock classes class categories columns column versions version steps step tokens words characters epochs epoch
    rounds round layers layer models model runs run datasets files stars star points corrections clicks votes
    presses verdicts complaints wrong corrected gb mb bits bit euros dollars people persons nurses colleagues users
    annotators volunteers experts persons annotator seeds percentage am pm""".split()
)
"""What is counted, but is no row and nobody that has rows."""
_FUNCTION = frozenset(
    """, a an and are as at be but by can do for from has have here i if in instead into is it let more no not now of
    on only or out over per please pls plus right so than that the them then there these this those to today tonight
    too until up us was we rather maybe perhaps again though enough suffice suffices plenty should would must could
    max tops fine ok okay thanks thank also all each every any say like sounds seems looks makes does were what this
    first instead when which while will with without you is's und oder mit von y de et ou e com""".split()
)
_THERE = frozenset("these those the this that my our your their his her its already some".split())
"""Before a number: it tells of what is there."""
_OTHER = frozenset(
    """seed version step row line run rank port fix report batch epoch v ward room size alpha skew epsilon eps number
    grade points rule question chapter team shop branch floor class level least""".split()
)
"""Before a number: it counts nothing."""
_LIMIT = frozenset("max maximum most only just to exactly up about around roughly take rather fewer".split())
_ACROSS = frozenset("across among over between amongst entre unter auf".split())
_LABELLING = frozenset("label look judge read check rate open mark review see score tag".split())
_NONE = re.compile(
    r"\b(?:(?:don['’]?t|do not|never) (?:open|show|give|put up|lay out)\b[^.;,!?]{0,20}\b(?:anything|any|something"
    r"|rows|requests|others?)"
    r"|nothing (?:to|for) label\w*|(?:no|without|skip(?: the)?) (?:any )?(?:manual |hand )?label+ing"
    r"|nobody (?:labels|has time to label)|(?:don['’]?t|not) (?:want to )?label anything)\b",
    re.IGNORECASE,
)
_YEARS = range(1900, 2101)
FEWEST = 10
"""Fewer than that are rows only if they are called so: "two recruiters", "two of us"."""


def rows(spots: list[Spot], part: Part) -> tuple[int | None, bool]:
    """How many rows, and whether that is beyond doubt."""
    fewest = FEWEST if part.get("minimum", 0) else 2
    found = [spot for spot in spots if _may_be(spot, part) and (spot.value >= fewest or _is_of_rows(spot))]
    return _one_of(found)


def none_wanted(text: str) -> bool:
    """Whether no rows are to be labelled: "don't open anything", "nothing to label", "without labelling"."""
    return bool(_NONE.search(text))


def holders(spots: list[Spot], part: Part, others: set[str]) -> tuple[int | None, bool]:
    """How many of those that keep their rows to themselves: offices, farms, participants.

    Args:
        spots: The numbers.
        part: The argument's schema.
        others: Words that belong to other arguments.
    """
    others = others | THINGS | {"label", "labels", "gpus", "gpu", "cores", "cpus", "machines"}
    found = [
        spot
        for spot in spots
        if _may_be(spot, part)
        and (noun(spot) or {*spot.before[:1]} & _ACROSS or spot.after[:2] == ("of", "us"))
        and not {*spot.after[:2]} & others
    ]
    return _one_of(found)


def noun(spot: Spot) -> str:
    """The word that says what the number counts, or empty where it stands alone."""
    for place, word in enumerate(spot.after[:3]):
        if word in _FUNCTION:
            return spot.after[0] if place else ""
        if re.fullmatch(r"[^\W\d_]{3,}(?:s|n|people|firms)|people|of", word) or word in THINGS:
            return word
    return spot.after[0] if spot.after and spot.after[0][0].isalpha() else ""


def _is_of_rows(spot: Spot) -> bool:
    return noun(spot) in THINGS or (spot.after[:1] == ("to",) and bool({*spot.after[1:2]} & _LABELLING))


def _may_be(spot: Spot, part: Part) -> bool:
    fits = spot.whole and part.get("minimum", 0) <= spot.value <= part.get("maximum", float("inf"))
    before = [word for word in spot.before[:2] if word not in ("number", "the")]
    told_of = spot.before[:1] and (spot.before[0] in _THERE or "already" in spot.before[:3])
    other = bool(before[:1]) and before[0] in _OTHER
    year = spot.value in _YEARS and not noun(spot)
    return bool(fits and not told_of and not other and not year and not {*spot.after[:2]} & _NO_THINGS)


def _one_of(found: list[Spot]) -> tuple[int | None, bool]:
    if len({spot.value for spot in found}) > 1:
        told = [spot for spot in found if noun(spot) in THINGS or {*spot.before[:2]} & _LIMIT]
        found = told if len({spot.value for spot in told}) == 1 else found
    if len({spot.value for spot in found}) == 1:
        return int(found[0].value), True
    return None, not found
