"""What makes two texts say different things although nearly all of their words agree: "type 1", "type 2".

English, as far as words are listed. The lists are closed classes, not topics.
"""

import re
from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import pairwise

from store.engine import literal
from tools.augment._copies import words_of
from tools.augment._kept import NEGATION

_COUNTED = (
    "zero two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion half"
    " twice double triple third fourth fifth"
).split()
"""Not "one", "first" and "second", which mostly count nothing."""
_NUMBERS = rf"\p{{N}}+|\b(?:{'|'.join(_COUNTED)})\b"
_NUMBER = re.compile(_NUMBERS.replace(r"\p{N}", r"\d"))
_CLASSES = """
    monday tuesday wednesday thursday friday saturday sunday; spring summer autumn winter
    january february march april may june july august september october november december
    morning afternoon evening night; today tomorrow yesterday; daily weekly monthly yearly quarterly hourly
    day week month year hour minute second; red green blue yellow black white orange purple pink brown grey
    north south east west; northern southern eastern western; past present future; ask answer
    my your his her their our; who when where why
    noun verb adjective adverb; nouns verbs adjectives adverbs; synonym antonym; synonyms antonyms
"""
"""Words of which one for another changes what is said, set by set."""
_OPPOSITES = """
    on/off; up/down; in/out; from/to; before/after; above/below; over/under; with/without; am/pm; yes/no; true/false
    he/she; his/her; him/her; man/woman; men/women; boy/girl; boys/girls; male/female; mother mom mum/father dad
    brother/sister; son/daughter; husband/wife; uncle/aunt; king/queen
    more/less fewer; most/least fewest; many/few; increase raise/decrease reduce lower; high/low; higher/lower
    increased raised/decreased reduced lowered; increasing/decreasing; big large/small little; bigger larger/smaller
    long/short; longer/shorter; old/new; older/newer younger; old/young; hot warm/cold cool; fast quick/slow
    faster quicker/slower; early/late; earlier/later; first/last; next/previous last; left/right; top/bottom; front/back
    inside/outside; upper/lower; max maximum/min minimum; open/close; opened/closed; opening/closing
    start begin/stop end finish; started/stopped ended finished; add create insert/remove delete; all/none; all/some
    added created inserted/removed deleted; enable/disable; enabled/disabled; activate/deactivate; block/unblock
    activated/deactivated; lock/unlock; locked/unlocked; blocked/unblocked; freeze/unfreeze; subscribe/unsubscribe
    install/uninstall; connect/disconnect; login/logout; upload/download; import/export; send/receive; sent/received
    buy/sell; bought/sold; lend/borrow; deposit/withdraw withdrawal; credit/debit; win/lose; won/lost; pass/fail
    passed/failed; accept/reject decline; accepted/rejected declined; allow/forbid deny; allowed/forbidden denied
    right correct/wrong incorrect; good/bad; better/worse; best/worst; positive/negative; possible/impossible
    legal/illegal; valid/invalid; safe/unsafe dangerous; love like/hate dislike; happy/sad unhappy
    easy simple/hard difficult; cheap/expensive; rich/poor; full/empty; public/private; internal/external; input/output
    source/target; sender/receiver recipient; always/never sometimes; everyone/nobody; include/exclude
    singular/plural; alive/dead; born/died; birth/death; arrive/leave; arrival/departure; push/pull
    ascending/descending; horizontal/vertical; physical/virtual; domestic/foreign international; local/remote
    online/offline; advantage benefit/disadvantage drawback; advantages benefits/disadvantages drawbacks
    similarities/differences; cause/effect; causes/effects; pros/cons
"""
"""Words and their opposites, pair by pair, with what means the same beside them."""
_SIDES: dict[str, dict[int, int]] = {}
"""For each word, the sets that it is in and its side there."""
for _number, _set in enumerate(re.split(r"[;\n]", _CLASSES.replace(" ", "/") + _OPPOSITES)):
    for _side, _words in enumerate(_set.split("/")):
        for _word in _words.split():
            _SIDES.setdefault(_word, {})[_number] = _side
_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_NAMES_AT_MOST = 0.5
"""The share of capitalised words from which capitals say nothing, as in a title."""
FEW = 6
"""Words in one text alone up to which any two may stand for each other; among more, only those in the same place."""
_TYPO_FROM = 5
"""Letters of a name from which one wrong letter is taken for a typo."""


