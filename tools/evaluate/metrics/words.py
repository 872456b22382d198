"""Exact match, and the words that answer and reference share, as SQuAD counts them."""

import re
import string
from collections import Counter
from collections.abc import Sequence

import tools.evaluate._metric as metric
from tools.evaluate._intervals import Array

Texts = Sequence[str]


class Words(metric.Family):
    """Both of them."""


class ExactMatch(metric.Metric):
    """The share of answers that equal the reference, white space aside."""

    key, share = "exact_match", True
    about = "The share of answers that equal the reference, white space aside."
    source = "Rajpurkar et al. 2016, SQuAD"

    def parts(self, predictions: Texts, references: Texts) -> Array:
        """Equal or not, and one."""
        return metric.means([float(p.split() == r.split()) for p, r in zip(predictions, references, strict=True)])


class TokenF1(metric.Metric):
    """Mean F1 between the words of answer and reference, as SQuAD counts them."""

    key = "token_f1"
    about = "Mean F1 of the words that answer and reference share; case, punctuation and articles aside."
    source = "Rajpurkar et al. 2016, SQuAD"

    def parts(self, predictions: Texts, references: Texts) -> Array:
        """F1, and one."""
        return metric.means([_word_f1(p, r) for p, r in zip(predictions, references, strict=True)])


def _word_f1(prediction: str, reference: str) -> float:
    answered, true = _squad_words(prediction), _squad_words(reference)
    if not answered or not true:
        return float(answered == true)
    shared = sum((Counter(answered) & Counter(true)).values())
    return 2 * shared / (len(answered) + len(true))


def _squad_words(text: str) -> list[str]:
    kept = "".join(letter for letter in text.lower() if letter not in string.punctuation)
    return re.sub(r"\b(a|an|the)\b", " ", kept).split()


Words.members = (ExactMatch, TokenF1)
