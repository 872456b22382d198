"""Tasks that words alone cannot do: they need a picture, a sound, a page of the web or a file that is not there."""

import re

from tools.clean._examined import Examined
from tools.clean._exchanges import NONE_THERE, Exchange, Flaw, flagged, has_exchanges
from tools.clean._proposal import Proposal
from tools.clean._stub import MEDIA, is_stub

GROUP = "instruction data"
CALLED = "impossible unanswerable image picture audio video internet attachment"
"""What people call it."""

SUSPECT = (
    r"regexp_matches(answer, '(?i)!\[[^\]\n]*\]\(|<(img|audio|video|iframe|embed)\b|https?://|www\.')"
    r" or regexp_matches(prompt || chr(10) || context, '(?i)https?://|www\.|\b(this|these|attached|following|given|provided"
    r"|accompanying|above|below|shown|current|currently|latest|now|today|real-time|up-to-date|live)\b')"
    r" or regexp_matches(prompt || chr(10) || context, '(^|\n)\s*[\[<({][^\n]{1,200}[\])>}]+\.?\s*$')"
)
WEB = re.compile(r"(?:https?://|www\.)\S+")
ONLY_A_LINK = re.compile(rf"(?:(?:[\w ]{{1,20}}:\s*)?{WEB.pattern}[\s,;]*)+", re.IGNORECASE)
EMBEDDED = re.compile(
    r"!\[[^\]\n]{0,300}\]\([^)\n]{0,2000}\)|<(?:img|audio|video|iframe|embed)\b[^>]{0,2000}>", re.IGNORECASE
)
WRITES_CODE = re.compile(
    r"\b(html|markdown|code|web ?page|web ?site|tags?|css|xml|svg|embed|links?|urls?|readme|snippet|program|latex"
    r"|elements?"
    r"|json|regex\w*|script|function|api|app)\b|```|<html|<body|<div",
    re.IGNORECASE,
)
"""A task about such marks themselves."""
MEDIA_LINK = re.compile(rf"{WEB.pattern}\.(?:jpe?g|png|gif|svg|webp|bmp|mp[34]|wav|ogg|mov|avi)\b\S*", re.IGNORECASE)
LINK_AS_TEXT = re.compile(
    r"\b(domains?|tld|protocol|shorten\w*|valid\w*|encod\w*|regex\w*|type|safe|secure|format|cit\w+|parse|path|parameters?|block)\b",
    re.IGNORECASE,
)
"""A task about the link rather than about what is behind it."""
READS = re.compile(
    r"\b(?:summari[sz]\w*|read|watch|listen|transcri\w*|caption|articles?|images?|pictures?|photos?|paintings?|videos?)\b",
    re.IGNORECASE,
)
"""A task about what is behind a link; the name of a site may be enough for others."""
SEARCHES = re.compile(
    r"\b(?:find|search|locate|look up|browse|research)\b[^.?!\n]{0,60}?"
    r"\b(?:online (?:sources?|articles?|resources?|videos?|tutorials?)|articles?|links?|urls?|videos?"
    r"|on the (?:web|internet)|online|sources?)\b|\b(?:google|web|internet) search\b"
    r"|\bsearch (?:the )?(?:web|internet|online|google)\b",
    re.IGNORECASE,
)
_CHANGING = (
    r"(?:weather|temperature|(?:stock|share|market) prices?|exchange rates?|headlines?|news|scores?|traffic|forecast"
    r"|price of)"
)
LIVE = re.compile(
    rf"\b(?:current|currently|latest|right now|today['’]?s?|up-to-date|real-time"
    rf"|live)\b[^.?!\n]{{0,30}}?\b{_CHANGING}\b"
    rf"|\b(?:{_CHANGING}|time is it|date is it)\b[^.?!\n]{{0,40}}?\b(?:right now|today|now|at the moment|currently)\b",
    re.IGNORECASE,
)
SHORT = 120
"""Characters of a task that asks for one thing."""
_TEXTS = (
    r"(?:passages?|texts?|articles?|paragraphs?|sentences?|lists?|tables?|code|data|dataset|poems?|stor(?:y|ies)|e-?mails?"
    r"|documents?|files?|reports?|spreadsheets?|letters?|excerpts?|reviews?)"
)
POINTS = re.compile(
    rf"\b(?:this|these|the (?:following|attached|given|provided|accompanying|above|below)|attached|shown in the)\s+"
    rf"(?:\w+\s+)?{MEDIA}\b|\b{MEDIA}\s+(?:above|below|attached|shown here|provided)\b"
    rf"|\bthe (?:following|attached|accompanying|above|below)\s+(?:\w+\s+)?{_TEXTS}\b",
    re.IGNORECASE,
)
"""A picture, a sound or a text that the task points at."""
TOLD = re.compile(
    r"[:\"“'‘\n]|\d|,[^,]*,|\b(?:create|make|design|draw|compose|called|titled|song|music)\b", re.IGNORECASE
)
"""The task has it in itself, or asks for it."""


