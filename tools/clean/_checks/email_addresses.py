"""E-mail addresses in texts."""

import re

from tools.clean._examined import Examined
from tools.clean._mend import mended
from tools.clean._proposal import Proposal

CALLED = "email mail address private personal pii"
"""What people call it."""
WEIGHT = 5.0
"""How much a row matters; a profile looks for them on a sample."""

MASK = "<EMAIL>"
_DOMAIN = r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_]{2,24}(?![\w-])"
PLAIN = re.compile(
    r"<?(?<![\w.%+@/-])(?:\"[^\"@\n]{1,64}\"|\w[\w.%+'&~-]{0,63}(?<!\.))@"
    rf"(?:{_DOMAIN}|\[\d{{1,3}}(?:\.\d{{1,3}}){{3}}\])>?"
)
_AT, _DOT = r"\s?[\[({]\s?(?:at|@)\s?[\])}]\s?", r"(?:\s?[\[({]\s?(?:dot|\.)\s?[\])}]\s?|\s(?:dot)\s|\.)"
_WORDS = rf"[\w-]+(?:{_DOT}[\w-]+){{0,3}}"
HIDDEN = re.compile(rf"(?<![\w.@])[\w.+-]{{1,64}}{_AT}{_WORDS}{_DOT}[^\W\d_]{{2,24}}\b", re.IGNORECASE)
"""jane [at] example [dot] com."""
SPOKEN = re.compile(
    r"(?<![\w.@])[\w.+-]{2,64}(?: dot [\w-]+)? at (?!the |a |my |your )[\w-]+(?: dot [\w-]+){0,2} dot [^\W\d_]{2,10}\b",
    re.IGNORECASE,
)
"""jane at example dot com, where mail is spoken of just before: "I shop at example dot com" is none."""
FILES = frozenset("png jpg jpeg gif svg webp ico bmp pdf js ts css json html htm py md txt csv xml zip".split())


def mask_email_addresses(text: str) -> str:
    """The text with every e-mail address as <EMAIL>; file names such as logo@2x.png and @names stay.

    Example:
        >>> mask_email_addresses("Write to Jo <jo.doe+x@mail.example.org>, not to @jo or logo@2x.png.")
        'Write to Jo <EMAIL>, not to @jo or logo@2x.png.'
    """
    for pattern in (PLAIN, HIDDEN, SPOKEN):
        text = pattern.sub(_masked, text)
    return text


def _masked(found: re.Match[str]) -> str:
    whole, text = found[0], found.string
    in_url = re.search(r"://\S*$", text[: found.start()])
    spoken_of = re.search(r"mail\b[^.!?\n]{0,30}$", text[: found.start()], re.IGNORECASE)
    if found.re is SPOKEN and not spoken_of:
        return whole
    if in_url or whole.rsplit(".", 1)[-1].lower() in FILES or whole.startswith("git@"):
        return whole
    opens, closes = whole.startswith("<"), whole.endswith(">")
    return f"{'<' if opens and not closes else ''}{MASK}{'>' if closes and not opens else ''}"


def find(data: Examined) -> Proposal:
    """Propose masking them; the sentence around stays."""
    suspect = r"(contains({0}, '@') or regexp_matches({0}, '(?i)[\[({{]\s?at\s?[\])}}]|\sdot\s'))"
    file = mended(data, "email_addresses", "e-mail address", lambda cell: suspect.format(cell), mask_email_addresses)
    return Proposal(
        found="{rows:row holds|rows hold} e-mail addresses",
        sentence=f"Mask the e-mail addresses in {{rows:row|rows}} as {MASK}.",
        done=f"Masked the e-mail addresses in {{rows:row|rows}} as {MASK}.",
        why="A model can repeat what it was trained on, and addresses are about people.",
        edits="from masked",
        views={"masked": file},
    )
