"""What a new row has to pass: new, clear of what the model is tested on, and saying the same."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cached_property

from tools.augment._copies import NEAR, SAME, Copies, words_of
from tools.augment._kept import changed
from tools.augment._labels import Labels
from tools.data._language import alike, language
from tools.embeddings.static import encoder

SHOWN = 3
"""Rejected texts of each reason that are kept to be shown."""
ORDERED = 2_000
"""Words of a text up to which their order is compared, in the square of their number at worst."""
COMPARED = 100_000
"""Training rows that are looked through for near-copies; exact repeats are found among all."""


@dataclass(frozen=True)
class Limits:
    """How far the rewritings of a method may go.

    Attributes:
        least: The least share of words that must differ from the source.
        most: The share of words that may.
        meaning: The least cosine of the two texts in the static encoder; 0 where it says nothing, as of typos.
        longer: How many times longer or shorter a text may become.
        same: Whether it must say the same as its source: its numbers, negations and addresses.
        names: Whether the names must stay too.
        written: Whether a model wrote it: then the language and the label are looked at as well.
    """

    least: float = 0.02
    most: float = 0.4
    meaning: float = 0.7
    longer: float = 2.0
    same: bool = True
    names: bool = True
    written: bool = False


@dataclass(frozen=True)
class Scores:
    """How a text that passed compares with its source."""

    meaning: float
    """Cosine in the static encoder."""
    changed: float
    """The share of words that differ."""


@dataclass(frozen=True)
class Rejected:
    """A text that did not pass."""

    reason: str
    before: str
    text: str


@dataclass
class Gates:
    """Remembers what is there and lets new texts through one by one.

    Attributes:
        there: Text and label of every training row.
        held_out: The texts that the model is tested on.
        limits: What the method may change.
        seed: Chooses which of many rows are read for their label.
        rejected: How many did not pass, by reason.
        examples: A few of them.
    """

    there: Sequence[tuple[str, str | None]]
    held_out: Sequence[str]
    limits: Limits = field(default_factory=Limits)
    seed: int = 0
    rejected: Counter[str] = field(default_factory=Counter[str])
    examples: list[Rejected] = field(default_factory=list[Rejected])

    def __post_init__(self) -> None:
        self._known = {hash(" ".join(words_of(text))) for text in (*(text for text, _ in self.there), *self.held_out)}
        self._held = Copies(self.held_out, NEAR)
        self._others = Copies((text for text, _ in self.there[:COMPARED]), SAME)

    def passes(self, source: str, new: str, label: str | None = None, kept: Collection[str] = ()) -> Scores | None:
        """The scores of a rewriting of `source` if it may become a row; None, with the reason counted, if not.

        Args:
            source: The row it was made from.
            new: The text.
            label: The label of both.
            kept: Words in lower case, such as those of the label, that must stay if the source has them.
        """
        old_words, new_words = words_of(source), words_of(new)
        differs = _difference(old_words, new_words)
        reason = self._known_already(new_words) or self._off(source, new, differs)
        if not reason and self.limits.same and not set(kept) & set(old_words) <= set(new_words):
            reason = "a word of the label was lost"
        reason = reason or self._near(old_words, new_words)
        scores = None
        if not reason:
            one, other = encoder().encode([source, new])  # last, as it takes longest
            scores = Scores(float(one @ other), differs)
            if scores.meaning < self.limits.meaning:
                reason = "another meaning"
            elif self.limits.written and not self._labels.fits(other, label):
                reason = "more like rows of other labels"
        if reason:
            self.rejected[reason] += 1
            if self.rejected[reason] <= SHOWN:
                self.examples.append(Rejected(reason, source, new))
            return None
        self._known.add(hash(" ".join(new_words)))
        self._others.add(new)
        return scores

    @cached_property
    def _labels(self) -> Labels:
        return Labels(self.there, self.seed)

    def _known_already(self, words: list[str]) -> str:
        if not words:
            return "empty"
        return "said by another row already" if hash(" ".join(words)) in self._known else ""

    def _off(self, source: str, new: str, differs: float) -> str:
        limits = self.limits
        if differs > limits.most:
            return "too far from their source"
        if differs < limits.least:
            return "too close to their source"
        if (
            not 1 / limits.longer <= len(new) / max(len(source), 1) <= limits.longer
            and abs(len(new) - len(source)) > 20
        ):
            return "too long or too short"
        if limits.same and (reason := changed(source, new, names=limits.names)):
            return reason
        if limits.written and (was := language(source)) and (now := language(new)) and not alike(was, now):
            return "another language"
        return ""

    def _near(self, old_words: list[str], new_words: list[str]) -> str:
        words = frozenset(new_words)
        if self._held.near(words):
            return "too close to a test or validation row"
        return "almost said by another row already" if self._others.near(words, frozenset(old_words)) else ""


def _difference(old: list[str], new: list[str]) -> float:
    """The share of words that differ: by order (Ratcliff and Obershelp), in very long texts by count."""
    if max(len(old), len(new)) <= ORDERED:
        return 1 - SequenceMatcher(None, old, new, autojunk=False).ratio()
    return 1 - 2 * (Counter(old) & Counter(new)).total() / (len(old) + len(new))
