"""What answers are judged by, in the user's own words: "judge by warmth", "the rule: no mention of origin"."""

import re

from assistant.spoken.phrases import phrases, quoted

_NOUN = (
    r"(?:criteri(?:on|a|ums?)|yard-?stick|rule|measure|standard|rubric|bar|benchmark|principle|guideline"
    r"|kriteri\w+|crit[èe]re|criterio|crit[ée]rio)"
)
_JUDGE = (
    r"(?:judg\w*|grad(?:e|es|ed|ing)|rat(?:e|es|ed|ing)|scor(?:e|es|ed|ing)|compar\w*|decid\w*|rank\w*|evaluat\w*"
    r"|assess\w*|pick\w*|choos\w*|weigh\w*|mark(?:s|ed|ing)?|bewerte\w*)"
)
_RUN = (
    r"(?!(?:the )?(?:runs?\b|answers?\b|replies|rows?\b|pairs?\b|base\b|untuned|model|hand\b|an? (?:llm|model|ai"
    r"|machine|judge)|(?:the )?(?:local |language )*(?:llm|ai|machine|judge)\b|seed|both|me\b|us\b|it\b|them\b|\d"
    r"|tuned|which|what is better|its?\b|people|humans?\b|default|myself|itself|that\b|this\b|chance|lot))"
)
_BY = [
    re.compile(one, re.IGNORECASE)
    for one in (
        rf"\b{_NOUN}(?: (?:is|are|be|being|should be|shall be|would be|of|that|for \w+|:|=))*\s*[:=]?\s*{_RUN}(.+)",
        rf"\b{_JUDGE}\b[^.;:]{{0,60}}?\b(?:by|on|for|according to|in terms of|with respect to|regarding|based on"
        rf"|nach) {_RUN}(.+)",
        r"\b(?:use (?=\w+s (?:like|the|no|a)\b)|look(?:ing|s)? (?:out )?for|pay attention to"
        r"|watch(?:ing)? (?:out )?for|go(?:es|ing)? by|reward\w*|(?:prefer|favou?r)s? (?=answers|repl"
        r"|the (?:answer|reply|one|short))|value)(?: the one that| what| whether)? "
        rf"{_RUN}(.+)",
        r"\b(?:(?:the )?(?:good|better|best|right|winning|winner|preferred)(?: answer| reply| one)?)(?: is"
        r"| being|:| =)+ (?:the one|one|an answer|a reply|what|whichever|who(?:ever)?)"
        rf"(?: that| which| who)? {_RUN}(.+)",
        rf"\b(?:wins? (?:if|who|which|that)|whoever|whichever) (?:it )?{_RUN}(.+?)(?: wins)?$",
        rf"[,;:] ?(?:by|on|for) {_RUN}(.+)$",
        rf"\b(?:what (?:counts|matters)|all that (?:counts|matters)|important)(?: most)?(?: is|:) {_RUN}(.+)",
        r":\s*(?:is|are) (?:it|they|the \w+) (.+?)\?*$",
        rf"^{_RUN}(.+?) (?:is|should be|shall be|will be) (?:the|our|my) (?:only )?{_NOUN}\b",
    )
]
_AFTER = re.compile(
    r"""[\s,]+(?:(?:run|seed|on\s+\d|over\s+\d|with\s+seed|for\s+run|of\s+run|between\s+run|against|versus|vs\.?|\d+\s+(?:rows|pairs|answers))\b.*|run-\d.*|judge|wins)$""",
    re.IGNORECASE | re.VERBOSE,
)
_LONGEST = 300


def criteria(wish: str, names: list[str]) -> str | None:
    """What makes one answer better than another; None if nothing is said of it.

    Args:
        wish: The message.
        names: The runs and the datasets, which are no criteria.
    """
    taken = {name.lower() for name in names}
    foreign = [one for one in quoted(wish) if one.lower() not in taken]
    if len(foreign) == 1:
        return foreign[0]
    for phrase in phrases(_BY, wish):
        told = _AFTER.sub("", phrase).strip(" ,.'\"")
        if 2 < len(told) <= _LONGEST and not any(name in told.lower() for name in taken):
            return told
    return None
