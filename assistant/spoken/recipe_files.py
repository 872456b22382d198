"""Which of several files is the recipe that is to be followed, which the data it starts from, and the new name."""

import re
from collections.abc import Sequence

from assistant.mentions import Mentions
from assistant.outside import DATA, paths
from assistant.parts import Part
from assistant.spoken.phrases import phrases
from assistant.transcript import Turn

_RECIPE = re.compile(r"(?:\.(?:recipe|ya?ml)|(?:^|[/\\])recipe)$", re.IGNORECASE)
_NAME = r"[\"'“‘]?([A-Za-z][\w-]*)(?![\w/]|\.\w)"
_NO_NAME = frozenset(
    """a an the it its is that this them before usual well new dataset data set table file recipe identical same again
    result described given possible needed written said far soon source start input raw base in on
    at for with from of and""".split()
)
_NAMED = [
    re.compile(one, re.IGNORECASE)
    for one in (
        rf"\b(?:call|name|label|title) (?:it|this|that|them|the (?:result|dataset|table|outcome|data)"
        rf"|the new one)[:,]? {_NAME}",
        rf"\b(?:called|named|titled) {_NAME}",
        rf"\b(?:name|result|outcome|output)(?: is| shall be| should be| to be| to become| be"
        rf"| goes (?:in)?to)?\s*[:=]? {_NAME}\s*(?:$|[,.;!?)]|(?:please|pls|plz|and|then|from|with)\b)",
        rf"\b(?:under|with|by) the (?:new )?name(?: of)? {_NAME}",
        rf"\b(?:as|into|als|como|comme) {_NAME}\s*(?:$|[,.;!?)]|(?:please|pls|plz|and|then|from|with|using|on|out)\b)",
        rf"\bnew (?:name|dataset|table|set):? {_NAME}",
        rf"(?:->|=>|→) ?{_NAME}",
    )
]


def sorted_out(parts: dict[str, Part], talk: Sequence[Turn]) -> dict[str, Part]:
    """The arguments with the recipes that can be meant for the one, and the files that are none for the other."""
    named = Mentions(talk[-1].wish).of(parts["file"].get("enum", []))
    around = [*parts["file"].get("uploads", [])]
    earlier = [path for turn in reversed(talk[:-1]) for path in paths(turn.wish)]
    recipes = next((its for each in (named, around, earlier) if (its := [*filter(_RECIPE.search, each)])), [])
    others = [name for name in named if name not in recipes]
    if not [*filter(_RECIPE.search, named)]:  # a folder, or what the files are called elsewhere
        folders = [name for name in others if not DATA.search(name)]
        recipes, others = folders or recipes, [name for name in others if name not in folders]
    data = [name for name in others if DATA.search(name)]
    return {"file": parts["file"] | {"enum": recipes or named or around}, "source": parts["source"] | {"enum": data}}


def name(wish: str) -> str | None:
    """What the dataset that is made again is to be called, or None."""
    found = (phrase for phrase in phrases(_NAMED, wish) if phrase.lower() not in _NO_NAME)
    return next(found, None)
