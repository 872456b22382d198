"""Which versions of a dataset are meant: "v1 v7", "from 2 to now", "the third and the one after", "state 6"."""

import re
from dataclasses import dataclass
from typing import Any

from assistant.spoken.ordinals import CARDINALS, ORDINALS, numbered

_NOUN = (
    r"(?:versions?|states?|stages?|revisions?|rev|snapshots?|iterations?|editions?|numbers|v|ver|nr|no|number"
    r"|versión|versão|stand|état|#)"
)
_ORDINAL = rf"(?:{'|'.join(ORDINALS)}|\d+(?:st|nd|rd|th))[nrs]?"
_OTHER = (
    r"(?:steps?|changes?|rows?|runs?|fix(?:es)?|reports?|tabs?|sheets?|seeds?|columns?|over|about|some|all|top"
    r"|first|last"
    r"|rows? number|at least|more than|and another|schritt|paso|étape)"
)
"""Before a number: it is no version's."""
_JOINING = (
    r"and|or|vs\.?|versus|to|with|against|from|than|then|beside|next|is|are|was|in|of|on|instead|please|pls|now"
    r"|differ\w*"
    r"|first|likewise|too|again|minus|compared?|until|till|up|at|what|which|which one|side|for|as|by|were|has|have|had"
    r"|und|gegen|mit|bis|zu|et|avec|contre|à|y|con|contra|e|com|a|only|apart|still|did|diff\w*|but|not|i"
)
_COUNTED = (
    r"(?:more|new|other|old|different|further|out of|of the|of them|people|per ?cent|per|rows?|cells?|columns?"
    r"|times|kinds?"
    r"|entry|hour|minute|day|week|month|[^\W\d_]+ (?:rows|cells|columns|texts)|(?!versus|looks|differs|plus|minus"
    r"|this|does|gets|has|was"
    r"|becomes|contains|says|reads|holds|shows|contre|nous|vous)[^\W\d_]{2,}s)"
)
"""After a number: it counts these."""
_BARE = re.compile(
    rf"(?<![\w./#-])(?<!\d[ ,])(?P<bare>\d{{1,3}}|{'|'.join(CARDINALS)})(?![\w%/]|\.\d|,\d{{3}})"
    rf"(?=\s*(?:$|[,.;:!?)→&+–>↔⇒|=-])|\s+(?:{_JOINING})\b|\s+(?!{_COUNTED}\b)[^\W\d_]+)",
    re.IGNORECASE,
)
_OTHERS = re.compile(rf"\b{_OTHER}\s+$", re.IGNORECASE)
_ORDINALS_ALONE = re.compile(
    rf"\b(?:the |between |from |^|(?=\d))(?P<one>{_ORDINAL})(?=,? (?:and|vs\.?|versus|to|with|against|or|state"
    rf"|one)\b|\W*$)"
    rf"|(?:\band|\bvs\.?|\bversus|\bto|\bagainst) (?:the )?(?P<two>{_ORDINAL})\b(?! (?:{_OTHER}|thing|time))",
    re.IGNORECASE,
)
_NAMED = re.compile(
    rf"(?<![\w/.-]){_NOUN}\s?\.?\s?(?:numbers? |no\.? ?|nr\.? ?|#)?(?P<number>\d{{1,5}}"
    rf"|{'|'.join(CARDINALS)})(?![\w%]|\.\d)"
    rf"|(?<![\w-])(?P<ordinal>{_ORDINAL}) (?:and (?:(?:the )?(?P<second>{_ORDINAL}) ))?{_NOUN}(?![\w])"
    r"|\b(?P<first>(?:initial|original|starting|raw) (?:version|state|load))\b",
    re.IGNORECASE,
)
_LOADED = re.compile(
    r"\b(?:(?:from|since|between|at|in|against|with|vs\.?|versus|and|to) (?:the )?(?:very )?"
    r"(?:start|beginning|import|upload|outset|loading|delivery|arrival)|then (?:and|vs\.?|versus) now"
    r"|original(?! (?:text|label|column|language|spelling|wording|answer)s?\b)"
    r"|since (?:i|we) (?:first )?(?:got|had|have|received)"
    r"|(?:version|one|state|data) (?:that )?(?:i|we|you) (?:first )?(?:loaded|uploaded|imported|got|received|sent)"
    r"|raw|unprocessed|untouched|originally|initially|first load(?:ed)?|first (?:came|arrived|got|upload\w*)"
    r"|the upload"
    r"|the (?:very )?original|earliest|oldest|first (?:one )?(?:vs\.?|versus|against|and|to|with) (?:the )?(?:last"
    r"|current|latest|now|newest|present)"
    r"|what (?:i|we|you) (?:first )?(?:uploaded|loaded|gave|sent|had at first|started with)|(?:(?:since|when|as"
    r"|after|how|before|way) (?:(?:it|they|we|i|you|he|she|the \w+) )?(?:first |was |were )*"
    r"(?:loaded|uploaded|imported|came in|arrived|delivered|received|loading))|since (?:the )?(?:import|upload"
    r"|loading|start|beginning)"
    r"|from day one|since day one|day 1|overall|altogether|in total|so far|whole history|(?:before|since) (?:we|i"
    r"|you) (?:touched|cleaned|began|started|did)"
    r"|before (?:any )?(?:clean|chang|edit)ing|everything (?:that )?(?:was |we |i |you )?(?:ever )?(?:have "
    r"|has been )?(?:edited|changed|did|done)"
    r"|ursprünglich|am anfang|au début|al principio|al inicio|no início)\b",
    re.IGNORECASE,
)
_RANGE = re.compile(
    r"(?<![\w/.-])((?:v|versions? )?\d{1,3})\s?(?:-|–|\.{2,3}|/|:|>|->|=>)\s?(v?\d{1,3})(?![\w%/-]|[.,]\d)",
    re.IGNORECASE,
)
_OF_STEP = re.compile(
    r"\b(?:did|does|do|of|by|in|with) (?:the )?(?:step|change) (?:number )?(?P<step>\d+)\b"
    r"|\b(?:what|how much|everything) (?:did |that )?(?:step|change) (?P<other>\d+)\b",
    re.IGNORECASE,
)
_BOTH = re.compile(r"\b(?:both|(?:its|the|my|our|these|those) (?:two|2)) versions\b", re.IGNORECASE)
_AT = re.compile(r"\b(?:at|state|recipe|from|of)\s+$", re.IGNORECASE)
_TO_A_FILE = re.compile(
    r"\w+(?: (?:to|as|into|in|als|en)(?: an?)? (?:csv|json|jsonl|parquet|excel|xlsx|files?|disk|tsv|arrow)\b|\W*$)",
    re.I,
)
_NOT = re.compile(r"\b(?:not|instead of|rather than|than|but no) (?:the )?$", re.IGNORECASE)
_NEXT = re.compile(
    r"\b(?:and|vs|to|with|against) (?:the )?(?:one after|next(?: one)?|following(?: one)?|one that followed)\b", re.I
)
_BEFORE = re.compile(
    r"\b(?:the )?(?:one before|previous(?: one)?|preceding(?: one)?|its predecessor|version before|state before"
    r"|one that preceded)\b",
    re.I,
)
_UP_TO = re.compile(r"^(?:\W*(?:and|und|et|y|e|now|then|hm))*\W*(?:up )?(?:to|until|till|bis|jusqu'à|hasta|até) ", re.I)
_DONE = re.compile(
    rf"\b(?:did|does|do|has|was)\b(?: \w+){{0,2}} {_NOUN}\s?(?P<did>\d+)\b(?! (?:and|to|vs))"
    rf"|\b{_NOUN}\s?(?P<verb>\d+) (?:change|do|did|move|bring|brought|add|introduced?|really|alter|remove|touch)\w*"
    rf"|\b(?:change[sd]?|new|different|happened|the same(?: any more)?|happen|introduced|edited) (?:\w+ )?(?:in|by"
    rf"|with|at) (?:\w+ )?"
    rf"(?:{_NOUN}\s?)(?P<within>\d+)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class _Told:
    place: int
    number: int


def pair(text: str, before: dict[str, Any]) -> tuple[int | None, int | None] | None:
    """The earlier and the later version, None for one that is not said; None if it does not tell.

    Args:
        text: The message.
        before: The arguments of the call before, if it was the same.
    """
    text = _RANGE.sub(r"\1 → \2", text)
    told = _named(text)
    told += _bare(text, told)
    numbers = sorted({one.number for one in told})
    if not numbers and (step := _OF_STEP.search(text)) and (number := int(step["step"] or step["other"])) > 1:
        return number - 1, number
    if not numbers and _BOTH.search(text):
        return 1, 2
    loaded = bool(_LOADED.search(text))
    if loaded and numbers and numbers != [1]:
        return (1, numbers[0]) if len(numbers) == 1 else None
    if loaded:
        return 1, None
    if len(numbers) == 2:
        return numbers[0], numbers[1]
    if len(numbers) == 1:
        return _with_one(text, numbers[0], before)
    return (None, None) if not numbers else None


def by_name(text: str) -> int | None:
    """The one version that is called so: "version 2", "the third version"; None if none or several are."""
    told = {one.number for one in _named(text)}
    return told.pop() if len(told) == 1 else None


def one(text: str) -> int | None:
    """The version that is meant, the last of several: "v1? no, v2"; None if none is said."""
    told = [one for one in _named(text) if not _NOT.search(text[: one.place])]
    if told:
        return max(told, key=lambda one: one.place).number
    at = [one for one in _bare(text, []) if _AT.search(text[: one.place]) or _TO_A_FILE.match(text[one.place :])]
    return at[0].number if len(at) == 1 else None


def _with_one(text: str, number: int, before: dict[str, Any]) -> tuple[int | None, int | None]:
    if _NEXT.search(text):
        return number, number + 1
    if _BEFORE.search(text) and number > 1:
        return number - 1, number
    if _UP_TO.search(text) and isinstance(before.get("from_version"), int):
        return before["from_version"], number
    if number > 1 and _DONE.search(text):
        return number - 1, number
    return number, None


def _named(text: str) -> list[_Told]:
    found: list[_Told] = []
    for hit in _NAMED.finditer(text):
        if hit["number"]:
            found.append(_Told(hit.start(), numbered(hit["number"])))
        elif hit["first"]:
            found.append(_Told(hit.start(), 1))
        else:
            found += [_Told(hit.start(), numbered(said)) for said in (hit["ordinal"], hit["second"]) if said]
    return found


def _bare(text: str, named: list[_Told]) -> list[_Told]:
    """Numbers and ordinals that stand alone: "3 → 4", "between the first and the fourth", "One and three."."""
    found: list[_Told] = []
    for hit in _BARE.finditer(text):
        other = _OTHERS.search(text[: hit.start()])
        if not other and numbered(hit["bare"]) and (hit["bare"].isdigit() or _is_joined(text, hit["bare"])):
            found.append(_Told(hit.start(), numbered(hit["bare"])))
    if named or not found:
        found += [_Told(hit.start(), numbered(hit["one"] or hit["two"])) for hit in _ORDINALS_ALONE.finditer(text)]
    return found


def _is_joined(text: str, word: str) -> bool:
    """Whether a number in words has another one beside it: one and three."""
    other = rf"(?:\d+|{'|'.join(CARDINALS)})"
    join = r",? (?:and|to|vs\.?|versus|against|with|or) "
    return bool(re.search(rf"\b(?:{word}{join}{other}|{other}{join}{word})\b", text, re.IGNORECASE))
