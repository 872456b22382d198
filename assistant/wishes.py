"""How much one message asks for, and whether it needs the one before to be understood."""

import re
from collections.abc import Sequence
from functools import cache

from assistant.mentions import POINTING
from assistant.nearest import FUNCTION_WORDS
from assistant.pointing import COUNT as _COUNT
from assistant.transcript import Turn
from assistant.written_out import in_digits
from tools import TOOLS
from tools.data._source import ENDINGS

_JOINS = (
    r"and|then|after that|afterwards|finally|lastly|plus"
    r"|(?:when|once|as soon as) (?:it|that|this|they)(?:'?s| is|'?re| are)"
    r" (?:there|in|here|done|loaded|ready|finished|through|over)"
)
_BREAK = re.compile(rf"[,;:\n]|[.!?](?=\s)|\b(?:{_JOINS})\b", re.IGNORECASE)
_TRAILING = re.compile(rf"(?:[\s,;:.]+(?:{_JOINS}))+[\s,;:.]*$", re.IGNORECASE)
_TOLD = re.compile(r"\b(?:i|we)(?:'ve| have)?(?: just)? (?:uploaded|attached|added|dropped|put)\b")
_FIRST_THAT = re.compile(
    r"^\W*(?:and )?(?:after|once|when|as soon as) (?:you|i|we|it|that|this)\b.{0,24}?"
    r"\b(?:me|us|done|ready|finished|through|over|here|there)\b(?: (?:that|this|so|it))?"
)
"""What a wish may wait for: "once that is done, ..."."""
_NAMED = re.compile(
    r"^\W*(?:an?|the|one|some)(?: \w+)? (?:overview|summary|report|profile|plan|comparison|audit|write-?up)\b"
    r"|^\W*(?:(?:and|then|next|also) )*i(?:'d| would) (?:like|love|want)\b"
)
"""A wish that begins with no verb of its own: "a quick overview of claims", "next I'd like ..."."""
_SEES_TO = re.compile(r"^\W*(?:please )?(?:see (?:that|to)|make (?:sure|certain)|be sure|ensure|take care|mind)\b")
"""What says how the wish before is to be done."""
_TELLS_WHAT = re.compile(r"\W*(?:what|where|how) (?:we|i|you|they|it|people)\b[^?]*\b(?:is|are|stands?|lies?)\b[^?]*$")
"""A statement that begins as a question does."""
_BRINGS = frozenset("load import open read ingest".split())
_NUMBERED = re.compile(r"\b(?:run|fix)[\s#-]*\d+\b")
"""Names that begin as a verb does."""
_QUOTED = re.compile(r"""(?<!\w)(["'“‘«]).+?["'”’»](?!\w)""", re.DOTALL)
ENDING = "|".join(ending.removeprefix(".") for ending in ENDINGS)
"""What the name of a file with data ends in, for a regular expression."""
_FILE = re.compile(rf"\S+\.(?:{ENDING}|gguf)\b", re.IGNORECASE)
"""Whatever words the name of a file is made of, they are no wish."""
_DICTATED = re.compile(
    r"\b(?:instruction|prompt|system|sentence|line|text)s?\b[^:\n]*:(?= )|\bin front[^:\n]*:(?= )", re.IGNORECASE
)
"""After this stand words for the data: "use this instruction: You are a nurse. Name the ward."."""
_FILLING = frozenset("also then please now next maybe just you to first and after that ok okay so hey hi well".split())
_QUESTIONS = frozenset("how what which is are does do did can could would will tell i we let whether if".split())
_THINGS = frozenset({"label"})
"""Verbs that alone are things: "the rows with missing text and label"."""
MORE_OR_LESS = re.compile(
    r"(?:please )?(?P<change>double|halve|triple|raise|lower|increase|reduce|bump)\b.*?"
    r"\b(?P<what>rank|epochs|learning rate|batch size|max length|share)\b"
)
"""A change of a setting that was said before: "double the rank"."""
_LEANS = re.compile(
    r"^(?:(?:ok(?:ay)?|oh|yes|and|so|now|hm+)[,.]? )*(?:and|or|no|nope|not|also|same|ditto|but|as|with|for|instead|only"
    r"|rather|by|on|make (?:it|that|them)|(?:what|how) about|what if|i meant?"
    r"|the (?:other|first|second|third|last|next|rest|remaining)|(?:do|run|try) (?:that|the same))\b"
    r"|\bi meant?\W*$|\b(?:as well|too|instead|again|the same|the same way|likewise|rather than|that for)\b"
    r"|^(?:rather |better |maybe |perhaps |just )*(?:[\d.,]+ ?%?|two|three|four|five|six|eight|ten)(?!\w)"
    rf"|^{MORE_OR_LESS.pattern}"
)
"""How a message begins, or what it holds, that says only how it differs from the one before."""
_SAME_AGAIN = re.compile(
    r"what if\b|(?:and |but )?(?:call|name) (?:it|that|them)\b"
    r"|(?:please )?(?:make (?:it|that|them)\b|(?:use|take|try) [^,;]*\binstead\b"
    r"|(?:(?:can|could) (?:i|you|we) (?:please )?)?(?:get|have|see|do|run|try|give me|show me) (?:that|the same)\b)"
    rf"|{MORE_OR_LESS.pattern}"
)
_HEARD = re.compile(
    r"^(?:(?:thanks?|thank you|thx|cheers|great|nice|perfect|super|ok(?:ay)?|cool|h+m+|well|oh|oops|typo|sorry"
    r"|actually)\b[,.!…]* )+"
)
"""What is said of the answer before, before more is wanted."""
_REASON = re.compile(r"[,;]? (?:so(?: that)?|because|since|in case) (?:i|we|it|that|they|he|she)\b.*")
_NO_VERB = re.compile(
    r"\bi(?: meant?| said| should have said| was asking about)\b"
    r"|\b(?:(?:what|how) about|(?:the|this|that|other|same|first|second|last) (?:run|fix|plan|report|split|test))\b"
)
_LONGEST_ANSWER = 4
_THANKS = re.compile(r"\b(?:thanks?|thx|cheers|bye)\b")
_LONGEST_LEANING = 10
_LONGEST_REMARK = 5
_KINDS = frozenset("run runs dataset data set table file fix fixes one ones column model".split())
_ONLY_MORE = frozenset("also same ditto too well instead again no nope not oh ok okay yes hm hmm what how".split())
_MORE = frozenset(
    """abandon abort accept add analyse analyze append apply approve assign augment balance begin break bring build
    bulk calculate call carry carve change check chuck clean compare continue convert correct count create decline
    dedupe delete deploy describe dig discard dismiss display divide draft drop dump enlarge erase estimate evaluate
    examine execute explain export feed fetch figure find fine finetune finish fix format freeze gather generate get
    give go grab halt hold hunt ignore implement import ingest inspect interrupt judge justify keep kick kill launch lay
    list load locate look make mark mask measure merge move multiply open oversample pack partition pause pick plot
    prep prepare print produce profile propose publish pull push put quit rank read recommend redact redo reformat
    reject remind remove rename repair repeat replace report reserve reset reshape restart restore resubmit resume
    retrain reverse revert rewrite run save say scan score scrap scrub search see send set shape ship show sketch
    skip slice sniff split spot start stick stop store stratify strip suggest summarise summarize suspend swap sweep
    switch take teach terminate test throw tick tidy train transform try tune turn undo unpack unpause upload use
    wake weed weigh wipe work wrap write zip""".split()
)


