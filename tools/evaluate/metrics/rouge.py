"""ROUGE: words, pairs of words, and the longest common subsequence that answer and reference share, by rouge-score."""

# pyright: reportMissingTypeStubs=false, reportIncompatibleMethodOverride=false, reportUnknownArgumentType=false, reportUnknownMemberType=false

import re
from collections.abc import Sequence

import numpy as np
from rouge_score.rouge_scorer import RougeScorer

import tools.evaluate._metric as metric
from tools.evaluate._intervals import Array

Texts = Sequence[str]
KINDS = ("rouge1", "rouge2", "rougeL")


class Rouge(metric.Family):
    """All three."""


class Shared(metric.Metric):
    """Mean F1 of what the words of answer and reference have in common, without stemming."""

    column: int
    source = "Lin 2004, ROUGE; package rouge-score"

    def parts(self, predictions: Texts, references: Texts) -> Array:
        """The three of them, and one; words of any script where the references are mostly not Latin."""
        scorer = RougeScorer([*KINDS], tokenizer=None if mostly_latin(references) else UnicodeWords())
        rows: list[list[float]] = []
        for said, true in zip(predictions, references, strict=True):
            found = scorer.score(true, said)  # pyright: ignore[reportUnknownVariableType]
            rows.append([*(float(found[kind].fmeasure) for kind in KINDS), 1.0])
        return np.asarray(rows, float).reshape(-1, len(KINDS) + 1)

    def of(self, sums: Array) -> Array:
        """The mean of one of them."""
        return metric.ratio(sums[..., self.column], sums[..., -1])

    @staticmethod
    def signature() -> str:
        """What must be told beside the number."""
        return "rouge-score, F1, no stemming"


class Rouge1(Shared):
    """Mean F1 of single words; as `rouge_score` without stemming."""

    key, column = "rouge_1", 0
    about = "Mean F1 of the words that answer and reference share, without stemming."


class Rouge2(Shared):
    """Mean F1 of pairs of neighbouring words; as `rouge_score` without stemming."""

    key, column = "rouge_2", 1
    about = "Mean F1 of the pairs of neighbouring words that answer and reference share, without stemming."


class RougeL(Shared):
    """Mean F of the longest common subsequence of words; as `rouge_score` without stemming."""

    key, column = "rouge_l", 2
    about = "Mean F1 of the longest common subsequence of words, without stemming."


class UnicodeWords:
    """Words of any script, for ROUGE on text that its own a-z words would drop."""

    def tokenize(self, text: str) -> list[str]:
        """Runs of letters and digits, lower case."""
        return re.findall(r"[^\W_]+", text.casefold())


def mostly_latin(texts: Texts) -> bool:
    """Whether at least half of the letters are a to z."""
    letters = [letter for text in texts for letter in text if letter.isalpha()]
    return sum(letter.isascii() for letter in letters) * 2 >= len(letters)


Rouge.members = (Rouge1, Rouge2, RougeL)
