"""Words of the user's own that an argument takes as they are: a text, an instruction, a name, an address."""

import re
from collections.abc import Callable
from typing import Any

from assistant import use_talk
from tools.train import places

QUOTE = re.compile(r"""(?<!\w)["'“‘«](.{2,})["'”’»](?!\w)""", re.DOTALL)
INSTRUCTION = re.compile(
    r"\b(?:instruct\w*|prompt|in front|ahead|before|begin\w*|start\w*|prefix\w*|ask|say|write|tell)\b[^:]*: +"
    r"(\S+(?: \S+){2,})",
    re.IGNORECASE | re.DOTALL,
)
"""The words that stand before each row: "begin each prompt with: Sort this mail"."""
PROMPTED = re.compile(r"\b(?:prompt|instruct)", re.IGNORECASE)
SERVER = re.compile(r"(?<![^\s(])(https?://[^\s,;]*[^\s,;.?!)])", re.IGNORECASE)
STEPS = re.compile(r"\bcheckpoints?(?: (?:at|from|of|after|step|steps|number))* #?(\d+(?:(?:, ?| and | & | or )\d+)*)")
"""Which checkpoints: "checkpoint 200", "checkpoints at steps 20, 40 and 60"."""
CALLED = re.compile(
    r"""\b(?:(?:call|name)\s+(?:it|this|that|them)|(?:called|named))\s+["'“‘]?([a-z]\w*)"""
    r"""|\b(?:load|import|read|open|add|save|store|keep|use|get|fetch|bring|mirror|track|log)\b.*\bas\s+["'“‘]?([a-z]\w*)["'”’]?"""
    r"""(?=\s*(?:$|[,.;!?)]|(?:and|then|please|pls)\b))""",
    re.IGNORECASE,
)
"""What something new shall be called: "call it claims", "load it as claims, please"."""
NO_NAME = frozenset(
    """a an the is it its my our usual well before soon always new text label prompt completion train training test
    validation csv tsv json jsonl parquet data dataset""".split()
)
SHEET = re.compile(
    r"""\b(?:tab|sheet|worksheet|subset|configuration|config)\s+(?:(?:called|named)\s+)?["'“‘]?([A-Z\d][\w.-]*|[\w.]+[-_]\w+)"""
)
PATTERN = re.compile(
    r"""\b(?:regex\w*|regular expressions?|patterns?|match\w*)\b[\s:]*"""
    r"""(?:["'“‘`](.+?)["'”’`](?=\s|$|[,.;])|(\^\S+|\S+\$))""",
    re.IGNORECASE,
)
"""The regular expression of a reward: "match the regex ^[A-D]$", "reward the pattern '\\d+ EUR'"."""
KEYS = re.compile(
    r"""\bjson\b.*?\b(?:with|keys?|fields?)\b(?:\s+(?:the|keys?|fields?|called|named))*[\s:]+"""
    r"""(\{.+\}|\w+(?:(?:\s*,\s*|\s+and\s+)\w+)*)""",
    re.IGNORECASE | re.DOTALL,
)
"""The keys of rewarded JSON: "valid JSON with the keys name and age"."""
LENGTH = re.compile(r"\b(\d+(?:\s*(?:-|–|to|and)\s*\d+)?) words\b", re.IGNORECASE)
SYSTEM = re.compile(r"\bsystem (?:prompt|message)\b(?:[^:\"“]{0,40}: *(.+))?", re.IGNORECASE | re.DOTALL)
ONLY_IN_WORDS = ("prompt", "endpoint", "checkpoints", "where", "pattern")
"""Arguments that are written out in the message, or not meant at all."""


def read(name: str, wish: str) -> Any:
    """What a message says of an argument in words of its own; None if nothing."""
    return _READ[name](wish) or None if name in _READ else None


def steps(wish: str) -> list[int]:
    """The checkpoints that are named by their steps."""
    return [int(step) for found in STEPS.findall(wish.lower()) for step in re.findall(r"\d+", found)]


def _first(found: re.Match[str] | None) -> str:
    return found[1].strip() if found and found[1] else ""


def _instruction(wish: str) -> str:
    return "" if SYSTEM.search(wish) else _first(QUOTE.search(wish) or INSTRUCTION.search(wish))


def _system(wish: str) -> str:
    told = SYSTEM.search(wish)
    return _first(QUOTE.search(wish) or told) if told else ""


def _prompt(wish: str) -> str:
    return _first(QUOTE.search(wish) or INSTRUCTION.search(wish)) if PROMPTED.search(wish) else ""


def _pattern(wish: str) -> str:
    """What answers are rewarded for: a regular expression, the keys of JSON, or how many words."""
    for told in (PATTERN, KEYS, LENGTH):
        if found := told.search(wish):
            return next(part for part in found.groups() if part).strip().rstrip(".?!,")
    return ""


def _called(wish: str) -> str:
    """What something new shall be called, or empty."""
    found = CALLED.search(wish)
    word = (found[1] or found[2]) if found else ""
    return "" if word.lower() in NO_NAME else word


_READ: dict[str, Callable[[str], Any]] = {
    "text": lambda wish: _first(QUOTE.search(wish)),
    "instruction": _instruction,
    "system": _system,
    "subset": lambda wish: _first(SHEET.search(wish)),
    "prompt": _prompt,
    "pattern": _pattern,
    "endpoint": lambda wish: _first(SERVER.search(wish)),
    "checkpoints": steps,
    "name": _called,
    "about": use_talk.about,
    "answer": use_talk.told,
    "where": places.spelled,
}
