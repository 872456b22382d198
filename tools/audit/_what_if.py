"""What would have changed an answer: the fewest words to leave out or replace that were found, asked of the model."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tools.audit._pieces import Piece, changed
from tools.evaluate._answers import Answer

Ask = Callable[[Sequence[str]], list[Answer]]
"""What the model answers to other texts in the place of the one that was asked."""
Edits = Mapping[int, str]
"""New words by the place of the old ones; empty leaves them out."""

MOST_WORDS = 4
LEFT_OUT, REPLACED = 24, 4
"""Of the words that speak most for the answer: how many are left out one by one, and how many are replaced."""
SUBSTITUTES = 4
BEAM = 2
FEWEST_ASKED, MOST_ASKED = 24, 400


@dataclass(frozen=True)
class Flip:
    """A text that the model answers otherwise.

    Attributes:
        text: The changed text.
        answer: What the model answers to it.
        chance: How sure it is.
        edits: The old words, each with the new one; empty where it was left out.
    """

    text: str
    answer: str
    chance: float
    edits: list[tuple[str, str]]


@dataclass(frozen=True)
class Search:
    """What was looked for, and what came of it.

    Attributes:
        flip: The smallest change that was found, if any was.
        asked: Texts that the model was asked.
        words: Changes of up to so many words were tried.
        wanted: The answer that was looked for; None for any other one.
    """

    flip: Flip | None
    asked: int
    words: int
    wanted: str | None


@dataclass(frozen=True)
class _Tried:
    edits: Edits
    text: str
    answer: Answer
    margin: float
    """By how much another answer is likelier than the one to get away from."""


class _Hunt:
    """A search from one text."""

    def __init__(self, text: str, pieces: list[Piece], now: str, wanted: str | None, ask: Ask) -> None:
        self._text, self._pieces, self._now, self._wanted, self._ask = text, pieces, now, wanted, ask
        self._known: dict[str, Answer] = {}

    @property
    def asked(self) -> int:
        return len(self._known)

    def tried(self, every: Sequence[Edits]) -> list[_Tried]:
        """The texts with these edits as the model answers them, those that change its answer most first."""
        texts = [changed(self._text, self._pieces, edits) for edits in every]
        new = [text for text in dict.fromkeys(texts) if text and text not in self._known]
        self._known |= dict(zip(new, self._ask(new), strict=True)) if new else {}
        found = [
            _Tried(edits, text, answer, self._margin(answer))
            for edits, text in zip(every, texts, strict=True)
            if (answer := self._known.get(text))
        ]
        return sorted(found, key=lambda one: -one.margin)

    def flips(self, one: _Tried) -> bool:
        return one.answer.text == self._wanted if self._wanted else one.answer.text != self._now

    def smallest(self, found: _Tried) -> Flip:
        """A change without the edits that it does not need."""
        for place in list(found.edits):
            fewer = {other: word for other, word in found.edits.items() if other != place}
            if fewer and (again := self.tried([fewer])) and self.flips(again[0]):
                found = again[0]
        edits = [(self._pieces[place].text, found.edits[place]) for place in sorted(found.edits)]
        return Flip(found.text, found.answer.text, found.answer.chances[found.answer.text], edits)

    def _margin(self, answer: Answer) -> float:
        if self._wanted:
            return answer.scores[self._wanted] - max(s for label, s in answer.scores.items() if label != self._wanted)
        return max(s for label, s in answer.scores.items() if label != self._now) - answer.scores[self._now]


def smallest_change(
    text: str,
    weighed: Sequence[tuple[Piece, float]],
    now: str,
    ask: Ask,
    *,
    substitutes: Sequence[str] = (),
    wanted: str | None = None,
    most: int = MOST_WORDS,
    texts: int = MOST_ASKED,
) -> Search:
    """Look for the fewest words to change: all single ones first, then on from the best two, each asked of the model.

    Args:
        text: The text.
        weighed: Its words in order, with how much each speaks for the answer.
        now: The answer to get away from.
        ask: Asks the model.
        substitutes: Words that could stand in the place of others.
        wanted: The answer to reach; None for any other.
        most: Words to change at most.
        texts: After so many that were asked no larger change is tried.
    """
    pieces = [piece for piece, _ in weighed]
    order = sorted(range(len(pieces)), key=lambda place: -weighed[place][1])
    hunt = _Hunt(text, pieces, now, wanted, ask)
    beam: list[Edits] = [{}]
    tried_up_to = 0
    for count in range(1, most + 1):
        if count > 1 and hunt.asked >= max(FEWEST_ASKED, texts):
            break
        found = hunt.tried([{**edits, **one} for edits in beam for one in _edits(order, pieces, edits, substitutes)])
        tried_up_to = count
        if not found:
            break
        if hunt.flips(found[0]):
            return Search(hunt.smallest(found[0]), hunt.asked, count, wanted)
        beam = [one.edits for one in found[:BEAM]]
    return Search(None, hunt.asked, tried_up_to, wanted)


def _edits(
    order: Sequence[int], pieces: Sequence[Piece], done: Edits, substitutes: Sequence[str]
) -> Iterator[dict[int, str]]:
    """One edit more, at the words that speak most for the answer."""
    left = [place for place in order if place not in done]
    yield from ({place: ""} for place in left[:LEFT_OUT])
    used = {word.lower() for word in done.values()} | {piece.text.lower() for piece in pieces}
    for word in [word for word in substitutes if word.lower() not in used][:SUBSTITUTES]:
        yield from ({place: _like(pieces[place].text, word)} for place in left[:REPLACED])


def _like(old: str, new: str) -> str:
    """A word as the one it replaces was written: its capital, and the marks around it."""
    head = len(old) - len(old.lstrip("\"'“‘(¿¡"))
    tail = len(old.rstrip(".,;:!?\"'”’)…。，！？"))
    word = new.capitalize() if old[head : head + 1].isupper() else new
    return f"{old[:head]}{word}{old[tail:]}" if tail > head else word
