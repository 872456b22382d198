"""What a question is about: sections of the handbook, something shown before, small talk, or none of our business."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from math import exp
from threading import Lock
from typing import Literal

from scipy.special import log_softmax

from assistant import ear
from assistant.handbook import Section, sections, unanswered
from assistant.wordings import Wordings

Kind = Literal["handbook", "shown", "talk", "elsewhere"]
PENALTY = 1.0
SHARPNESS = 5.0
"""What the classifier's margins are multiplied by, to be logarithms of probabilities; as the next, by the development
half of the questions in benchmarks/."""
CLOSE = 0.2
"""The share of the likeliest section's probability from which the next one is quoted too."""

_learning = Lock()
REMARK = 0.9
"""How likely a topic has to be for words that ask nothing to be about it: "keep it as a file" is a remark."""
_ASKS = re.compile(
    r"\?|\b(?:what|whats|why|how|which|when|where|who|whose|is|are|was|does|do|did|can|could|should|shall|may|must|will"
    r"|would|explain|tell|meaning|difference|vs|versus|or)\b"
)


@dataclass(frozen=True)
class Topic:
    """What a question is about; with "handbook", the sections that answer it, the likeliest first."""

    kind: Kind
    sections: list[Section] = field(default_factory=list[Section])


def topic(question: str, *, first: bool = False) -> Topic:
    """What a question is about.

    Args:
        question: What the user said.
        first: Whether nothing was said before, so that it cannot be about what was shown.
    """
    with _learning:
        wordings = _learned()
    margins = wordings.margins(question)
    if first:
        del margins["shown"]
    logs = log_softmax([SHARPNESS * far for far in margins.values()]).tolist()
    chances = dict(zip(margins, map(exp, logs), strict=True))
    order = sorted(chances, key=lambda name: -chances[name])
    by_title = {section.title: section for section in sections()}
    if order[0] not in by_title:
        return Topic(order[0])  # pyright: ignore[reportArgumentType]  (a kind, see `examples`)
    if chances[order[0]] < REMARK and not _ASKS.search(question.lower()):
        return Topic("talk")
    quoted = [by_title[name] for name in order[:2] if name in by_title and chances[name] >= CLOSE * chances[order[0]]]
    return Topic("handbook", quoted)


@cache
def _learned() -> Wordings:
    return Wordings(list(examples()), ear.opened(), PENALTY)


def examples() -> Iterator[tuple[str, str]]:
    """Texts, and the title of the section or the kind that each is about."""
    for section in sections():
        for text in (section.title, *section.asked, *section.questions, *section.sentences):
            yield text, section.title
    kinds: dict[Kind, list[str]] = {
        "shown": unanswered("results"), "talk": unanswered("talk"), "elsewhere": unanswered("off"),
    }  # fmt: skip
    for kind, texts in kinds.items():
        for text in texts:
            yield text, kind
