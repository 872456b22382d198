"""An answer about the use of a model without the words around it: "our contact is Ana, write that" -> "Ana"."""

import re

_KEPT = r"(?:write|record|note|enter|put|include|keep|add|save|store|mention|document|register|jot|state|file|log)"
_WHERE = (
    r"(?:it|that|this|so|down|in|into|under|as|on|to|for|there|please|the|a|our|my|card|report|model|dataset"
    r"|section|heading|users?|scope|oversight|contact|use|harm|what|it's|its|it’s|not|out|of|answer|list"
    r"|documentation|docs)"
)
_ASIDE = re.compile(
    rf"(?:\s*[,;.—–]+\s*|\s+-+\s+)(?:and |please |so |then |pls |kindly |could you "
    rf"|can you )*{_KEPT}(?: {_WHERE})+\s*[.!]*$"
    r"|\s*\((?:the )?(?:human )?(?:oversight|contact|users?|use|scope|out of scope|harm|risks?)\)\s*$"
    r"|\s*,? (?:please|pls|thanks|thx)[.!]*$",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    rf"^(?:and |please |pls |so |also |then |kindly |could you |can you )*{_KEPT}(?: down| in the \w+"
    rf"| into the \w+| to the \w+| that| as (?:the |our )?\w+"
    rf"| under (?:the )?[\w ]{{3,20}}?(?= that))+,?\s+(?:that\s+)?(?=\S+)",
    re.IGNORECASE,
)
_NEVER = (
    r"(?:(?:it|this|the model|that) )?(?:(?:is|was|may|must|should|can|shall|will|has|to) )*(?:not|never|don't"
    r"|mustn't|can't|isn't)(?: be| to be)*"
)
_INTRODUCED = re.compile(
    rf"""^(?:and\s+|also\s+|so\s+|then\s+|well\s+)*(?:(?:the\s+|our\s+|its\s+|my\s+)?(?:
    (?:(?:intended|main|expected|primary|typical|future)\s+)?users?(?:\s+of\s+(?:it|this
    |the\s+model))?(?:\s+(?:are|is|will\s+be|shall\s+be|would\s+be))?[:?]?
    |who\s+(?:uses|will\s+use|is\s+using)(?:\s+(?:it|this|the\s+model))?\??
    |(?:intended\s+)?(?:use-?\s?case|purpose|use)(?:\s+(?:is|will\s+be|shall\s+be))?[:?]?(?:\s+to(?=\s))?
    |(?:responsible(?:\s+person)?|contact(?:\s+(?:person|address|point))?(?:\s+for\s+questions)?
    |maintainer)(?:\s+(?:is|will\s+be|shall\s+be|to))?[:?]?
    |(?:human\s+)?oversight(?:\s+(?:is|by|lies))?(?:\s+with)?[:?]?
    |(?:job|task|aim|goal)\s+(?:is|will\s+be)
    |(?:people|ones|those)\s+(?:at\s+risk|affected|who\s+(?:could|may|might)\s+suffer)\s+(?:are|would\s+be)
    |(?:people\s+|those\s+)?harmed(?:\s+(?:could|may|might|can|are|would)(?:\s+be)?)?[:?]?
    |who\s+(?:could|may|might|can)\s+be\s+harmed[:?]?
    |(?:outside|out)\s+(?:of\s+)?(?:its\s+|the\s+)?scope(?:\s+(?:is|are))?[:?]?
    ))\s+
    |^(?:you|people|users|questions|complaints|mails?)\s+(?:(?:should|can|may|must|will)\s+)?(?:go|write|turn|be\s+sent
    |reach\s+(?:us|me)|contact\s+us)\s+(?:to|at|under|by)\s+
    |^(?:(?:it|this|the\s+model)(?:'s)?\s+)?(?:(?:is|was)\s+)?(?:intended|meant|made|built|thought|designed
    |only)\s+for\s+
    |^{_NEVER.replace(" ", chr(92) + "s+")}\s+(?:used?|meant|intended|made|built|applied|taken)\s+(?:(?:it|this
    |the\s+model)\s+)?(?:for|to|in|on|as)\s+
    |^(?:it|this|the\s+model)(?:\s+is|'s)\s+not\s+(?:meant\s+)?for\s+
    |^(?:do\s+not|don't|never|dont|nobody\s+(?:may|must|should))\s+use\s+(?:it|this|the\s+model)\s+(?:to|for|on
    |in|as)\s+
    |^(?:we|they|people|i)\s+(?:will\s+)?use\s+(?:it|this|the\s+model)\s+(?:to|for)\s+
    |^(?:it|this|the\s+model)\s+is\s+(?:used\s+)?for\s+
    |^(?:(?:it|this|the\s+model|mistakes|errors)\s+)?(?:could|may|might|can)\s+(?:hurt|harm|disadvantage)\s+
    |^(?:update|change|set|correct|switch)\s+(?:the\s+|our\s+)?(?:\w+\s+)?(?:contact|users?|use|oversight
    |scope)(?:\s+\w+)?\s+(?:to|into)\s+
    |^[\w\s]{{3,30}}?\s+(?:is|are)\s+for\s+(?=\w+\s+(?:who|of|in|at|on|and)\b)""",
    re.IGNORECASE | re.VERBOSE,
)
_FOLLOWED = re.compile(
    r"\s+(?:is|are|will be) (?:the|our|its) (?:intended |main |right )?(?:users?|contact(?: person)?|purpose)[.!]*$"
    r"|\s+(?:could|may|might|can|would) (?:be (?:harmed|hurt|affected|disadvantaged)|suffer)[.!]*$"
    r"|\s+(?:is|are) responsible(?: for it)?[.!]*$|\s+ha(?:s|ve) (?:the )?oversight[.!]*$"
    r"|\s+(?:is|are)\s+(?:out of (?:bounds|scope|the question)|off limits|forbidden|not allowed|prohibited"
    r"|outside (?:its|the) scope|not what it(?: is|'s) for)[.!]*$",
    re.IGNORECASE,
)
_NOUN = (
    r"(?:answers?|contact|users?|use|oversight|harm|scope|out[ -]of[ -]scope|entry|note|person|purpose"
    r"|(?:what (?:we|i) (?:said|wrote|told|put)))"
)
_TAKEN_BACK = re.compile(
    rf"^(?:please |and |now |ok,? )*(?:take (?:out |back )?|delete |remove |drop |erase |scrap |clear |forget "
    rf"|withdraw )(?:the |our |my )?(?:\w+ )?{_NOUN}\b(?!\s*:)(?! (?:to|is|are)\b)"
    rf"(?: \w+){{0,7}}[.!]*$|^(?:the |our |my )?(?:\w+ )?{_NOUN}(?: answer| entry| note)? (?:should|must|can"
    rf"|has to|is to|needs to) (?:go|be (?:deleted|removed|dropped))\b.{{0,30}}$",
    re.IGNORECASE,
)


def bare(answer: str, introduced: bool) -> str:
    """The answer alone.

    Args:
        answer: What stands in the message, after its heading if it has one.
        introduced: Whether a heading said which question is meant, so that no words for it stand before the answer.
    """
    answer = answer.strip()
    if not introduced and _TAKEN_BACK.search(answer):
        return "remove"
    shorter = _FOLLOWED.sub("", _ASIDE.sub("", answer))
    if not introduced:
        shorter = _INTRODUCED.sub("", _BEFORE.sub("", shorter), count=1)
    return shorter.strip() or answer
