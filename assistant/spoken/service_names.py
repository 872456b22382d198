"""Under which service a run answers: one that is there, or a new one that is named; and whom it tells of alerts."""

import re
from collections.abc import Sequence

from assistant.mentions import Mentions
from assistant.spoken.phrases import phrases

_NAME = r"[\"'“‘„`]?([A-Za-z0-9](?:[\w.-]*\w)?)"
_IT = r"(?:it|this|that|them|the (?:thing|service|endpoint|api|server|microservice)|this one|that one)"
_SERVICE = r"(?:micro-?services?|services?|endpoint|server|api|dienst|servi[cz]io?|deployment)"
_NO_NAME = frozenset(
    """a an the its it is this that these those my our your their usual well before soon possible planned agreed
    described discussed such api service endpoint server openai an always ever now of one openai-compatible
    default live on at for to
    with by in and or of run model it's what which new two second third another backup test first much many little few
    soon long far so name named called please then too also everyone nobody locally public private same""".split()
)
_NAMED = [
    re.compile(one, re.IGNORECASE)
    for one in (
        rf"\b(?:call|name|title|label) {_IT}[:,]? {_NAME}",
        rf"\b{_SERVICE}\b[^.;!?]{{0,20}}?\b(?:called|named|by the name of|with the name|mit dem namen|namens"
        rf"|genannt|appelé|llamad[oa]) {_NAME}",
        rf"\b(?:called|named|(?:under|by|with) (?:the|its own|a) (?:service )?name(?: of)?,?|mit dem namen"
        rf"|unter dem namen|sous le nom"
        rf"|con el nombre|com o nome) {_NAME}",
        rf"\b(?:under|with) (?:its|a|an) (?:\w+ )?name,? {_NAME}",
        rf"(?:^|[,;:/.(] ?|\bwith )(?:service )?(?:name|nom|nombre|nome)\s*(?:is|:|=)? ?{_NAME}",
        rf"\b{_SERVICE}\s*(?:name\s*)?[:=]\s*{_NAME}",
        rf"\b{_SERVICE} [\"'“‘„`]([A-Za-z0-9][\w.-]*)",
        rf"(?:[,;/.] ?|\bas (?:a |an )?|\bto )(?:new )?(?:micro)?service {_NAME}",
        rf"\b{_SERVICE} (?=\S*[-_\d]){_NAME}",
        rf"\b(?:under|behind) {_NAME}(?=[\"'”’]?\s*(?:$|[,.;!?]))",
        rf"\b(?:at|on) (?=\S*[-_]){_NAME}(?=\s*(?:$|[,.;!?]))",
        rf"\b(?:as|als|como|comme) {_NAME}(?=[\"'”’]?\s*(?:$|[,.;:!?)/]|(?:and|then|with|on|at|to|in|for|from"
        rf"|beside|please|pls|plz|thx|bitte|listening|until|but|now|today)\b))",
    )
]
_ALERTS = re.compile(
    r"\b(?:web[\s-]?hook|hook|alert\w*|alarm\w*|ping\w*|warn\w*|notif\w*|tell|told|report\w*|message\w*|wrong"
    r"|shout|inform\w*|call(?:s|ed|ing)?|post\w*)\b",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"(?<![^\s(<])(https?://[^\s,;<>]*[^\s,;.?!)<>])", re.IGNORECASE)


def service(wish: str, there: Sequence[str], runs: Sequence[str]) -> str | None:
    """The service that a run is to answer under; None if none is named.

    Args:
        wish: The message.
        there: The names of the services that exist.
        runs: The ids and the names of the runs, which a new service is not called by accident.
    """
    plain = _ADDRESS.sub(" ", wish)
    taken = {run.lower() for run in runs} - {name.lower() for name in there}
    for phrase in phrases(_NAMED, plain):
        if phrase.lower() not in _NO_NAME and phrase.lower() not in taken and not phrase.isdigit():
            return next((name for name in there if name.lower() == phrase.lower()), phrase)
    named = Mentions(plain).of(there)
    at = r"\b(?:on|onto|at|to|into|under|of|behind)"
    aimed = [name for name in named if re.search(rf"{at} {re.escape(name)}\b", plain)]
    return (aimed or named)[-1] if named else None


def webhook(wish: str) -> str | None:
    """The address that is told of alerts; None if there is none, or one for something else."""
    found = _ADDRESS.findall(wish)
    return found[0] if len(found) == 1 and _ALERTS.search(_ADDRESS.sub(" ", wish)) else None
