"""BLEU and chrF of a whole set of answers, by sacrebleu."""

# pyright: reportMissingTypeStubs=false, reportIncompatibleMethodOverride=false, reportUnknownMemberType=false

from collections.abc import Sequence

import numpy as np
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF

import tools.evaluate._metric as metric
from tools.evaluate._intervals import Array

Texts = Sequence[str]


class Translation(metric.Family):
    """Both of them."""


class Bleu(metric.Metric):
    """Corpus BLEU from 0 to 100; as `sacrebleu` with its default settings."""

    key, top = "bleu", 100.0
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
        return np.asarray([_bleu(row) for row in rows]).reshape(sums.shape[:-1])

    @staticmethod
    def signature() -> str:
        """What must be told beside the number so that another can reproduce it."""
        bleu = BLEU()
        bleu.corpus_score(["a"], [["a"]])
        return str(bleu.get_signature())


class ChrF(metric.Metric):
    """Corpus chrF2 from 0 to 100: F of character n-grams up to six; as `sacrebleu` with its default settings."""

    key, top = "chrf", 100.0
    about = "F of character n-grams up to six, from 0 to 100, sacrebleu's defaults; works without spaces between words."
    source = "Popović 2015; Post 2018, sacrebleu"

    def parts(self, predictions: Texts, references: Texts) -> Array:
        """N-grams of the answer, of the reference, and in both, for each length."""
        return np.concatenate(
            [_Counts().of(p, r) for p, r in zip(predictions, references, strict=True)] or [np.zeros((0, 18))]
        )

    def of(self, sums: Array) -> Array:
        """Precision and recall averaged over the lengths that occur, then F with recall counting twice."""
        said, true, both = np.moveaxis(sums.reshape(*sums.shape[:-1], -1, 3), -1, 0)
        lengths = ((said > 0) & (true > 0)).sum(axis=-1)
        precision, recall = (
            metric.ratio(np.where((said > 0) & (true > 0), metric.ratio(both, every), 0).sum(axis=-1), lengths)
            for every in (said, true)
        )
        squared = CHRF.BETA**2
        return 100 * metric.ratio((1 + squared) * precision * recall, squared * precision + recall)

    @staticmethod
    def signature() -> str:
        """What must be told beside the number so that another can reproduce it."""
        chrf = CHRF()
        chrf.corpus_score(["a"], [["a"]])
        return str(chrf.get_signature())


class _Counts(CHRF):
    """sacrebleu's own counts of one row, before they are added up."""

    def of(self, prediction: str, reference: str) -> Array:
        """As (1, 3 numbers for each length)."""
        return np.asarray(self._extract_corpus_statistics([prediction], [[reference]]), float)


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


Translation.members = (Bleu, ChrF)
