"""Who a key of a service is for: "a key for Tomasz", "revoke what we gave to the press office", "call it ward 4"."""

import re
from collections.abc import Sequence

from assistant.spoken.phrases import either, phrases, quoted

_KEY = (
    r"(?:(?:api[\s-]?|access[\s-]?)?(?:keys?|tokens?(?!s?\s*(?:a|per|/|each|daily|tokens)\b)|credentials?"
    r"|passwords?|secret|logins?)|access|schl[üu]ssel|cl[ée]|clave|llave|chave)"
)
_LIMIT = re.compile(
    r"""\s+(?:(?:with|of|at|to|for|up\s+to|and|but|by|w/)\s+)?(?:(?:at\s+most|no\s+more\s+than|not\s+more\s+than|max(?:imum)?|maximally|limit\w*|
    capped|up\s+to|a\s+limit|only|just|about|say|not\s+over|under)\s*)*(?:\d[\d.,]*k?|twenty|ten|five|two|three
    |thirty|forty|fifty|hundred|a\s+(?:thousand|hundred|million|few|limit|cap)|some)
    \s*(?:k\b|m\b|million|thousand|hundred)?\s*(?:requests|calls|tokens|questions|times|a\b|an\b|per|/|each|every
    |in\b|daily|token\b).*$
    |\s+(?:with|w/|limited|capped|limit|max|at\s+most|no\s+more|not\s+more|up\s+to|rate|without)\b.*$
    |\s+(?:in\s+any\s+longer|any\s+longer|any\s*more|as\s+of\s+now|right\s+away|immediately|today|tomorrow
    |likewise|as\s+well)\b.*$
    |\s+(?:to\s+(?:use|ask|call|reach|test|try|the)|so\s+|who\b|that\b|which\b|because\b|has\b|is\b|was\b|are\b
    |were\b|should\b|shall\b|must\b|may\b|can\b|needs?\b
    |anlegen|erstellen|machen|sperren|a\s+circul|leaked|left|from\s+(?!\w+\s*$)).*$""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
_NO_ONE = re.compile(
    r"""^(?:it|this|that|them|him|her|me|us|you|a|an|the|one|new|same|another|key|keys|api|second|first|third|other|old|its|their|his|
    my|our|service|endpoint|everyone|everybody|anyone|anybody|which|what|and|or|on|off|in|with|more|by|no|not|any
    |some|good|way|
    nobody|no\s+one|they|people|users|programs|clients|customers|time|minute|day|credential|credentials|token
    |password|those|these|them|tokens?|access|of|to|too|so|calls?|requests?|somebody|someone|here|now|there|still
    |us\s+all|as|is|was|for|at|
    limits?|rate)$""",
    re.IGNORECASE | re.VERBOSE,
)
_ADJECTIVES = (
    "(?:a|an|one) (?:new|second|third|extra|fresh|separate)|new|old|second|third|extra|own|fresh|separate"
    "|temporary|leaked|lost|stolen|another|api"
)
_ASKING = "could|can|would|should|may|shall|also|and|so|please|let|then"
_ONE = r"[\w-]+(?:[.'][\w-]+)*"
_SHORT = rf"((?:the |our |my )?{_ONE}(?:\.? {_ONE}){{0,4}})"


_NAMED = r"(?:called|named|labell?ed|titled|by the name of|with the name|namens|genannt|nommée?|llamada|chamada)"
_ENDS = "revoke|withdraw|end|cancel|block|lock|delete|kill|invalidate|remove"
_MAKES = "make|create|mint|add|issue|want|need|generate"
_GIVES = "give|gives|hand|let|make|grant|send|issue|allow|offer"
_GETS = r"(?:needs?|wants?|gets?|(?:should|shall|must|may|could|has to) (?:get|have|obtain|receive))"
_LETS = r"(?:may|can|should|shall|must|is to|wants? to|(?:should|shall) be able to)"
_NOT_THERE = r"(?!(?:the )?(?:@)\b(?! ))"
_AND_A_KEY = rf"\b(?= .{{0,40}}\b(?:{_KEY}|one)\b)"
_IS_OUT = r"(?:has left|have left|left|has quit|is gone|no longer|must not|may not|should not)"
_NO_NAME = "to|for|on|of|at|is|in|has|with|and|by|or|should|must|can|still|from|a|an|that|which|leaked"
_AROUND = (
    r"\b(?:call|name|label|title) (?:it|this|that|them|the key|the new one)[:,]?\s+(.+)",
    r"\b(?:name|label|title|namens|nom|nombre|nome|for)\s*[:=]\s*(.+)",
    rf"\b{_KEY} (?:name|label|title):? (.+)",
    rf"\b{_KEY}\b[^.;!?]{{0,25}}?\b{_NAMED}\s+(.+)",
    rf"\b{_KEY}\b(?: (?:to|on|at) (?:@))?,? (?:for|4|of|für|pour|para|von|des?) {_NOT_THERE}(.+)",
    r"\b(?:what|whatever|that which|the one|those|keys?|tokens?)(?: that)? (?:we|i) (?:gave|made|issued|handed|sent)"
    r" (?:out )?(?:to|for) (.+)",
    r"\bthe (?:one|key) of (.+)",
    r"\bby (?:the )?name (?:of )?(.+)",
    rf"\b(?:{_ENDS}|{_MAKES}) (?:the |an? |our )?(?:new )?({_ONE}(?: {_ONE})?)(?:'s)? {_KEY}\b",
    rf"\b{_KEY}\s+(?!(?:{_NO_NAME})\b)([\w.-]+)",
    rf"\b(?:{_GIVES}) {_SHORT}? (?:an? |its |their |his |her )(?:own |new |second )*{_KEY}\b",
    rf"(?:^|[.,;:!?>] ?|\b(?:and|so|that|could|can|shall|should|may) ){_SHORT}?"
    rf" (?:(?:also|too|now) )?{_GETS}{_AND_A_KEY}",
    rf"\b(?:could|can|shall|should|may) {_SHORT}? (?:have|get|receive|obtain){_AND_A_KEY}",
    rf"\b(?:the|an?|our) ({_ONE}(?: {_ONE})?) {_KEY}\b",
    rf"(?:^|[.,;:!?] ?){_SHORT}? {_LETS} (?:ask|call|use|query|send|reach|talk to|access)\b",
    r"\b(?:same \w+|limits), (?:but )?for (.+)",
    rf"\b(?:one|another|{_KEY}),? (?:it'?s |it is |this is )?for (.+)",
    rf"\b{_KEY}\b.*\b(?:it'?s|it is|this is|that is) for (.+)",
    rf"\bfor {_SHORT}? (?:on|at|to|of) (?:the )?(?:@)\b",
    r"\b(?:lock|kick|shut|throw|keep) out (.+)",
    rf"\b{_KEY}\b\s*[:(>]+\s*(.+)",
)
"""What stands around the one whom a key is for, the plainest first; @ is a service."""


def key(wish: str, services: Sequence[str]) -> str | None:
    """What a key that is made or ended is called; None if nothing is said of a key.

    Args:
        wish: The message.
        services: The names of the services, which no key is called by.
    """
    taken = {name.lower() for name in services}
    foreign = [one for one in quoted(wish) if one.lower() not in taken]
    if len(foreign) == 1 and len(foreign[0]) <= 60:
        return foreign[0]
    of_service = re.compile(
        r"\s*\b(?:(?:on|to|for|of|at|from|in|use|ask|into|auf|für|sur|de|an)\s+)?"
        rf"(?:the\s+)?(?:{either(services)})\b.*$",
        re.IGNORECASE | re.DOTALL,
    )
    before = re.compile(rf"^(?:(?:{_ASKING}|{_ADJECTIVES}|{either(services)})\s+)+(?=\S)", re.IGNORECASE)
    around = [re.compile(one.replace("@", either(services)), re.IGNORECASE | re.DOTALL) for one in _AROUND]
    for phrase in phrases(around, wish):
        told = _LIMIT.sub("", " " + of_service.sub("", before.sub("", phrase))).strip(" '\"’,.")
        told = re.sub(r"'s$| (?:have|get)$", "", told)
        if told and not _NO_ONE.match(told) and len(told) <= 60:
            return told
    return None
