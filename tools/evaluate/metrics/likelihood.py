"""How likely a model finds the reference texts: perplexity and bits per byte. Less is better."""

from collections.abc import Sequence
from typing import Any

import numpy as np

import tools.evaluate._metric as metric
from tools.evaluate._intervals import Array

Texts = Sequence[str]
Likelihood = tuple[float, int]
"""The log-likelihood of a text, and its tokens."""
MOST = 700.0
"""The largest power of e that a number holds."""


class LikelihoodFamily(metric.Family):
    """Both of them."""


class OfLikelihood(metric.Metric):
    """A metric of log-likelihoods, natural logarithms."""

    reads = "likelihood"
    top = float("inf")

    def parts(self, predictions: Sequence[Likelihood], references: Texts) -> Array:
        """The negative log-likelihood, the tokens and the bytes of each text."""
        rows = [(-told, tokens, len(r.encode())) for (told, tokens), r in zip(predictions, references, strict=True)]
        return np.asarray(rows, float).reshape(-1, 3)

    def read(self, predictions: Sequence[Any], **given: Any) -> Sequence[Likelihood]:
        """Log-likelihoods with the tokens of each text."""
        tokens = given.pop("tokens", None)
        if tokens is None or len(tokens) != len(predictions):
            raise ValueError(f"{self.key} needs tokens=[...], the number of tokens of each text.")
        super().read(predictions, **given)
        return list(zip(predictions, tokens, strict=True))


class Perplexity(OfLikelihood):
    """The exponential of the mean negative log-likelihood of a token, over the tokens of all rows.

    It depends on the tokens: two models with different tokenizers are compared by bits per byte.
    """

    key, bottom = "perplexity", 1.0
    about = "Among how many equally likely tokens the model hesitates, as a mean over all tokens."
    source = "Jelinek et al. 1977"

    def of(self, sums: Array) -> Array:
        """Over all tokens, not row by row."""
        return np.exp(np.minimum(metric.ratio(sums[..., 0], sums[..., 1]), MOST))


class BitsPerByte(OfLikelihood):
    """Negative log-likelihood in bits, by the bytes of the texts in UTF-8; comparable between tokenizers."""

    key = "bits_per_byte"
    about = "How many bits the model needs for a byte of the text; comparable between models."
    source = "Gao et al. 2020, The Pile"

    def of(self, sums: Array) -> Array:
        """Over all bytes, not row by row."""
        return metric.ratio(sums[..., 0], sums[..., 2]) / np.log(2)


LikelihoodFamily.members = (Perplexity, BitsPerByte)
