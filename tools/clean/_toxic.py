"""How abusive a text is, by words and phrases: insults, slurs, threats, obscenity, contempt for groups.

The list, toxic.toml, is our own. One swear word makes no text toxic, and words of medicine, sex education and news
(breast, anal, sex, kill, rape, Nazi) count for nothing by themselves. What it cannot see: irony, contempt in polite
words, other languages than English. On public comments its precision is above that of a classifier of profanity
(alt-profanity-check 1.9.1) wherever both find as many, and it can say why; see benchmarks/labels.py.
"""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from store.engine import literal

TOXIC = 2.0
"""The score from which a text counts as toxic."""
_PART = re.compile(r"<(\w+)>")
_PREFIX = {"group": "(?:all |most |these |those |you )?(?:the )?"}
_SPACED = re.compile(r"(?<!\w)(?:[a-z*] ){3,}[a-z*](?!\w)")
_MANY = re.compile(r"([a-z])\1{2,}")
_MASKED = re.compile(r"(?<![\w*#@$!&%])(?=\w*[*#@$!&%])[a-z][a-z*#@$!&%]+[a-z$]")
_MASKS = re.compile(r"[*#@$!&%]+")


class Sign(NamedTuple):
    """A kind of abuse: what counts for how much."""

    kind: str
    points: float
    pattern: re.Pattern[str]


class Signs(NamedTuple):
    """All that toxic.toml knows."""

    signs: list[Sign]
    masked: list[str]
    """Words that people write with signs in them: f*ck, pu**y, a$$."""


@cache
def known() -> Signs:
    """Read toxic.toml."""
    read = tomllib.loads((Path(__file__).parent / "toxic.toml").read_text(encoding="utf-8"))
    parts: dict[str, list[str]] = read["parts"]

    def whole(text: str) -> str:
        def part(name: str) -> str:
            ends = " ){0,5}" if name == "adverb" else ""
            start = "(?:" if ends else _PREFIX.get(name, "")
            return f"{start}(?:{'|'.join(whole(each) for each in parts[name])}){ends}"

        return _PART.sub(lambda found: part(found[1]) if found[1] in parts else found[0], text)

    def sign(entry: dict[str, Any]) -> Sign:
        patterns = [rf"(?<![\w'])(?:{'|'.join(entry['words'])})(?!\w)"] if "words" in entry else []
        patterns += [whole(phrase) for phrase in entry.get("phrases", [])]
        return Sign(entry["kind"], entry["points"], re.compile("|".join(patterns)))

    return Signs([sign(entry) for entry in read["signs"]], read["masked"]["words"])


def suspect(cell: str) -> str:
    """SQL: whether a text may hold a sign; the same patterns without what looks around, which RE2 does not know."""
    around = r"\(\?<?[!=](?:[^()]|\([^()]*\))*\)"
    signs = [re.sub(around, "", sign.pattern.pattern) for sign in known().signs]
    repeated = [letter * 3 for letter in "abcdefghijklmnopqrstuvwxyz"]
    masked = r"[a-z][*#@$!&%]+[a-z$]|[a-z*] [a-z*] [a-z*] [a-z*]\b"
    pattern = "|".join([*signs, masked, *repeated])
    return f"regexp_matches(replace(lower({cell}), '’', {literal(chr(39))}), {literal(pattern)})"


def score(text: str) -> tuple[float, dict[str, list[str]]]:
    """How toxic a text is, and the signs by kind; a sign of each wording counts once.

    Example:
        >>> score("You are such an idiot.")
        (3.0, {'an insult': ['you are such an idiot'], 'a put-down': ['idiot']})
        >>> score("What are the signs of breast cancer and anal fissures?")
        (0.0, {})
    """
    plain = text.lower().replace("’", "'")
    plain = _MASKED.sub(_unmasked, _SPACED.sub(lambda spaced: spaced[0].replace(" ", ""), plain))
    plain = _MANY.sub(r"\1\1", plain)
    signs = {sign.kind: {m[0].rstrip("s"): m[0] for m in sign.pattern.finditer(plain)} for sign in known().signs}
    found = {kind: list(words.values()) for kind, words in signs.items() if words}
    return sum(sign.points * len(found.get(sign.kind, ())) for sign in known().signs), found


def _unmasked(found: re.Match[str]) -> str:
    """The word behind a mask, if at least half of its letters are there."""
    masked = found[0]
    letters = sum(c.isalpha() for c in masked)
    if masked != "a$$" and (letters < 2 or letters * 2 < len(masked)):
        return masked
    pattern = re.compile(_MASKS.sub(lambda m: f".{{0,{max(2, len(m[0]))}}}", masked))
    return next((word for word in known().masked if pattern.fullmatch(word)), masked)
