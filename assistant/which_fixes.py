"""Which of the open fixes a message means: by number, by kind, all but some, or those that were just talked about."""

import re
from collections.abc import Mapping, Sequence
from functools import cache

from assistant import left_alone
from assistant.mentions import Mentions
from assistant.parts import plain
from assistant.pointing import counted
from assistant.transcript import Turn
from store import Workspace
from tools import TOOLS

_BUT = re.compile(
    r"\b(?:but(?: not| without)?|exc?ept(?:ing)?(?: for)?|besides|apart from|other than|save for|bar|minus)\b"
)
_ALL = re.compile(r"\b(?:all|everything|every|each|any|rest|others|lot)\b")
_SOME = re.compile(r"\b(?:one|some|a few|a couple|two|several|half|part) of (?:the(?:m|se)|those)\b")
_PLAIN = frozenset("text label labels rows values".split())
"""Ends of the names of kinds that say nothing by themselves, unlike "addresses"."""
_THESE = frozenset("both them these those they".split())
_THIS = frozenset("it that this".split())
_MENDS = re.compile(
    r"\b(?:clean|fix|tidy|mend|repair|remove|drop|delete|erase|mask|hide|trim|correct|scrub|throw|get rid|kick)\w*\b"
)
_AGREES = re.compile(r"\W*(?:yes|yep|yeah|ok(?:ay)?|sure|fine|agreed|go ahead)\b")
_FOUND = re.compile(r"\b(?:all|everything|these|those|them)\b")
_LOOKS = re.compile(r"\b(?:find|look|search|check|show|list|what|which|how|why|any|undo|revert|put back|bring back)\b")
_NO = re.compile(r"\b(?:no|not|never|don'?t|decline|reject|refuse|leave|keep|skip|ignore)\b")
LONGEST = 12
"""Words of a message that decides about fixes by their numbers alone."""
_YES = re.compile(r"^\W*(?:yes|ok(?:ay)?|sure|fine|good|right|only|just)\b.*\b(?:only|just|but)\b")


def meant(mentions: Mentions, fixes: Mapping[str, str], talk: Sequence[Turn]) -> list[str]:
    """The fixes meant, or none if the message does not single any out.

    Args:
        mentions: The message.
        fixes: The kinds of the open fixes, by their names.
        talk: The turns, the present one last.
    """
    text = mentions.text.lower()
    if but := _BUT.search(text):
        before, left_out = text[: but.start()], _named(text[but.end() :], fixes)
        named = list(fixes) if _ALL.search(before) else counted(before, list(fixes)) or _agreed_to(before, fixes, talk)
        if left_out and named:
            return [fix for fix in named if fix not in left_out]
    if named := mentions.of(list(fixes)) or counted(text, list(fixes)):
        return named
    if len(talk) < 2 or of_kinds(text, fixes):
        return []
    told = Mentions(talk[-2].said).of(list(fixes)) or Mentions(talk[-2].wish).of(list(fixes))
    if mentions.words & _THESE:
        return told
    return told[-1:] if mentions.words & _THIS else []


def _agreed_to(text: str, fixes: Mapping[str, str], talk: Sequence[Turn]) -> list[str]:
    """The fixes that were asked about, if the message begins with a yes."""
    asked = len(talk) > 1 and _AGREES.fullmatch(text.strip(" ,."))
    return Mentions(talk[-2].said).of(list(fixes)) if asked else []


def picked(talk: Sequence[Turn], ws: Workspace) -> bool:
    """Whether a message picks, by number or place, from the open fixes that the assistant spoke of just before."""
    fixes = [fix.id for fix in ws.fixes.all(state="open")]
    told = Mentions(talk[-2].said).of(fixes) if len(talk) > 1 else []
    return bool(told and (Mentions(talk[-1].wish).of(fixes) or counted(talk[-1].wish, fixes)))


def unsaid(text: str) -> bool:
    """Whether only some of the fixes are meant, and nothing tells which: "just one of them"."""
    return bool(_SOME.search(text.lower()) and not _BUT.search(text.lower()))


def proposed(wish: str, ws: Workspace) -> bool:
    """Whether somebody wants something mended for which fixes are open already, so that none need be looked for."""
    text = wish.lower()
    kinds = _kinds(text)
    wanted = _MENDS.search(text) or _YES.search(text)
    return bool(wanted and kinds & {fix.kind for fix in ws.fixes.all(state="open")})


def agreed(wish: str) -> bool:
    """Whether a message begins with a yes and says no to nothing but exceptions: "okay to all bar the last"."""
    text = wish.lower()
    rest = left_alone.without(text)
    return bool(_AGREES.match(rest) and (_BUT.search(rest) or rest != text) and not _NO.search(rest))


def all_wanted(wish: str, ws: Workspace) -> bool:
    """Whether a short message wants mended what was found: "fix all of that"."""
    text = left_alone.without(wish.lower())
    short = len(text.split()) <= LONGEST and not _LOOKS.search(text) and not _NO.search(text)
    return bool(short and _MENDS.search(text) and _FOUND.search(text) and ws.fixes.all(state="open"))


def decided(talk: Sequence[Turn], ws: Workspace) -> str:
    """The tool that a short message about certain open fixes is for; empty if it is no such message."""
    wish = left_alone.without(talk[-1].wish.lower())
    fixes = {fix.id: fix.kind for fix in ws.fixes.all(state="open")}
    if not fixes or len(wish.split()) > LONGEST or wish.rstrip().endswith("?"):
        return ""
    declines = bool(_NO.search(wish) and not _BUT.search(wish))
    mends = bool(_MENDS.search(wish) and not _LOOKS.search(wish))
    if not meant(Mentions(wish), fixes, talk) and not ((declines or mends) and of_kinds(wish, fixes)):
        return ""
    return "decline_fixes" if declines else "apply_fixes"


def _named(text: str, fixes: Mapping[str, str]) -> list[str]:
    return Mentions(text).of(list(fixes)) or counted(text, list(fixes)) or of_kinds(text, fixes)


def of_kinds(text: str, fixes: Mapping[str, str]) -> list[str]:
    """The fixes of the kinds that a text names, among open ones given with their kinds."""
    ends = {kind.rpartition("_")[2]: kind for kind in fixes.values()}
    last = {kind for word, kind in ends.items() if word not in _PLAIN and re.search(rf"\b{word}\b", text.lower())}
    kinds = _kinds(text) or last
    return [fix for fix, kind in fixes.items() if kind in kinds]


def _kinds(text: str) -> set[str]:
    """The kinds that are named or called by words for them."""
    words = _called()
    mentions = Mentions(text)
    return {*mentions.of(list(words)), *mentions.called(words, [])}


@cache
def _called() -> dict[str, list[str]]:
    schema = TOOLS["apply_fixes"].described
    kinds = plain(schema["properties"]["kinds"], schema.get("$defs", {}))
    return kinds["items"]["called"]
