"""Metrics as `evaluate.Metric` modules that load without a network.

Each is a function of sums over rows: `parts` gives what a row adds, `of` turns sums into the score. So a bootstrap
resample is only another weighting of the rows, and an interval costs one matrix product.
"""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportIncompatibleMethodOverride=false

import re
import string
from collections import Counter
from collections.abc import Sequence
from typing import Any, ClassVar

import datasets
import evaluate
import numpy as np
from numpy.typing import NDArray
from rouge_score.rouge_scorer import RougeScorer
from sacrebleu.metrics.bleu import BLEU

Array = NDArray[np.float64]
Texts = Sequence[str]


class Metric(evaluate.Metric):
    """A score of predictions against references, both as text.

    Attributes:
        key: The field's name for it, as goals say it.
        title: For people.
        top: The best value: 1, or 100 for BLEU.
        share: Whether it is the share of rows that are right, so that exact intervals hold.
    """

    key: ClassVar[str]
    title: ClassVar[str]
    top: ClassVar[float] = 1.0
    share: ClassVar[bool] = False
    about: ClassVar[str]
    source: ClassVar[str]

    def __init__(self) -> None:
        super().__init__(keep_in_memory=True)

    def parts(self, predictions: Texts, references: Texts) -> Array:
        """What each row adds, as (rows, parts)."""
        raise NotImplementedError

    def of(self, sums: Array) -> Array:
        """The score of sums over rows: (..., parts) to (...)."""
        return sums[..., 0] / sums[..., 1]

    def _info(self) -> evaluate.MetricInfo:
        text = datasets.Value("string")
        return evaluate.MetricInfo(
            description=self.about,
            citation=self.source,
            inputs_description="predictions and references: texts, one of each a row.",
            features=datasets.Features({"predictions": text, "references": text}),
        )

    def _compute(self, *, predictions: Texts, references: Texts) -> dict[str, Any]:
        return {self.key: float(self.of(self.parts(predictions, references).sum(axis=0)))}


def _mean_of(scores: Sequence[float]) -> Array:
    return np.stack([np.asarray(scores, float), np.ones(len(scores))], axis=1)


class Accuracy(Metric):
    """The share of rows with the right label; as `sklearn.metrics.accuracy_score`."""

    key, title, share = "accuracy", "accuracy", True
    about = "The share of rows with the right label."
    source = "sklearn.metrics.accuracy_score"

    def parts(self, predictions: Texts, references: Texts) -> Array:
        """Right or not, and one."""
        return _mean_of([float(p == r) for p, r in zip(predictions, references, strict=True)])


class MacroF1(Metric):
    """F1 of each label, averaged with equal weight; as `f1_score(average="macro", zero_division=0)`."""

    key, title = "macro_f1", "macro F1"
    about = "F1 of each label that occurs or is answered, averaged with equal weight."
    source = 'sklearn.metrics.f1_score(average="macro", zero_division=0)'

    def parts(self, predictions: Texts, references: Texts) -> Array:
        """Right, answered and true, by label: F1 is twice the first over the sum of the others."""
        labels = np.asarray(sorted({*predictions, *references}))
        answered, true = np.asarray(predictions)[:, None] == labels, np.asarray(references)[:, None] == labels
        return np.concatenate([answered & true, answered, true], axis=1).astype(float)

    def of(self, sums: Array) -> Array:
        """Labels that do not occur in a resample are not in its average, as scikit-learn does it."""
        right, answered, true = np.split(sums, 3, axis=-1)
        either = answered + true
        f1 = np.divide(2 * right, either, out=np.zeros_like(right), where=either > 0)
        return f1.sum(axis=-1) / (either > 0).sum(axis=-1)


class ExactMatch(Metric):
    """The share of answers that equal the reference, white space aside."""

    key, title, share = "exact_match", "exact match", True
    about = "The share of answers that equal the reference, white space aside."
    source = "Rajpurkar et al. 2016, SQuAD"

    def parts(self, predictions: Texts, references: Texts) -> Array:
        """Equal or not, and one."""
        return _mean_of([float(p.split() == r.split()) for p, r in zip(predictions, references, strict=True)])


