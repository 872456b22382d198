"""Answer in words: concepts from the handbook, word for word; the rest by the model, from what the project holds.

A small model that retells the handbook changes what it says, so what stands there is quoted. The model writes about
what was shown before, and makes conversation. It never writes figures: a sentence with a number that stands in nothing
it was shown is left out.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from assistant import ear
from assistant.handbook import Section
from assistant.models.brain import Brain, Message
from assistant.prompt import LONGEST_WISH
from assistant.scene import quoted, unmarked
from assistant.topics import topic
from assistant.transcript import Turn

HOW = """Now answer the person in two to four short sentences of plain text, only from what stands here. If it does not
stand here, say that you do not know it. Do not invent numbers, names or links."""
HERE = "You are Tunewright and run on this person's own computer; nothing leaves it."
BEGUN = '{"tool"'
CANNOT_SAY = "I do not know that, and I would rather not guess."
ELSEWHERE = (
    "I do not know that, and I would rather not guess. My handbook is about fine-tuning a language model for your own "
    "domain: goals, data, training, evaluation, fairness and use."
)
LONGEST_ANSWER = 220
LONGEST_FOUND = 300


@dataclass(frozen=True)
class Answer:
    """What was said, and the handbook sections it is from."""

    text: str
    sources: list[str] = field(default_factory=list[str])


def answer(
    brain: Brain,
    talk: Sequence[Turn],
    told: Sequence[Message],
    say: Callable[[str], None],
    stopping: Callable[[], bool],
) -> Answer:
    """Answer the last turn.

    Args:
        brain: The model.
        talk: The turns, the present one last.
        told: What the model was told when it decided to answer: the tools, the project, the request.
        say: Gets each sentence as soon as it is whole and checked.
        stopping: Whether the user wants it to stop.
    """
    wish = talk[-1].wish
    about = topic(wish, first=len(talk) == 1)
    if about.kind == "handbook":
        text = "\n\n".join(_quoted(section, wish) for section in about.sections)
        say(text)
        return Answer(text, [section.title for section in about.sections])
    if about.kind == "elsewhere":
        say(ELSEWHERE)
        return Answer(ELSEWHERE)
    shown = _shown(talk)
    sentences = _Sentences("".join([shown, told[0]["content"], wish]), say)

    def on_text(piece: str) -> bool:
        sentences.take(piece)
        return stopping()

    asked = f"{shown}\n\n{HOW}\nThe person says: {unmarked(wish[:LONGEST_WISH])}"
    brain.complete([*told, {"role": "user", "content": asked}], max_tokens=LONGEST_ANSWER, on_text=on_text)
    return Answer(sentences.end() or CANNOT_SAY)


def _quoted(section: Section, question: str) -> str:
    """A section's text, with the sentence that is nearest to the question in bold type."""
    sentences = section.sentences
    if heard := ear.opened():
        (asked,), said = heard.vectors([question]), heard.remembered(sentences)
        nearest = max(range(len(sentences)), key=lambda place: float(asked @ said[place]))
        sentences = [f"**{one}**" if place == nearest else one for place, one in enumerate(sentences)]
    return " ".join(sentences)


def _shown(talk: Sequence[Turn]) -> str:
    earlier = [f"- {quoted(done.text, LONGEST_FOUND)}" for turn in talk[-3:] for done in turn.done]
    earlier += [f"- {quoted(turn.said, LONGEST_FOUND)}" for turn in talk[-3:-1] if turn.said]
    return "\n\n".join([*(["Found and said before:\n" + "\n".join(earlier)] if earlier else []), HERE])


class _Sentences:
    """Puts pieces of text together to sentences, and lets through those whose numbers were shown to the model."""

    def __init__(self, shown: str, say: Callable[[str], None]) -> None:
        self._numbers, self._say, self._rest = set(numbers(shown)), say, ""
        self.kept: list[str] = []

    def take(self, piece: str) -> None:
        """The next piece."""
        self._rest += piece
        *whole, self._rest = re.split(r"(?<=[.!?\n])(?=\s)", self._rest)
        for sentence in whole:
            self._let_through(sentence)

    def end(self) -> str:
        """Everything that was let through; a sentence that was cut off is left out if there are others."""
        if self._rest.rstrip().endswith((".", "!", "?")) or not self.kept:
            self._let_through(self._rest)
        self._rest = ""
        return "".join(self.kept).strip()

    def _let_through(self, sentence: str) -> None:
        again = sentence.lstrip().startswith(BEGUN)  # a small model may say its choice once more
        if sentence and not again and set(numbers(sentence)) <= self._numbers:
            self.kept.append(sentence)
            self._say(sentence)


def numbers(text: str) -> list[str]:
    """The numbers written in digits, without separators of thousands, closing zeros and list places."""
    text = re.sub(r"(?m)^\s*\d{1,2}[.)]\s", " ", text)
    found = re.findall(r"\d+(?:[.,]\d+)*", text)
    return [_plain(number) for number in found]


def _plain(number: str) -> str:
    number = re.sub(r",(?=\d{3}\b)", "", number)
    return number.rstrip("0").rstrip(".") if "." in number else number
