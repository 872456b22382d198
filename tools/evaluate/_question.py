"""What a question about results is about: which labels, which groups of rows, since when, and what is wanted."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

About = Literal[
    "trend",
    "confidence",
    "confusion",
    "mistakes",
    "label",
    "labels",
    "length",
    "groups",
    "untuned",
    "scores",
    "failures",
]
_LABELS = (
    r"(?:which|what|worst|weakest|best|strongest|hardest|easiest|each|per|every|by) (?:\w+ )?"
    r"(?:label|class|categor|intent|topic|tag)\w*"
    r"|(?:labels|classes|categories|intents|topics|tags) (?:is|are|does|do|did|was|were|has|have|by)\b"
)
_READ: tuple[tuple[About, str], ...] = (
    ("trend", r"(?:getting|got|gets|become|became|grown?|doing) (?:any |much |a bit |a lot )?(?:better|worse)"
     r"|improv\w*|progress\w*|over time|trend\w*|since|evol\w+|develop(?:ed|s|ing)?|from run-\d+ to|went (?:up|down)"
     r"|rising|dropp\w*|declin\w*|regress\w*|run (?:to|by|after|over) run|each run|last time|than (?:it was )?before"
     r"|history of|learn(?:ed|t) anything new"),
    ("confidence", r"how (?:sure|certain|confident)|(?:over|under)?-?confiden\w*|calibrat\w*|certain\w*|un?sure"
     r"|(?:is|was|it'?s) sure|so sure|surest|probabilit\w*|hesitat\w*|doubts?"),
    ("untuned", r"untuned|base model|before (?:the )?(?:training|tuning|fine-?tuning)|plain model|raw model"
     r"|original model|un-?trained"),
    ("confusion", r"confus\w*|mix(?:ed|es|ing)?[ -]?(?:up|with)|mistak(?:es|en|ing) \w+ for|mistook|took|taken for"
     r"|takes? \w+ for|swapp?(?:s|ed)?"),
    ("length", r"short\w*|long(?:er|est)?|lengthy?|length|brief|wordy|word count|how long"),
    ("groups", r"slices?|sub-?groups?|groups?|subsets?|segments?|languages?|sources?|kinds? of (?:rows|texts|messages)"
     r"|which (?:rows|texts|messages) is|for whom"),
    ("mistakes", r"(?:show|list|give|see|read|print|display|which|what|let me|want|open).*"
     r"\b(?:mistakes?|errors?|wrong|miss(?:es|ed)?|fail\w*|slips?|blunders?)|examples?"),
    ("labels", _LABELS),
    ("scores", r"scores?|accuracy|f1|bleu|rouge|results?|figures?|how good|numbers?|metrics?|how many .*right"),
)  # fmt: skip
_ASKED_FOR = (
    r"""["'“‘«](?P<quoted>[^"'”’»]{2,60})["'”’»]""",
    r"\b(?:label|class|category|intent|topic|tag) (?:called |named )?(?P<after>[a-z][\w-]+)",
    r"\b(?P<before>[a-z][\w-]+) (?:label|class|category|intent|topic|tag)\b",
    r"\b(?:is|are|has|have|did|does|do|was|how is|how are) (?:the |its |our )?(?P<better>[a-z][\w -]{1,40}?)"
    r"(?: rows| ones| messages| texts| cases)? (?:getting|got|gets|get|become|became|improv\w+|doing|any better)\b",
    r"\b(?:the|those|all|which|every|any) (?P<taken>[a-z][\w-]+)(?: rows| ones| messages| texts| cases)? "
    r"(?:that |which )?(?:it|run-\d+|the model)? ?(?:took|takes|mistook|mistakes|taken|called|read)\b",
)
_NO_LABEL = frozenset(
    """a an and any are as at best better can did do does each easiest every for from good has hardest have how i in is
    it its last me model most my new next no of on one ones or our right rows run same she he that the their them then
    there these they things this those to tuned untuned very was we weakest were what when where which who with worse
    worst wrong you your messages texts answers results scores score accuracy f1 quality performance everything all
    label labels class classes category categories strongest lowest highest much really still anything other data
    set test training model's fine-tuning tuning recall precision bleu rouge errors error mistakes mistake number
    numbers things thing bot chatbot classifier assistant network llm ai fine-tuned""".split()
)
_SAID_FIRST = re.compile(
    r"\b(?:said|says?|answer(?:s|ed)?|predict(?:s|ed)?|gave|gives?|chose|chooses?|picks?|picked)\b"
)
_BOTH_WAYS = re.compile(r"\b(?:confus\w+|mix\w*|swap\w*)\b")
_OF_LENGTH = {
    "short": "short",
    "brief": "short",
    "long": "long",
    "wordy": "long",
    "lengthy": "long",
    "middling": "middling",
}
_FEWEST_LETTERS, _ALIKE = 5, 0.84


@dataclass(frozen=True)
class Question:
    """A question about results, read.

    Attributes:
        about: What is wanted.
        labels: The labels it names, in the order of the words.
        unknown: What it calls a label and is none.
        groups: The groups of rows it names, such as "language: German".
        facets: What it says that groups differ in, such as "language".
        runs: The runs it names.
        reversed: Of two labels, whether the first is the answer and the second what was right.
        both_ways: Of two labels, whether either may be the answer.
        per_label: Whether every label by itself is asked for.
    """

    about: About
    labels: tuple[str, ...] = ()
    unknown: str = ""
    groups: tuple[str, ...] = ()
    facets: tuple[str, ...] = ()
    runs: tuple[str, ...] = ()
    reversed: bool = False
    both_ways: bool = False
    per_label: bool = False


def read(question: str, labels: Sequence[str], groups: Sequence[str]) -> Question:
    """Read a question.

    Args:
        question: The user's words.
        labels: The labels that exist.
        groups: The groups of rows that exist.
    """
    text = re.sub(r"\brun[\s#-]*(\d+)", r"run-\1", " ".join(question.lower().split()))
    found, names = dict(_mentioned(text, labels)), _names(groups)
    unknown = ""
    for word in _asked_for(text):
        if found or word in names:
            break
        if meant := _nearly(word, labels):
            found[text.index(word)] = meant
        else:
            unknown = unknown or word
    named = tuple(found[place] for place in sorted(found))
    mentioned = tuple(_groups(text, groups, named))
    facets = tuple(dict.fromkeys(names[word] for word in re.findall(r"[\w-]+", text) if word in names))
    first = min(found, default=0)
    return Question(
        _about(text, named, bool(mentioned or facets)),
        tuple(dict.fromkeys(named)),
        unknown if not named and not mentioned else "",
        mentioned,
        facets,
        tuple(dict.fromkeys(re.findall(r"\brun-\d+\b", text))),
        bool(_SAID_FIRST.search(text[:first])) or "instead of" in text[first:],
        bool(_BOTH_WAYS.search(text)),
        bool(re.search(rf"\b(?:{_LABELS})\b", text)),
    )


def _about(text: str, labels: Sequence[str], groups: bool) -> About:
    hit: list[About] = [about for about, words in _READ if re.search(rf"\b(?:{words})\b", text)]
    if hit and hit[0] in ("trend", "confidence", "untuned"):
        return hit[0]
    if len(set(labels)) > 1:
        return "confusion"
    if "mistakes" in hit:
        return "mistakes"
    if "confusion" in hit:
        return "confusion"
    if labels:
        return "label"
    if "length" in hit:
        return "length"
    if groups or "groups" in hit:
        return "groups"
    return hit[0] if hit else "failures"


def _mentioned(text: str, labels: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The labels that are spelled out, with their places; one or many of a thing is the same, the longest win."""
    left = text
    for label in sorted(labels, key=len, reverse=True):
        words = [word for word in re.split(r"[\W_]+", label.lower()) if word]
        if not words:
            continue
        plain = len(label) < 3 or label.lower() in _NO_LABEL
        spelled = r"[\W_]+".join([*map(re.escape, words[:-1]), _one_or_many(words[-1])])
        ahead = r"""(?:(?<=["'“‘«])|(?<=\blabel )|(?<=\bclass )|(?<=\bcategory )|(?<=\btopic ))""" if plain else ""
        for hit in re.finditer(rf"(?<![\w-]){ahead}{spelled}(?![\w-])", left):
            yield hit.start(), label
            left = left[: hit.start()] + " " * len(hit[0]) + left[hit.end() :]
            break


