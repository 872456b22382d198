"""The paired tests agree with their reference libraries."""

import logging

import numpy as np
import pytest
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.significance import PairedTest as SacrebleuTest
from scipy.stats import PermutationMethod, binomtest, bootstrap, permutation_test, wilcoxon
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests

from tools.evaluate._holm import holm
from tools.evaluate._intervals import resampled
from tools.evaluate._metrics import Bleu
from tools.evaluate._pairs import exact_mcnemar, permutation, signed_ranks


def a_mean(sums: np.ndarray) -> np.ndarray:
    return sums[..., 0] / sums[..., 1]


def test_mcnemar_is_the_binomial_test_of_the_rows_where_they_differ() -> None:
    one, other = np.array([1] * 15 + [0] * 4 + [1] * 60, float), np.array([0] * 15 + [1] * 4 + [1] * 60, float)
    assert exact_mcnemar(one, other).p == pytest.approx(binomtest(4, 19).pvalue, abs=1e-12)
    assert exact_mcnemar(one, one).p == 1


@pytest.mark.parametrize(("first", "second"), [(0, 0), (1, 0), (5, 0), (7, 7), (40, 22), (300, 251)])
def test_mcnemar_agrees_with_statsmodels_at_every_size(first: int, second: int) -> None:
    one = np.array([1.0] * first + [0.0] * second + [1.0] * 10 + [0.0] * 3)
    other = np.array([0.0] * first + [1.0] * second + [1.0] * 10 + [0.0] * 3)
    table = [[10, first], [second, 3]]
    assert exact_mcnemar(one, other).p == pytest.approx(mcnemar(table, exact=True).pvalue, abs=1e-9)
    if first + second > 50:  # the chi-squared form nears it
        assert exact_mcnemar(one, other).p == pytest.approx(mcnemar(table, exact=False).pvalue, abs=0.005)


def test_the_permutation_test_agrees_with_scipy() -> None:
    draw = np.random.default_rng(3)
    one, other = draw.normal(0.3, 1, 40), draw.normal(0, 1, 40)
    parts = [np.stack([scores, np.ones(40)], axis=1) for scores in (one, other)]
    found = permutation(*parts, of=a_mean, seed=1)
    wanted = permutation_test(
        (one, other), lambda a, b: np.mean(a - b), permutation_type="samples", n_resamples=9999, rng=2
    )
    assert found.p == pytest.approx(wanted.pvalue, abs=0.02)


def test_many_rows_are_permuted_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    draw = np.random.default_rng(4)
    parts = [np.stack([draw.normal(mean, 1, 60), np.ones(60)], axis=1) for mean in (0.25, 0)]
    whole = permutation(*parts, of=a_mean, seed=1).p
    monkeypatch.setattr("tools.evaluate._pairs.CELLS", 60 * 70)
    assert permutation(*parts, of=a_mean, seed=1).p == pytest.approx(whole, abs=0.02)


def test_the_permutation_test_takes_a_corpus_score() -> None:
    true = ["the box came late and it was open"] * 12
    near, far = ["the box came late and was open"] * 12, ["no idea at all about this one"] * 12
    bleu = Bleu()
    assert permutation(bleu.parts(near, true), bleu.parts(far, true), bleu.of, seed=1).p < 0.01
    assert permutation(bleu.parts(near, true), bleu.parts(near, true), bleu.of, seed=1).p == 1


def _translations() -> tuple[list[str], list[str], list[str]]:
    draw = np.random.default_rng(5)
    words = [f"word{n}" for n in range(40)]
    true = [" ".join(draw.choice(words, 12)) for _ in range(60)]

    def noisy(share: float) -> list[str]:
        return [
            " ".join(word if draw.random() > share else str(draw.choice(words)) for word in line.split())
            for line in true
        ]

    return true, noisy(0.20), noisy(0.24)


def test_bleu_is_permuted_and_resampled_as_sacrebleu_does_it() -> None:
    true, one, other = _translations()
    bleu, logger = Bleu(), logging.getLogger("sacrebleu")
    logger.setLevel(logging.ERROR)
    systems = [("other", other), ("one", one)]
    parts = [bleu.parts(said, true) for said in (one, other)]
    _, wanted = SacrebleuTest(systems, {"BLEU": BLEU()}, [true], test_type="ar", n_samples=4000)()
    theirs = wanted["BLEU"][1]
    assert float(bleu.of(parts[0].sum(axis=0))) == pytest.approx(theirs.score, abs=1e-6)
    assert permutation(*parts, of=bleu.of, seed=1).p == pytest.approx(theirs.p_value, abs=0.03)
    _, wanted = SacrebleuTest(systems, {"BLEU": BLEU()}, [true], test_type="bs", n_samples=2000)()
    found = resampled(lambda weights: bleu.of(weights @ parts[0]), len(true), seed=1)
    assert found is not None
    half = (found.high - found.low) / 2
    assert half == pytest.approx(wanted["BLEU"][1].ci, rel=0.2)  # percentile there, BCa here


def test_signed_ranks_agree_with_scipy() -> None:
    draw = np.random.default_rng(6)
    one, other = draw.normal(0.3, 1, 30), draw.normal(0, 1, 30)
    assert signed_ranks(one, other, 1).p == pytest.approx(wilcoxon(one - other, method="exact").pvalue, abs=1e-9)
    one, other = draw.normal(0.1, 1, 300), draw.normal(0, 1, 300)
    assert signed_ranks(one, other, 1).p == pytest.approx(wilcoxon(one - other, method="asymptotic").pvalue, abs=1e-9)


def test_signed_ranks_with_ties_and_zeros_go_by_random_signs() -> None:
    draw = np.random.default_rng(7)
    one, other = draw.integers(0, 4, 24) / 4, draw.integers(0, 3, 24) / 4
    apart = (one - other)[one != other]
    found = signed_ranks(one, other, 1)
    wanted = wilcoxon(apart, method=PermutationMethod(n_resamples=1999, rng=3))
    assert found.p == pytest.approx(wanted.pvalue, abs=0.035)
    assert signed_ranks(one, one, 1).p == 1 == signed_ranks(np.array([1.0]), np.array([0.0]), 1).p


def test_holm_agrees_with_statsmodels() -> None:
    draw = np.random.default_rng(8)
    for size in (1, 2, 3, 15):
        chances = draw.random(size) ** 3
        assert holm(list(chances)) == pytest.approx(multipletests(chances, method="holm")[1], abs=1e-12)
    assert holm([0.02, 0.02, 0.02]) == pytest.approx([0.06, 0.06, 0.06])


def test_the_interval_of_a_mean_is_scipys_paired_bca() -> None:
    draw = np.random.default_rng(9)
    one, other = draw.beta(3, 1, 80), draw.beta(2, 1, 80)
    found = resampled(lambda weights: weights @ (one - other) / weights.sum(axis=-1), 80, seed=1)
    wanted = bootstrap(
        (one, other), lambda a, b, axis: (a - b).mean(axis=axis), paired=True, n_resamples=2000, rng=1, method="BCa"
    ).confidence_interval
    assert found is not None
    assert (found.low, found.high) == pytest.approx((wanted.low, wanted.high), abs=1e-6)