def judge(exchange: Exchange) -> Flaw | None:
    """Whether the task needs what is not there, by what stands in its place."""
    return _in_the_answer(exchange) or _in_the_input(exchange) or _nowhere(exchange)


def _in_the_answer(exchange: Exchange) -> Flaw | None:
    asked, answer = exchange.asked, exchange.answer
    if WRITES_CODE.search(asked):
        return None
    embedded = EMBEDDED.search(answer)
    if MEDIA_LINK.fullmatch(answer.strip()) and not WEB.search(exchange.task):
        return Flaw("the answer is a link to a file that was never made")
    if embedded and not EMBEDDED.search(exchange.task) and not WRITES_CODE.search(EMBEDDED.sub("", answer)[:2_000]):
        return Flaw(f'the answer shows what is not there: "{embedded[0][:60]}"')
    if len(asked) <= SHORT and SEARCHES.search(asked) and WEB.search(answer) and not WEB.search(exchange.task):
        return Flaw("the task needs the web; the links in the answer are from memory", sure=False)
    return None


def _in_the_input(exchange: Exchange) -> Flaw | None:
    given = exchange.given.strip()
    if exchange.earlier or not given:
        return None
    if is_stub(given) and given[0] in "[<({":
        return Flaw(f'instead of an input there is only "{" ".join(given.split())[:40]}"', "given", sure=False)
    if ONLY_A_LINK.fullmatch(given.strip("<>()[]\"'")) and not LINK_AS_TEXT.search(exchange.asked):
        page = re.search(r"(?://|www\.)[^/\s]+/\S+", given) or READS.search(exchange.asked)
        return Flaw("the input is only a link, which a model cannot open", "given") if page else None
    return None


def _nowhere(exchange: Exchange) -> Flaw | None:
    asked = exchange.asked
    if exchange.given or exchange.earlier or len(asked) > SHORT:
        return None
    if WEB.search(asked) and READS.search(WEB.sub("", asked)) and not WRITES_CODE.search(WEB.sub("", asked)):
        return Flaw("the task is about a page of the web, which a model cannot open")
    if (
        LIVE.search(asked)
        and re.search(r"\d|\b(?:sunny|cloudy|rain\w*|warm|cold)\b", exchange.answer)
        and not WRITES_CODE.search(asked)
    ):
        return Flaw("the task needs what is known only on the day", sure=False)
    if POINTS.search(asked) and not TOLD.search(asked) and not WRITES_CODE.search(asked):
        return Flaw("the task points at something that is not there", sure=False)
    return None


def find(data: Examined) -> Proposal | str:
    """Propose dropping them."""
    if not has_exchanges(data):
        return NONE_THERE
    return Proposal(
        found="{rows:task needs|tasks need} a picture, a sound, a file or the web, which is not there",
        sentence="Drop {rows:row|rows} whose task needs a picture, a sound, a file or the web, which is not there.",
        done="Dropped {rows:row|rows} whose task needed a picture, a sound, a file or the web, which was not there.",
        why="An answer to what was never seen is made up, and a model trained on it learns to make things up.",
        doubt="It may be wrong where a column with the picture is loaded elsewhere, or where a model shall learn to"
        " use tools.",
        edits="from flagged",
        views={"flagged": flagged(data, "impossible_tasks", SUSPECT, judge)},
    )
