"""Where the runs are mirrored and what the project is called there: "log to mlflow, experiment ward notes"."""

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile

from assistant.nearest import FUNCTION_WORDS
from assistant.spoken.phrases import phrases
from assistant.transcript import Turn

_TRACKERS = {
    "tensorboard": r"tensor[\s-]?boards?|tf-?events?|tensor something|event[\s-]?files?",
    "mlflow": r"ml[\s-]?flow",
    "wandb": r"wandb|w\s?(?:&|and|n|\+)\s?b|weights?\s*(?:&|and|n|\+)\s*bias(?:es)?|wnb",
    "trackio": r"track[\s-]?io",
}
_STOP = re.compile(
    r"""\b(?:stop\w*|turn(?:ed|ing)?\s+(?:it\s+|this\s+|that\s+)?off|switch(?:ed|ing)?\s+(?:it\s+|this\s+|that\s+)?off
    |turn\s+\w+\s+off|off\s+with|un-?link|un-?plug|dis-?connect|detach|disable|quit|cease|cancel|end|cut|sever
    |pull\s+.{1,30}?\bout
    |take\s+.{1,30}?\boff|no\s+(?:more|longer)|no\s+(?:\w+\s+)?(?:mirror\w*|trackers?|tracking)
    |without\s+(?:a\s+)?tracker
    |nowhere|not\s+anywhere|do(?:n't|\s+not|nt)\s+(?:send|mirror|track|log|report|copy)\w*
    |kein(?:en)?\s+tracker|beende|stopp?e?|aufhören|trenn\w*|arr[êe]te\w*|d[ée]branche\w*|deja|dejar|pare|parar
    |desconect\w+|desliga\w*)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_INSTEAD = re.compile(
    r"\b(?:not|instead of|rather than|no longer|off|from|statt|nicht|replace)\s+(?:the\s+)?$", re.IGNORECASE
)
_TURNED = re.compile(r"\b(?:instead|but|rather|move|switch\w*\s+to|use|from now on)\b", re.IGNORECASE)
_PLACE = re.compile(r"\b(?:(?P<first>first|former)|(?P<last>last|latter|second))\b", re.IGNORECASE)
_SAME = re.compile(r"\b(?:same|keep|leave)\b.{0,20}\b(?:name|title|project|experiment)\b", re.IGNORECASE)
_NO_NAME = frozenset(
    """a an the it its is this that these those there here well soon usual always before of our my your same us we you
    called named name title tracker server new team please mlflow wandb trackio tensorboard possible in on at for to
    and or run runs settings figures metrics where which what with comply is: page account""".split()
)
_ENDS = FUNCTION_WORDS | frozenset(
    "server via when while should so until this which there every each both goes using since because via pls".split()
)
_TOKEN = r"([\w][\w.-]*(?: [\w.-]+){0,3})"
_NAMED = [
    re.compile(one, re.IGNORECASE)
    for one in (
        r"\b(?:called|named|titled|entitled|labell?ed)\s+(?:as\s+)?[\"'“‘]?" + _TOKEN,
        r"(?<!the )(?<!a )\b(?:call|name|title|label)\s+(?:it|this|that|them|the (?:project|experiment))[:,]?"
        r"\s+[\"'“‘]?" + _TOKEN,
        r"\b(?:project|experiment|exp|workspace|team|name|title|label|nom|nombre|nome|projeto|proyecto|projet|projekt)"
        r"(?:'s)?(?: name| title)?(?: is| are| should be| shall be| be)?\s*[:=]\s*[\"'“‘]?" + _TOKEN,
        r"\b(?:project|experiment|exp|workspace) (?:name |title )?[\"'“‘]?([\w]+[-_.]\w[\w.-]*)",
        r"\b(?:project|experiment) (?:name|title) [\"'“‘]?" + _TOKEN,
        r"\bthe (?:project|experiment) (?:there )?(?:is|should be|shall be|will be) [\"'“‘]?" + _TOKEN,
        r"\b(?:name|title) (?:is|should be|shall be|be)\s+[\"'“‘]?" + _TOKEN,
        r"(?<!this )(?<!our )(?<!the )(?<!my )(?<!a )(?<!whole )\b(?:project|experiment|exp|workspace|projeto"
        r"|proyecto|projet"
        r"|projekt|experimento)\s+[\"'“‘]?" + _TOKEN,
        r"\bteam\s+[\"'“‘]?(\w+[-_.][\w.-]+)",
        r"(?:^|[,;/.]\s*|\bwith )(?:the )?(?:name|title)\s+[\"'“‘]?" + _TOKEN,
        r"\b(?:as|under|als|unter|como|sous)\s+(?:the (?:name|title|heading)(?: of)?\s+)?[\"'“‘]?" + _TOKEN,
        r"(?:\b(?:and|with|but|so|then) )?\b([\w][\w.-]*(?: [\w.-]+)?) (?:is|as|be|shall be|should be) (?:the"
        r"|its|their) (?:project |experiment )?(?:name|title)\b",
    )
]


def tracker(talk: Sequence[Turn]) -> str | None:
    """Which tracker is meant, or none for none any more; None if the words do not tell.

    Where the last message names none, it is the one that was named just before, or the first or last of those.
    """
    wish = talk[-1].wish
    wanted = _named(wish)
    if _STOP.search(wish) and not (_TURNED.search(wish) and wanted):
        return "none"
    if wanted or len(talk) < 2:
        return wanted[0] if len(wanted) == 1 else None
    called = [done.arguments.get("tracker") for done in talk[-2].done if done.tool == "mirror_runs"]
    before = [one for one in called if one] or _named(talk[-2].wish) or _named(talk[-2].said)
    if place := _PLACE.search(wish):
        before = (_named(talk[-2].said) or before)[-1 if place["last"] else 0 :][:1]
    return before[0] if len(before) == 1 else None


def _named(words: str) -> list[str]:
    """The trackers that are named, in their order, without one that is to be left."""
    found = {name: re.search(rf"(?<!\w)(?:{its})(?!\w)", words, re.IGNORECASE) for name, its in _TRACKERS.items()}
    named = {name: hit.start() for name, hit in found.items() if hit and not _INSTEAD.search(words[: hit.start()])}
    return sorted(named, key=lambda name: named[name])


def name(talk: Sequence[Turn]) -> str | None:
    """What the project or the experiment is called there; None if nothing is said of it."""
    wish = talk[-1].wish
    if len(talk) > 1 and _SAME.search(wish):
        called = [done.arguments.get("name") for done in talk[-2].done if done.tool == "mirror_runs"]
        return called[0] if called and called[0] else next(_names(talk[-2].wish), None)
    return next(_names(wish), None)


def _names(wish: str) -> Iterator[str]:
    for phrase in phrases(_NAMED, wish):
        words = takewhile(lambda word: word.lower() not in _ENDS, phrase.split())
        told = " ".join(words)
        if told and told.lower().split()[0] not in _NO_NAME and re.fullmatch(r"[A-Za-z0-9][\w .-]*", told):
            yield told
