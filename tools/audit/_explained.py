"""Why a run answered as it did: its words weighed and checked, the smallest change, and similar training rows."""

import random
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from store import TrainingRun, Workspace
from tools.audit._attribution import Weights, affordable, attributed
from tools.audit._nearest import nearest
from tools.audit._pieces import Piece, changed, rewritten
from tools.audit._reading import Reading, read
from tools.audit._told_by_data import telling, told_by_data
from tools.audit._what_if import MOST_ASKED, SUBSTITUTES, Ask, smallest_change
from tools.evaluate._answers import Answer, answer
from tools.evaluate._rows import Question
from tools.train._weights import Loaded

Json = dict[str, Any]
Tell = Callable[[float, str], None]
"""Hears how far it is, and with what."""
WEIGHING = "Weighing the words"
CHECKED_WORDS, CHECKED_DRAWS = 3, 6
"""How many of the strongest words are taken out at once to check the weights, and how many draws of others."""


@dataclass(frozen=True)
class _Asked:
    """A question and what the run answers to it."""

    run: TrainingRun
    loaded: Loaded
    question: Question
    said: Answer

    def ask(self, text: str) -> Ask:
        """Asks the same with another text in the place of this one."""
        whole = Question(self.question.row, self.question.messages, text, "")

        def asking(texts: Sequence[str]) -> list[Answer]:
            return answer(self.loaded, self.run.plan, [rewritten(whole, other) for other in texts]) if texts else []

        return asking


def explained(
    ws: Workspace, run: TrainingRun, loaded: Loaded, question: Question, instead: str | None, tell: Tell
) -> Json:
    """Explain one answer.

    Args:
        ws: The workspace.
        run: The run.
        loaded: Its model.
        question: What is asked.
        instead: The label to explain in the place of the answer.
        tell: Hears how far it is; what it raises ends the work.
    """
    (said,) = answer(loaded, run.plan, [question])
    asked = _Asked(run, loaded, question, said)
    tell(0.3, WEIGHING)
    rival = said.text if instead and instead != said.text else None
    reading = read(loaded, run.plan, question, instead or said.text, rival)
    weights = attributed(loaded, reading, tell=lambda done: tell(0.3 + 0.3 * done, WEIGHING))
    told: Json = _told(asked, reading, weights) | {"instead": instead}
    if said.chances and reading.words:
        tell(0.6, "Looking for the smallest change that gives another answer")
        told |= _what_if(ws, asked, reading, weights, instead)
    tell(0.85, "Looking for similar training rows")
    return told | {"nearest": [asdict(each) for each in nearest(ws, run, loaded, question)]}


def _told(asked: _Asked, reading: Reading, weights: Weights) -> Json:
    said = asked.said
    return {
        "text": asked.question.text,
        "read": reading.text,
        "spans": [(word.start, word.end) for word, _ in reading.words],
        "unread": reading.unread,
        "reference": asked.question.reference,
        "answer": said.text,
        "chance": said.chances.get(said.text),
        "chances": said.chances,
        **asdict(weights),
        "gap": weights.gap,
    }


def _what_if(ws: Workspace, asked: _Asked, reading: Reading, weights: Weights, instead: str | None) -> Json:
    """What leaving the strongest words out does, and the smallest change that gives another answer."""
    sign = -1 if instead and instead != asked.said.text else 1  # what speaks for the other one speaks against this one
    weighed = [(word, sign * weight) for (word, _), (_, weight) in zip(reading.words, weights.words, strict=True)]
    now, ask = asked.said.text, asked.ask(reading.text)
    wanted = instead if instead != now else None
    others = {label: chance for label, chance in asked.said.chances.items() if label != now}
    towards = wanted or (max(others, key=lambda label: others[label]) if others else None)
    if towards is None:
        return {}
    substitutes = telling(told_by_data(ws, asked.run), towards, SUBSTITUTES, sure=False)
    texts = min(MOST_ASKED, affordable(asked.loaded, reading))
    found = smallest_change(reading.text, weighed, now, ask, substitutes=substitutes, wanted=wanted, texts=texts)
    return {"change": asdict(found), "check": _checked(reading.text, weighed, now, ask)}


def _checked(text: str, weighed: Sequence[tuple[Piece, float]], now: str, ask: Ask) -> Json | None:
    """The chance of the answer without the strongest words for it, and without as many others."""
    pieces = [piece for piece, _ in weighed]
    order = sorted(range(len(pieces)), key=lambda place: -weighed[place][1])
    top = [place for place in order[:CHECKED_WORDS] if weighed[place][1] > 0]
    rest = [place for place in order if place not in top]
    if not top or len(rest) < len(top):
        return None
    draws = [random.Random(number).sample(rest, len(top)) for number in range(CHECKED_DRAWS)]
    texts = [changed(text, pieces, {place: "" for place in places}) for places in (top, *draws)]
    chances = [one.chances[now] for one in ask(texts)]
    return {
        "words": [pieces[place].text for place in sorted(top)],
        "without": chances[0],
        "without_others": sum(chances[1:]) / len(draws),
        "draws": len(draws),
    }
