import numpy as np
import pytest
from scipy.stats import binomtest, permutation_test

from tools.evaluate._intervals import Estimate, newcombe
from tools.evaluate._metrics import Bleu
from tools.evaluate._pairs import PairedTest, exact_mcnemar, permutation, rows_needed, verdict

SURE = PairedTest("a test", 0.01)


def a_mean(sums: np.ndarray) -> np.ndarray:
    return sums[..., 0] / sums[..., 1]


def test_mcnemar_is_the_binomial_test_of_the_rows_where_they_differ() -> None:
    one, other = np.array([1] * 15 + [0] * 4 + [1] * 60, float), np.array([0] * 15 + [1] * 4 + [1] * 60, float)
    assert exact_mcnemar(one, other).p == pytest.approx(binomtest(4, 19).pvalue)
    assert exact_mcnemar(one, one).p == 1


def test_the_permutation_test_agrees_with_scipy() -> None:
    draw = np.random.default_rng(3)
    one, other = draw.normal(0.3, 1, 40), draw.normal(0, 1, 40)
    parts = [np.stack([scores, np.ones(40)], axis=1) for scores in (one, other)]
    found = permutation(*parts, of=a_mean, seed=1)
    wanted = permutation_test(
        (one, other), lambda a, b: np.mean(a - b), permutation_type="samples", n_resamples=9999, rng=2
    )
    assert found.p == pytest.approx(wanted.pvalue, abs=0.02)


def test_the_permutation_test_takes_a_corpus_score() -> None:
    true = ["the box came late and it was open"] * 12
    near, far = ["the box came late and was open"] * 12, ["no idea at all about this one"] * 12
    bleu = Bleu()
    assert permutation(bleu.parts(near, true), bleu.parts(far, true), bleu.of, seed=1).p < 0.01
    assert permutation(bleu.parts(near, true), bleu.parts(near, true), bleu.of, seed=1).p == 1


def test_equal_models_are_told_apart_at_most_five_times_in_a_hundred() -> None:
    draw, alarms, tries = np.random.default_rng(8), 0, 300
    for _ in range(tries):
        one, other = (draw.random(80) < 0.7).astype(float), (draw.random(80) < 0.7).astype(float)
        alarms += newcombe(one, other).excludes_zero
    assert alarms / tries <= 0.08


def test_as_many_rows_as_said_do_tell_four_times_in_five() -> None:
    draw, told = np.random.default_rng(9), 0
    one, other = np.array([1.0] * 18 + [0.0] * 8 + [1.0] * 74), np.array([0.0] * 18 + [1.0] * 8 + [1.0] * 74)
    needed = rows_needed(newcombe(one, other), 100)
    assert needed is not None and 150 < needed < 300
    for _ in range(200):
        kind = draw.choice(3, size=needed, p=[0.18, 0.08, 0.74])
        told += exact_mcnemar((kind != 1).astype(float), (kind != 0).astype(float)).p < 0.05
    assert 0.7 < told / 200 < 0.9


def test_the_verdict_does_not_claim_what_the_interval_does_not_show() -> None:
    assert verdict("run-2", "run-1", Estimate(0.1, 0.02, 0.18), SURE, 90).startswith("run-2 is better than run-1")
    assert verdict("run-2", "run-1", Estimate(-0.1, -0.18, -0.02), SURE, 90).startswith("run-2 is worse than run-1")
    assert "Cannot tell yet" in verdict("run-2", "run-1", Estimate(0.3, 0.05, 0.5), PairedTest("a test", 0.2), 12)
    unsure = verdict("run-2", "run-1", Estimate(0.04, -0.02, 0.1), PairedTest("a test", 0.2), 90)
    assert "Cannot tell yet" in unsure and "about 320 more test rows" in unsure
    assert "they score the same" in verdict("run-2", "run-1", Estimate(0, -0.1, 0.1), PairedTest("a test", 1), 90)
    assert "1 row:" in verdict("run-2", "run-1", Estimate(0, -0.1, 0.1), PairedTest("a test", 1), 1)