class TokenF1(Metric):
    """Mean F1 between the words of answer and reference, as SQuAD counts them."""

    key, title = "token_f1", "token F1"
    about = "Mean F1 of the words that answer and reference share; case, punctuation and articles aside."
    source = "Rajpurkar et al. 2016, SQuAD"

    def parts(self, predictions: Texts, references: Texts) -> Array:
        """F1, and one."""
        return _mean_of([_word_f1(p, r) for p, r in zip(predictions, references, strict=True)])


class RougeL(Metric):
    """Mean F of the longest common subsequence of words; as `rouge_score` without stemming."""

    key, title = "rouge_l", "ROUGE-L"
    about = "Mean F1 of the longest common subsequence of words, without stemming."
    source = "Lin 2004, ROUGE; package rouge-score"

    def parts(self, predictions: Texts, references: Texts) -> Array:
        """F, and one."""
        tokenizer = None if _mostly_latin(references) else UnicodeWords()
        scorer = RougeScorer(["rougeL"], tokenizer=tokenizer)
        pairs = zip(predictions, references, strict=True)
        return _mean_of([scorer.score(r, p)["rougeL"].fmeasure for p, r in pairs])  # pyright: ignore


class Bleu(Metric):
    """Corpus BLEU from 0 to 100; as `sacrebleu` with its default settings."""

    key, title, top = "bleu", "BLEU", 100.0
    about = "Corpus BLEU from 0 to 100, sacrebleu's defaults; 0 where no four words in a row can match."
    source = "Papineni et al. 2002; Post 2018, sacrebleu"

    def parts(self, predictions: Texts, references: Texts) -> Array:
        """Lengths of answer and reference, n-grams that match, n-grams in all."""
        bleu = BLEU(effective_order=True)  # for single rows; the counts are the same, and it does not warn
        scores = [bleu.sentence_score(p, [r]) for p, r in zip(predictions, references, strict=True)]
        return np.asarray([[s.sys_len, s.ref_len, *s.counts, *s.totals] for s in scores], float)

    def of(self, sums: Array) -> Array:
        """One corpus at a time: smoothing and the brevity penalty are sacrebleu's own."""
        rows = sums.reshape(-1, sums.shape[-1])
        scores = [_bleu(row) for row in rows]
        return np.asarray(scores).reshape(sums.shape[:-1])

    @staticmethod
    def signature() -> str:
        """What must be told beside the number so that another can reproduce it."""
        bleu = BLEU()
        bleu.corpus_score(["a"], [["a"]])
        return str(bleu.get_signature())


def _bleu(row: Array) -> float:
    orders = (len(row) - 2) // 2
    counts = [int(n) for n in row]
    return BLEU.compute_bleu(
        correct=counts[2 : 2 + orders],
        total=counts[2 + orders :],
        sys_len=counts[0],
        ref_len=counts[1],
        smooth_method="exp",
    ).score


class UnicodeWords:
    """Words of any script, for ROUGE on text that its own a-z words would drop."""

    def tokenize(self, text: str) -> list[str]:
        """Runs of letters and digits, lower case."""
        return re.findall(r"[^\W_]+", text.casefold())


def _mostly_latin(texts: Texts) -> bool:
    letters = [letter for text in texts for letter in text if letter.isalpha()]
    return sum(letter.isascii() for letter in letters) * 2 >= len(letters)


def _word_f1(prediction: str, reference: str) -> float:
    answered, true = _squad_words(prediction), _squad_words(reference)
    if not answered or not true:
        return float(answered == true)
    shared = sum((Counter(answered) & Counter(true)).values())
    return 2 * shared / (len(answered) + len(true))


def _squad_words(text: str) -> list[str]:
    kept = "".join(letter for letter in text.lower() if letter not in string.punctuation)
    return re.sub(r"\b(a|an|the)\b", " ", kept).split()


LABELS: tuple[type[Metric], ...] = (Accuracy, MacroF1)
"""For answers from a closed set."""
TEXT: tuple[type[Metric], ...] = (Bleu, RougeL, ExactMatch, TokenF1)
"""For open answers."""