def telling(cell: str) -> str:
    """SQL for the numbers and the count of negations in a text: where these differ, so does what is said.

    Args:
        cell: SQL for the text.
    """
    numbers = f"list_sort(regexp_extract_all(lower({cell}), {literal(_NUMBERS)}))"
    return f"row({numbers}, len(regexp_extract_all({cell}, {literal(f'(?i){NEGATION.pattern}')})))"


def lacks(one: str, other: str) -> bool:
    """Whether two texts differ in numbers or negations, and one of them has all that the other has.

    Example:
        >>> lacks("how do I treat type 1 diabetes", "how do I treat type diabetes")
        True
        >>> lacks("how do I treat type 1 diabetes", "how do I treat type 2 diabetes")
        False
    """
    here, there = ((Counter(_NUMBER.findall(text.lower())), len(NEGATION.findall(text))) for text in (one, other))
    fewer, more = sorted((here, there), key=lambda told: told[0].total())
    return here != there and fewer[0] <= more[0]


def tells(word: str) -> bool:
    """Whether a word alone may make the difference: a number, a negation, a capitalised or a listed word."""
    plain = words_of(word)
    listed = any(part in _SIDES or part in _COUNTED or any(c.isdigit() for c in part) for part in plain)
    return listed or word[:1].isupper() or NEGATION.search(word) is not None


def told_apart(one: str, other: str) -> bool:
    """Whether a name stands for another, a word for its opposite or another of its class, or two trade places.

    Example:
        >>> told_apart("Please fly me to Paris on Monday", "please fly me to Rome on Monday")
        True
        >>> told_apart("raise my credit limit", "lower my credit limit")
        True
        >>> told_apart("Please fly me to London", "please, fly me to Lodon now")
        False
    """
    words, others = words_of(one), words_of(other)
    here, there = (set(Counter(a) - Counter(b)) for a, b in ((words, others), (others, words)))
    names = {*_names(one)} & here, {*_names(other)} & there
    if _swapped(words, others):
        return True
    if not _traded(here, there, names):
        return False
    if len(here) + len(there) <= FEW:
        return True
    blocks = SequenceMatcher(None, words, others, autojunk=False).get_opcodes()
    traded = [(here & {*words[a:b]}, there & {*others[c:d]}) for what, a, b, c, d in blocks if what == "replace"]
    return any(_traded(some, instead, names) for some, instead in traded)


def _traded(here: set[str], there: set[str], names: tuple[set[str], set[str]]) -> bool:
    """Whether words that only one text has stand against such words of the other: opposites, or names."""
    if any(_opposed(a, b) for a in here if a in _SIDES for b in there if b in _SIDES):
        return True
    new = [name for name in names[0] & here if not any(_typo(name, near) for near in there)]
    return bool(new) and any(not any(_typo(name, near) for near in here) for name in names[1] & there)


def _swapped(words: list[str], others: list[str]) -> bool:
    """Whether what comes after "from" alone in one text comes after "to" alone in the other."""
    after = [{(way, word) for way, word in pairwise(each) if way in ("from", "to")} for each in (words, others)]
    return any(
        ("from", word) in here and ("to", word) not in here and ("to", word) in there and ("from", word) not in there
        for here, there in (after, after[::-1])
        for _, word in here
    )


def _opposed(one: str, other: str) -> bool:
    sides = _SIDES[other]
    return any(sides.get(number, side) != side for number, side in _SIDES[one].items())


def _names(text: str) -> Iterator[str]:
    """Words that are capitalised within a sentence, in lower case; none from a text that capitalises most words."""
    found = list(_WORD.finditer(text))
    capital = [word for word in found if word[0][0].isupper() and not re.match(r"I(?:['’]|$)", word[0])]
    if len(capital) > _NAMES_AT_MOST * len(found):
        return
    for word in capital:
        before = text[: word.start()].rstrip()
        if before and (before[-1].isalnum() or before[-1] in ",;'’&/-"):
            yield from words_of(word[0])


def _typo(one: str, other: str) -> bool:
    """Whether one letter more, less or different, or two swapped, make one word the other."""
    if min(len(one), len(other)) < _TYPO_FROM or abs(len(one) - len(other)) > 1:
        return False
    start = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    one, other = one[start:], other[start:]
    return (
        one[1:] == other[1:]
        or one[1:] == other
        or one == other[1:]
        or (one[1::-1] == other[:2] and one[2:] == other[2:])
    )
