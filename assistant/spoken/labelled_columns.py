"""Which column people read and which they fill, as a request for labelling says it: "read subject, set team"."""

import re
from collections.abc import Sequence

from assistant.mentions import Mentions
from assistant.parts import Part

_C = r"(?:the |an? |our |its )?(?:column |field )?[\"'“‘]?{c}[\"'”’]?"
_READ = (
    r"\b(?:reads?|reading|sees?|seeing|show(?:s|ing|n)?|look(?:s|ing)? at|display|presents?|from|by reading"
    r"|given) (?:them |us |only |just |me )?{C}\b",
    r"\b{C} (?:is |are )?(?:shown|visible|on screen|displayed|yes|reading|to read|read|only)\b",
    r"\b{C} (?:column )?(?:is|are) (?:what|the one|for) (?:\w+ )?(?:reads?|sees?|reading|text)\b",
    r"\b{C} ?(?:->|→|=>) ?\S",
    r"\b(?:text|text column|column to read)(?: is|:|=)? {C}\b",
)
_FILLED = (
    r"\b(?:sets?|setting|fill(?:s|ing)?(?: in| out)?|pick(?:s|ing)?|choos(?:e|es|ing)|mark(?:s|ing)?|assign(?:s"
    r"|ing)?|redo|redoing|enter(?:s|ing)?"
    r"|decid(?:e|es|ing)|put(?:s|ting)? in|add(?:s|ing)?|correct(?:s|ing)?|code|coding|annotat(?:e|es|ing)|into"
    r"|recod\w+|need(?:s)?|giv(?:e|es|ing)|write|writing|type) {C}\b(?!s)",
    r"\b{C}(?: column| field)? (?:by hand|manually|to be (?:filled|set)|is to be (?:filled|set)"
    r"|needs (?:filling|labels)|gets filled)\b",
    r"\b{C}(?: column)?,? (?:is |are )?(?:what|the one) (?:\w+ )?(?:sets?|fills?|labels?|marks?|picks?|answers?)\b",
    r"\S ?(?:->|→|=>) ?{C}\b",
    r"\b(?:column|label column|column to fill)(?: is|:|=)? {C}\b",
    r"^{C} for\b",
)
_NOT = r"\b(?:not|no|without|instead of|rather than|except) (?:the )?$"


def meant(parts: dict[str, Part], wish: str) -> dict[str, Part]:
    """The two columns as they are meant; one of which nothing is said has no value to choose from."""
    columns, datasets = parts["text"].get("enum", []), parts["dataset"].get("enum", [])
    named = [name for name in Mentions(wish).of([*datasets, *columns]) if name in columns]
    read, filled = _told(_READ, wish, named), _told(_FILLED, wish, named)
    found = {"text": read, "column": [name for name in filled if name not in read[:1]]}
    return {
        name: parts[name] | ({"meant": found[name][0]} if found[name] else {"enum": []}) for name in ("text", "column")
    }


def _told(patterns: Sequence[str], wish: str, columns: Sequence[str]) -> list[str]:
    """The columns of which a pattern tells, those of the plainest patterns first."""
    found: list[str] = []
    for pattern in patterns:
        for column in columns:
            spelled = re.compile(pattern.replace("{C}", _C).replace("{c}", re.escape(column)), re.IGNORECASE)
            hit = spelled.search(wish)
            if hit and not re.search(_NOT, wish[: hit.start()], re.IGNORECASE):
                found.append(column)
    return list(dict.fromkeys(found))
