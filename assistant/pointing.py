"""What is meant when it is not named: "it", "the other one", "the last run"."""

import re
from collections.abc import Sequence
from typing import Any

from assistant.mentions import Mentions
from assistant.transcript import Turn

NOUNS = {
    "dataset": "dataset|data ?set|data|file|set|table|one",
    "run": "run|training|model|one|try|attempt",
}
PLACES = {"first": 0, "oldest": 0, "second": 1, "third": 2, "last": -1, "latest": -1, "newest": -1, "previous": -2}


def pointed_at(mentions: Mentions, kind: str, options: Sequence[Any], talk: Sequence[Turn]) -> Any:
    """What "the other dataset" or "the last run" is, or None; the options are in the order they were made."""
    if kind not in NOUNS:
        return None
    found = re.search(rf"\b({'|'.join(PLACES)}|other)\s+(?:{NOUNS[kind]})\b", mentions.text.lower())
    if not found:
        return None
    if found[1] == "other":
        rest = [option for option in options if option != focus(options, talk[:-1])]
        return rest[0] if len(rest) == 1 else None
    place = PLACES[found[1]]
    return options[place] if -len(options) <= place < len(options) else None


def focus(options: Sequence[Any], earlier: Sequence[Turn]) -> Any:
    """The one that was talked about last, or None."""
    for turn in reversed(earlier):
        told = [turn.wish, *(str(value) for done in turn.done for value in done.arguments.values()), turn.said]
        for text in reversed(told):
            if named := Mentions(text).of(options):
                return named[-1]
    return None