def split_up(wish: str) -> list[str]:
    """The parts of a message that each begin as a wish does, in its own words.

    What is in quotes or dictated stays whole, and so does the name of a file.
    """
    hidden = wish
    for whole in (_QUOTED, _FILE):
        hidden = whole.sub(lambda hit: "_" * len(hit[0]), hidden)
    if dictated := _DICTATED.search(hidden):
        hidden = hidden[: dictated.end()] + "_" * (len(hidden) - dictated.end())
    parts: list[tuple[int, int]] = []
    begins = heart = 0
    for place in [*_BREAK.finditer(hidden), None]:
        ends = place.start() if place else len(hidden)
        own = _begins(hidden[begins:ends], first=not parts)
        leads = bool(parts) and own and _leads_to(hidden[heart : parts[-1][1]], hidden[begins:ends])
        if parts and (not own or leads):
            parts[-1] = (parts[-1][0], ends)
            heart = begins if leads else heart  # what leads to a wish says no more whether the next is another
        else:
            parts.append((begins, ends))
            heart = begins
        begins = place.end() if place else ends
    told = [_TRAILING.sub("", wish[begin:end]).strip(" ,;:.\n") for begin, end in parts]
    return [part for part in told if part]


def _begins(part: str, *, first: bool) -> bool:
    """Whether a part of a message is a wish of its own, by its first word."""
    part = part.lower()
    if _TOLD.search(part):
        return first  # who brings a file wants it loaded, said or not
    if re.match(rf"\W*(?:say,? )?(?:about |around |maybe )?(?:\d|{_COUNT}\b)", in_digits(part)) or _TELLS_WHAT.match(
        part
    ):
        return False  # "80 train, 20 test", "say ten rounds", "what we want out is verdict"
    if re.fullmatch(r"\W*\w+ (?:me|us)\W*", part):
        return False  # "tell me: "
    if _NAMED.search(part):
        return True
    if _SEES_TO.match(part):
        return False
    word = _first_word(part)
    alone = len(part.split()) == 1
    return (word in _verbs() and not (alone and word in _THINGS)) or (word in _QUESTIONS and not alone)


