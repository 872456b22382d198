r"""What is left in a text of the page, the mail or the feed that it came from."""

import html
import re

from tools.clean._code import ABOUT, outside_code

_BLOCK = "p|br|div|li|ul|ol|tr|table|tbody|thead|h[1-6]|hr|blockquote|section|article|header|footer|dl|dt|dd"
_INLINE = (
    "b|i|u|s|em|strong|span|a|font|small|big|sub|sup|center|img|td|th|strike|del|ins|mark|abbr|cite|label|nobr|tt|wbr|figure"
    "|figcaption|iframe|picture|source"
)
_ATTRIBUTES = r"(?:\s+[a-zA-Z:-]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s<>\"']+))?)*\s*/?"
TAG = re.compile(rf"</?(?:(?P<block>{_BLOCK})|{_INLINE}){_ATTRIBUTES}>", re.IGNORECASE)
HIDDEN = re.compile(r"<(script|style)\b[^>]*>.*?</\1\s*>|<!--.*?-->|<!\[CDATA\[|\]\]>", re.DOTALL | re.IGNORECASE)
ENTITY = re.compile(r"&(?:#\d{2,6}|#x[0-9a-f]{2,5}|[a-z]{2,8}\d{0,2});", re.IGNORECASE)
LETTERS = 0.5
"""The share of a text that must be left when its tags are gone; a text with less is about its tags."""
DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069\ufffc]")
MARKS = re.compile("[\u200e\u200f]")
RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
TAGGED = re.compile("(?<![\U0001f3f4\U000e0020-\U000e007f])[\U000e0000-\U000e007f]+")
"""Letters that nobody sees, but for those that make a flag of a black one."""
RAISED = re.compile(r"<(sup|sub)>([\d+−-]{1,4})</\1>", re.IGNORECASE)
_DIGITS = {
    "sup": str.maketrans("0123456789+-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻"),
    "sub": str.maketrans("0123456789+-−", "₀₁₂₃₄₅₆₇₈₉₊₋₋"),
}
IMAGE = re.compile(r"!\[([^\]\n]*)\]\([^)\s]*\)")
EMPTY_LINK = re.compile(r"\[\s*\]\(\s*[^)\s]*\s*\)|\[([^\]\n]+)\]\(\s*\)")
ESCAPED = re.compile(r"\\([*_#~>])")
LATEX = re.compile(r"\$|\\[a-zA-Z]{2,}|\\[\[(]")
TRACKING = re.compile(r"(?<=[?&])(?:utm_\w+|fbclid|gclid|mc_[ce]id|igshid|msclkid)=[^\s&#\"'<>)]*&?")
DANGLING = re.compile(r"[?&]+(?=[\s#\"'<>)]|$)")
URL = re.compile(r"https?://\S+")
CUT_URL = re.compile(r"\s*\bhttps?:?/{0,2}\s*(?:…|\.{3})\s*$|\s*\bhttps?://(?=\s|$)|\s*\bhttps?://[\w./]{0,12}…")
BOILERPLATE = re.compile(
    r"^[ \t>]*(?:sent from (?:my )?(?:iphone|ipad|android|samsung|galaxy|mobile|blackberry|windows|yahoo|outlook|mail"
    r"|huawei|phone)\b[^\n]{0,40}|get outlook for (?:ios|android)[^\n]{0,30}|\[?(?:edit|citation needed)\]?"
    r"|view (?:this (?:e-?mail|message) )?in (?:your )?browser\.?"
    r"|(?:click here to )?unsubscribe(?: here| from this list)?\.?"
    r"|\[image:[^\]\n]*\]|\[cid:[^\]\n]*\]|skip to (?:main )?content"
    r"|(?:read|show) (?:more|less)(?: ?(?:»|>|…|\.\.\.))?|share this:?|advertisement"
    r"|(?:we use|this (?:web)?site uses) cookies[^\n]{0,200}|all rights reserved\.?)[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
REPEATED = re.compile(r"([^\W\d_])\1{5,}|([!?,;:])\2{5,}|(\.)\3{5,}", re.IGNORECASE)
_RUNS = "|".join(
    [*(f"{c}{{6}}" for c in "abcdefghijklmnopqrstuvwxyz"), "[!]{6}", "[?]{6}", "[.]{6}", ",{6}", ";{6}", ":{6}"]
)
SUSPECT = (
    r"(?i)<[a-z/!][^>]*>|&#?\w{2,8};|!\[|\]\(\s*\)|\[\s*\]\(|\\[*_#~>]|utm_|clid=|igshid|https?:?/{0,2}\s*(?:…|\.{3}|\s|$)|…"
    r"|[\x{202a}-\x{202e}\x{2066}-\x{2069}\x{fffc}\x{200e}\x{200f}\x{e0000}-\x{e007f}]"
    r"|sent from |get outlook|\[?edit\]|citation needed|in (?:your )?browser|unsubscribe|\[image:|\[cid:|skip to"
    r"|(?:read|show) (?:more|less)"
    rf"|share this|advertisement|cookies|all rights reserved|{_RUNS}"
)
"""For SQL: what is worth a look."""


def without_markup(text: str) -> str:
    r"""The text without tags, entities, boilerplate and debris; code, and texts about markup, stay as they are.

    Example:
        >>> without_markup("<p>Fish &amp; chips</p>Sooooooo good")
        'Fish & chips\nSooo good'
        >>> without_markup("What does the <b> tag of HTML do?")
        'What does the <b> tag of HTML do?'
    """
    mended = outside_code(text, _plain)
    return mended.strip() if mended != text else text


def _plain(text: str) -> str:
    new = text
    if not ABOUT.search(TAG.sub("", HIDDEN.sub("", text))):
        new = ENTITY.sub(_character, _without_tags(new))
        new = new if IMAGE.fullmatch(new.strip()) else EMPTY_LINK.sub(r"\1", IMAGE.sub(r"\1", new))
        new = new if LATEX.search(new) else ESCAPED.sub(r"\1", new)
    new = TAGGED.sub("", DIRECTIONS.sub("", new))
    new = new if RIGHT_TO_LEFT.search(new) else MARKS.sub("", new)
    new = CUT_URL.sub("", URL.sub(_without_tracking, new))
    new = REPEATED.sub(lambda found: found[0][:3], BOILERPLATE.sub("", new))
    return re.sub(r"\n{3,}", "\n\n", new) if new != text else text


def _without_tags(text: str) -> str:
    shown = HIDDEN.sub("", RAISED.sub(lambda found: found[2].translate(_DIGITS[found[1].lower()]), text))
    bare = TAG.sub(lambda tag: "\n" if tag["block"] else "", shown)
    if bare == text or len(bare.strip()) < LETTERS * len(shown.strip()):
        return text
    return re.sub(r"[ \t]*\n[ \t\n]*", "\n", bare) if bare != shown else bare


def _character(entity: re.Match[str]) -> str:
    character = html.unescape(entity[0])
    return " " if character == "\u00a0" else character if character.isprintable() else entity[0]


def _without_tracking(url: re.Match[str]) -> str:
    bare = TRACKING.sub("", url[0])
    return DANGLING.sub("", bare) if bare != url[0] else bare
