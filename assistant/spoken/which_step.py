"""Which step of a dataset's history is to be undone: "minus its 5th step", "take step 3 out, the fourth stays"."""

import re

from assistant.spoken.ordinals import CARDINALS, ORDINALS, numbered

_NOUN = (
    r"(?:steps?|changes?|alterations?|edits?|operations?|actions?|things?|modifications?|schritte?s?"
    r"|änderung(?:en)?|étapes?"
    r"|pasos?|passos?|cambios?|etapas?)"
)
_ORDINAL = rf"(?:{'|'.join(ORDINALS)}|\d+(?:st|nd|rd|th))[nrsm]?"
_KEPT_BEFORE = re.compile(
    r"\b(?:keep|keeps|keeping|leave|leaving|but not|not|except|retain|later than|after|before|back to|since|until"
    r"|till|as far as|all but|behalte|garde|without touching"
    r"|don'?t touch|up to|spare)(?: (?:the|its|only|as|by|to))* $",
    re.IGNORECASE,
)
_KEPT_AFTER = re.compile(
    r"^(?: (?:and|&) \S+)?(?: (?:must|should|can|may|shall|has to|which|itself|bleibt))?,? ?(?:(?:to )?stays?|ok\b"
    r"|okay|(?:is|was|are|were) (?:fine|ok|good|right|correct)"
    r"|remains?|bleib|intact|in place|untouched|as it is)",
    re.IGNORECASE,
)
_TOLD = re.compile(
    rf"(?<![\w/.-])(?:{_NOUN}\s?(?:number |no\.? |nr\.? |#)?|number |no\. ?|nr\.? ?|nummer |numéro |número |#)"
    rf"(?P<number>\d{{1,4}}|{'|'.join(CARDINALS)})(?![\w%]|\.\d)"
    rf"|(?<![\w-])(?P<ordinal>{_ORDINAL}) (?:\w+ )?{_NOUN}(?!\w)"
    rf"|\b(?:the )(?P<alone>{_ORDINAL})(?= (?:of|from|in|only|alone|on|stays?|ok|is|was|thing|one)\b|\s*(?:$|[,.;!?]))"
    rf"|(?<=, )(?P<loose>{_ORDINAL})(?= (?:stays?|ok|is|remains)\b)",
    re.IGNORECASE,
)
_BARE = re.compile(
    r"(?<![\w./#-])(?:(?:only|undo|revert|reverse|just|remove|drop|cancel|rewind|not|nur|also|now|then|then only) "
    r"|^and )"
    r"(?P<bare>\d{1,3})(?=\s*(?:$|[,;!?]|\.(?!\d))|\s+(?:then|please|pls|only|alone|instead|of|in|from|and|on|out"
    r"|too)\b)",
    re.IGNORECASE,
)
"""A number without a word for what it is."""


def step(text: str) -> int | None:
    """The one step that is meant; None if none is, or several are."""
    meant: list[int] = []
    for hit in _TOLD.finditer(text):
        kept = _KEPT_BEFORE.search(text[: hit.start()]) or _KEPT_AFTER.search(text[hit.end() :])
        if not kept:
            meant.append(numbered(next(part for part in hit.groups() if part)))
    bare = [hit["bare"] for hit in _BARE.finditer(text) if not _KEPT_BEFORE.search(text[: hit.start()])]
    if not meant and len(bare) == 1 and not _TOLD.search(text):
        return numbered(bare[0])
    return meant[0] if len({*meant}) == 1 else None


def several(text: str) -> bool:
    """Whether steps are told by number, but not which one is to go."""
    return (
        step(text) is None
        and bool(_TOLD.search(text))
        and not _KEPT_BEFORE.search(text[: next(_TOLD.finditer(text)).start()])
    )
