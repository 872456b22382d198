"""What somebody answers about the use of a model, and to which question, taken out of a message word for word."""

import re

from assistant.spoken.use_answers import bare

_HEAD = re.compile(r"\s*(?P<head>[^:\n]{2,90}?):\s+(?P<answer>\S.*)", re.DOTALL)
_QUOTED = re.compile(r"""["“«](.{2,})["”»]""", re.DOTALL)
_MOST_WORDS = 14
ABOUT = {
    "out_of_scope": r"\bscope|\bmis-?us|\bunsuit|\bforbid|\bnot (?:to )?be used|\bnever\b|\bnot for\b",
    "harm": r"\bharm|\bhurt|\brisks?\b|\bdisadvantag|\bsuffer",
    "oversight": r"\boversight|\boverrul|\bhuman\b|\bsupervis|\bdouble-?check|\bin the loop",
    "contact": r"\bcontact|\bwrite to|\breach\b|\bresponsible\b|\bmaintain",
    "users": r"\busers?\b|\baudience\b|\bwho (?:will |shall )?uses?\b",
    "use": r"\buses?\b|\bused for\b|\bpurpose\b",
}
"""The words of a head that tell the question; the first that is found counts."""


def about(wish: str) -> str | None:
    """The question that the words before the colon or the quotation name; None if they name none."""
    parts = _apart(wish)
    if parts is None:
        return None
    return next((name for name, words in ABOUT.items() if re.search(words, parts[0].lower())), None)


def told(wish: str) -> str:
    """The answer: what stands after the colon of a short head, else in quotes, else the message without its frame."""
    parts = _apart(wish)
    return bare(parts[1], introduced=about(wish) is not None) if parts else bare(wish, introduced=False)


def _apart(wish: str) -> tuple[str, str] | None:
    """The head and the answer."""
    head = _HEAD.fullmatch(wish)
    if head and len(head["head"].split()) <= _MOST_WORDS:
        answer = head["answer"].strip()
        quoted = _QUOTED.fullmatch(answer)
        return head["head"], quoted[1].strip() if quoted else answer
    if quoted := _QUOTED.search(wish):
        return f"{wish[: quoted.start()]} {wish[quoted.end() :]}", quoted[1].strip()
    return None
