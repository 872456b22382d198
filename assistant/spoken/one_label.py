"""The one label whose words are asked for: "cues for 'engineering'", "what does run-2 call spam"."""

import re
from itertools import takewhile

from assistant.nearest import FUNCTION_WORDS
from assistant.spoken.phrases import either, ended, quoted

_WORDS = (
    r"(?:words?|cues?|terms?|vocabulary|tokens?|signals?|keywords?|expressions?|mots|w[öo]rter|palabras|palavras"
    r"|drivers?|hints?|features?)"
)
_ONE = r"[\"'“‘«]?\s?([\w+-]+(?: [\w+-]+){0,2}?)\s?[\"'”’»]?"
_END = (
    r"(?=\s*(?:$|[,.;:?!)]|\b(?:in|on|from|to|as|with|by|over|taken|seen|according|across|usually|mostly|generally"
    r"|alone|only|at|and|please|pls|using|for|of|is|are|within|rows|seed|team|class|label|category|delays?|mails?"
    r"|messages?|tickets?|comments?)\b))"
)
_KINDS = "label|class|category|intent|topic|answer|verdict|value|grade|tag|code|department|team|queue|group"
_KIND = rf"(?:(?:the )?(?:{_KINDS}) )?"
_EACH = frozenset(
    """each every all both any the a an its it them that this those these which what label labels class classes category
    run model general whole one two rows seed sample me us you my our i people data test training first second overall
    everything something most important top cue words in of or and to altogether generally
    decision decisions answer answers
    prediction predictions outcome verdict verdicts intents topics grades queue queues department departments team teams
    result results grading choice choices judgement guess call calls mind texts rows mails mail messages message reviews
    tickets grader here there over per per-class generally overall usually mostly
    decide decides urgency severity sentiment topic code codes""".split()
)


def label(wish: str, names: list[str]) -> str | None:
    """The value of the answer column that is meant; None if the words of all are asked for.

    Args:
        wish: The message.
        names: The runs, by which no label is called.
    """
    taken = {name.lower() for name in names}
    foreign = [one for one in quoted(wish) if one.lower() not in taken]
    if len(foreign) == 1:
        return foreign[0]
    for pattern in _patterns(names):
        for found in pattern.finditer(wish):
            words = list(takewhile(_may_be, ended(next((part for part in found.groups() if part), "")).split()))
            if words and " ".join(words).lower() not in taken:
                return " ".join(words)
    return None


def _may_be(word: str) -> bool:
    """Whether a word may be a piece of a label."""
    return word.lower() not in _EACH | FUNCTION_WORDS and not re.match(r"run-?\d|\d{2,}$", word.lower())


def _patterns(names: list[str]) -> list[re.Pattern[str]]:
    run = rf"(?:{either(names)}|run[ -]?\d+|it|the model)"
    told = [
        rf"\b(?:only|just|solely) (?:for )?{_KIND}{_ONE}(?: (?:words|cues))?\s*(?:$|[,.;?!])",
        rf"\bfor {_KIND}{_ONE} (?:alone|only){_END}",
        rf"\b{run} (?:calls?|labels?|says?|answers?|considers?|deems?|takes? (?:for|as)|thinks? (?:is|of as)"
        rf"|files? under|sees? as|recogni[sz]es?(?: as)?) (?:something |a \w+ |it )?{_ONE}{_END}",
        rf"\b(?:makes?|making|turns?|earns?|gets?|push(?:es)?|sends?|drives?|marks?|points?|speaks?|leads?"
        rf"|tells?|says?|means?|signals?|gives? away|stands?)"
        rf"(?: (?:a|an|the) \w+| {run}| something| it)?(?: (?:as|to|towards|into|for|say|think|predict|choose|at|away"
        rf"|is))*(?: an?)? {_KIND}{_ONE}{_END}",
        rf"\b{_WORDS}\b(?: (?:that|which))?[^.;,?]{{0,30}}? (?:for|of|behind|say|mean|towards|4) {_KIND}{_ONE}{_END}",
        rf"\bfor {_KIND}{_ONE}{_END}",
        rf"\b(?:for|of|behind|about|to) the {_ONE} (?:{_KINDS}|ones?)\b",
        rf"\b(?:gives?|giving) {_ONE} away\b",
        rf"\bwhat (?:is|are|counts as|does|says|has \S+ learnt about|has \S+ learned about"
        rf"|makes) (?:an? )?{_ONE} (?:in|to|for|as|according|by|mean)\b",
        rf"\b(?:learn(?:t|ed)?|knows?) (?:about|when it comes to) {_KIND}{_ONE}{_END}",
    ]
    return [re.compile(one, re.IGNORECASE) for one in told]