def _one_or_many(word: str) -> str:
    if word.endswith("ies"):
        return rf"{re.escape(word[:-3])}(?:ies|y)"
    if word.endswith("y"):
        return rf"{re.escape(word[:-1])}(?:y|ies)(?:'s)?"
    return rf"{re.escape(word.removesuffix('s'))}(?:e?s|'s|s')?"


def _groups(text: str, groups: Sequence[str], labels: Sequence[str]) -> Iterator[str]:
    """The groups whose value is spelled out; labels are no groups here, since they are read as labels."""
    for group in groups:
        facet, _, value = group.partition(": ")
        if facet == "length":
            words = [word for word, its in _OF_LENGTH.items() if value.startswith(its)]
            if any(re.search(rf"\b{word}(?:er|est)?\b", text) for word in words):
                yield group
        elif facet != "label" and value.lower() not in _NO_LABEL and len(value) > 1:
            if value not in labels and re.search(rf"(?<![\w-]){_one_or_many(value.lower())}(?![\w-])", text):
                yield group


def _asked_for(text: str) -> Iterator[str]:
    """What a question calls a label, or treats as one."""
    for pattern in _ASKED_FOR:
        for hit in re.finditer(pattern, text):
            word = next(word for word in hit.groups() if word).strip()
            words = word.split()
            if not any(part in _NO_LABEL or part.startswith("run-") for part in words) and words:
                yield word


def _nearly(word: str, labels: Sequence[str]) -> str:
    """The label that a word is a slip of the pen for, or the only one that it is a word of; empty if there is none."""
    part = [label for label in labels if re.search(rf"(?<![^\W_]){_one_or_many(word)}(?![^\W_])", label.lower())]
    if len(part) == 1:
        return part[0]
    near = get_close_matches(word, [label.lower() for label in labels], 1, _ALIKE)
    if not near or len(word) < _FEWEST_LETTERS:
        return ""
    return next(label for label in labels if label.lower() == near[0])


def _names(groups: Sequence[str]) -> dict[str, str]:
    """What groups differ in, by its name and by that of many: "languages" is "language"."""
    facets = dict.fromkeys(group.partition(": ")[0] for group in groups)
    return {many.lower(): facet for facet in facets if facet != "label" for many in (facet, f"{facet}s")}
