"""Names under which people go on the web: @names, profiles, personal pages, home folders."""

import re

from tools.clean._personal.spans import Span, apart, said_before

HANDLE = re.compile(r"(?<![\w@./#-])@[A-Za-z_][\w.]{1,29}(?<!\.)(?![\w@(\[]|\.\w|/\w)")
REDDIT = re.compile(r"(?<![\w/.])/?u/[\w-]{3,20}(?![\w/-])")
NAMED = re.compile(
    r"\b(?:user ?-?names?|screen ?-?name|login(?: name)?|handle|nick ?-?name|gamer ?-?tag|(?:skype|discord"
    r"|twitch|telegram"
    r"|snap(?:chat)?|insta(?:gram)?|tik ?tok|wechat|psn|steam)(?: id| name| user| handle"
    r"| account)?)\s*(?:\s*(?:[:=]|\bis\b)\s*){1,2}"
    r"[\"'`]?(?!not\b|the\b|a\b|my\b|no\b)([A-Za-z][\w.-]*[\d_][\w.#-]*\w|[A-Za-z][\w.-]{2,29}#\d{3,5})",
    re.IGNORECASE,
)
"""Such a name has a digit or an underscore in it; plain words after "login:" are mostly none."""
_RESERVED = (
    r"(?!(?:about|help|login|signup|search|explore|home|settings|privacy|terms|jobs|features|pricing|orgs|topics|watch"
    r"|hashtag|share|intent|groups|pages|events|marketplace|reel|p|i|c|status|results|feed|company|school|policies)\b)"
)
_END = r"(?=/?(?:[?#][^\s<>\"]*)?(?:[\s<>\"'),.;!]|$))"
PROFILE = re.compile(
    r"(?<![\w@.-])(?:https?://)?(?:www\.|m\.|mobile\.|[a-z]{2}\.)?(?:"
    r"(?:twitter|x|instagram|facebook|fb|github|gitlab|pinterest|soundcloud|patreon|twitch|vk|ko-fi|linktr"
    r"|keybase|flickr)\.(?:com|tv|ee|io)/"
    r"|linkedin\.com/(?:in|pub)/|(?:reddit\.com)/u(?:ser)?/|t\.me/|wa\.me/|snapchat\.com/add/|huggingface\.co/"
    r"|orcid\.org/"
    rf"|(?:[\w-]+\.)+[a-z]{{2,12}}/(?:~|@|users?/|u/|profiles?/|people/|members?/"
    rf"|author/))({_RESERVED}[\w.%@+-]*[\w%])/?" + _END,
    re.IGNORECASE,
)
URL = re.compile(r"(?<![\w@.-])(?:https?://|www\.)[^\s<>\"'()]+[^\s<>\"'().,;:!?]", re.IGNORECASE)
OWN = re.compile(
    r"\b(?:my|his|her|our|their|personal) (?:\w+ )?(?:web ?sites?|sites?|blogs?|home ?pages?|pages?|portfolios?"
    r"|channels?|profiles?)\b"
    r"|\b(?:posted|shared|uploaded)\b|(?:^|\n)\W*(?:web ?site|home ?page|blog|portfolio)\s*:|\bmeine? (?:web)?seite\b",
    re.IGNORECASE,
)
HOME = re.compile(
    r"(?:/home/|/Users/|\b[A-Za-z]:\\Users\\)(?!Public\b|Shared\b|user\b|runner\b|root\b)([\w.-]{2,32})(?=[/\\\s\"']|$)"
)
NOT_PEOPLE = frozenset(
    "media import charset font-face keyframes supports page param return returns throws author since see deprecated"
    " override property dataclass staticmethod classmethod everyone here all channel app pytest test inject"
    " component nullable home work least most once media gmail yahoo hotmail outlook".split()
)
MADE_UP = re.compile(r"user_[0-9a-f]{6}")


def handle_spans(text: str) -> list[Span]:
    """The part that is a name; of a profile's or a personal page's address the whole.

    Example:
        >>> text = "DM @jo_bloggs or see github.com/jobloggs, not @media or https://example.org/help"
        >>> [text[start:end] for start, end in handle_spans(text)]
        ['@jo_bloggs', 'github.com/jobloggs']
    """
    found = list[Span]()
    if "/" in text or "www." in text:
        found += [each.span() for each in PROFILE.finditer(text)]
        found += [each.span() for each in URL.finditer(text) if said_before(text, each.start(), OWN)]
        found += [each.span() for each in REDDIT.finditer(text)]
    if "@" in text:
        found += [each.span() for each in HANDLE.finditer(text) if _is_person(text, each)]
    found += [each.span(1) for each in NAMED.finditer(text)]
    if "/home/" in text or "Users" in text:
        found += [each.span(1) for each in HOME.finditer(text)]
    return apart(span for span in found if not MADE_UP.search(text[slice(*span)]))


def _is_person(text: str, found: re.Match[str]) -> bool:
    """Not a rule of a style sheet or a decorator of a program."""
    before, after = text[: found.start()], text[found.end() :]
    own_line = before.rpartition("\n")[2].strip() == "" and re.match(r"\s*\n\s*(?:async |def |class |public |@)", after)
    return found[0][1:].lower() not in NOT_PEOPLE and not own_line