def _leads_to(part: str, after: str) -> bool:
    """Whether a part only leads to the next: "no", "the split is wrong", "I uploaded a file" before "load it"."""
    if _TOLD.search(part.lower()):
        return _first_word(after.lower()) in _BRINGS
    return not _begins(part, first=True)


def leaning(wish: str) -> bool:
    """Whether a message needs the one before to be understood: "and for the other one?", "no, the second"."""
    if _leans(wish):
        return True
    parts = [(wish[: place.start()], wish[place.end() :]) for place in re.finditer(r"[,;:.] ", wish)]
    return not _THANKS.search(wish.lower()) and any(
        len(first.split()) > 1 and _leans(first) and _is_remark(rest) for first, rest in parts
    )


def _is_remark(text: str) -> bool:
    """Whether what follows is no wish of its own, or a short one about "it"."""
    words = text.lower().split()
    return not _begins(text, first=False) or (len(words) <= _LONGEST_REMARK and "it" in words)


def _leans(wish: str) -> bool:
    wish = _REASON.sub("", _HEARD.sub("", wish.lower().strip()))
    words = re.findall(r"[a-z][\w'-]*", _NO_VERB.sub("", wish))
    short = len(words) <= _LONGEST_LEANING and not _THANKS.search(wish)
    own = set(words) & (_verbs() | _QUESTIONS)
    return bool(short and _LEANS.search(wish) and (_SAME_AGAIN.match(wish) or not own))


def in_full(talk: Sequence[Turn]) -> str:
    """What the user says now, after what it leans on."""
    wish = talk[-1].wish
    return f"{talk[-2].wish} {wish}" if len(talk) > 1 and (leaning(wish) or answers(talk[-2], wish)) else wish


def carrier(talk: Sequence[Turn]) -> str:
    """The words that tell the tool: those of the message before, if this one only points at another thing."""
    wish = talk[-1].wish
    words = set(re.findall(r"[a-z][\w'-]*", wish.lower())) - _KINDS - FUNCTION_WORDS - POINTING - _FILLING - _ONLY_MORE
    return talk[-2].wish if len(talk) > 1 and leaning(wish) and not words else in_full(talk)


def answers(before: Turn, wish: str) -> bool:
    """Whether a message is the short answer to a question that was asked back."""
    words = re.findall(r"[a-z][\w'-]*", wish.lower())
    asked = not before.done and before.said.rstrip().endswith("?")
    return asked and len(words) <= _LONGEST_ANSWER and not {*words} & (_verbs() | _QUESTIONS)


def _first_word(part: str) -> str:
    part = _NUMBERED.sub("__", _FIRST_THAT.sub(" ", part))
    if re.match(r"\W*__", part):
        return ""  # the name of a file, a run or a fix, or a quotation
    words = re.findall(r"(?<![\w.])[a-z][\w'-]*(?!\w|\.\w)", part)  # not a piece of the name of a file
    return next((word for word in words if word not in _FILLING), "")


@cache
def _verbs() -> frozenset[str]:
    """What wishes begin with: the verbs in the tools' names, and more of their kind."""
    return _MORE | {name.split("_")[0] for name in TOOLS}
