"""E-mail addresses, plain and as people hide them."""

import re

from tools.clean._personal.spans import Span, apart

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
MADE_UP = ".invalid"
"""RFC 2606: no address ends so."""


def email_spans(text: str) -> list[Span]:
    """Every e-mail address, with the angle brackets around it; file names such as logo@2x.png and @names stay.

    Example:
        >>> text = "Write to Jo <jo.doe+x@mail.example.org>, not to @jo or logo@2x.png."
        >>> [text[start:end] for start, end in email_spans(text)]
        ['<jo.doe+x@mail.example.org>']
    """
    forms = (PLAIN, HIDDEN, SPOKEN)
    return apart(span for form in forms for each in form.finditer(text) if (span := _address(each)))


def _address(found: re.Match[str]) -> Span | None:
    whole, text, (start, end) = found[0], found.string, found.span()
    in_url = re.search(r"://\S*$", text[:start])
    spoken_of = re.search(r"mail\b[^.!?\n]{0,30}$", text[:start], re.IGNORECASE)
    if found.re is SPOKEN and not spoken_of:
        return None
    if in_url or whole.rsplit(".", 1)[-1].lower() in FILES or whole.startswith("git@"):
        return None
    opens, closes = whole.startswith("<"), whole.endswith(">")
    if opens != closes:
        start, end = start + opens, end - closes
    return None if text[start:end].rstrip(">").endswith(MADE_UP) else (start, end)
