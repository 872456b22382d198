import numpy as np
import pytest
from scipy.stats import bootstrap
from statsmodels.stats.proportion import proportion_confint

from tools.evaluate._intervals import bounded, difference, intervals, mean, newcombe, resampled, wilson
from tools.evaluate._metrics import MacroF1


def test_a_share_has_wilsons_interval() -> None:
    found = wilson(0.9, 20)
    assert (found.low, found.high) == pytest.approx(proportion_confint(18, 20, method="wilson"))


def test_twenty_of_twenty_is_not_said_to_be_sure() -> None:
    assert wilson(1.0, 20).low < 0.9
    assert wilson(1.0, 20).high == 1.0


def test_newcombes_difference_equals_the_published_example() -> None:
    # Newcombe 1998, table III, row (a): 36, 12, 2, 0 of 50; method 10 gives 0.0569 to 0.3404.
    one = np.array([1] * 36 + [1] * 12 + [0] * 2, float)
    other = np.array([1] * 36 + [0] * 12 + [1] * 2, float)
    found = newcombe(one, other)
    assert (found.value, found.low, found.high) == pytest.approx((0.2, 0.0569, 0.3404), abs=5e-5)


def test_equal_answers_have_a_difference_of_zero_that_is_not_certain() -> None:
    right = np.array([1.0] * 20)
    found = newcombe(right, right)
    assert found.value == 0 and found.low < -0.05 and found.high > 0.05


def test_the_bootstrap_is_scipys_bca_of_the_same_rows() -> None:
    scores = np.random.default_rng(5).exponential(size=80)
    found = mean(scores, seed=7)
    wanted = bootstrap((scores,), np.mean, n_resamples=2000, method="BCa", rng=np.random.default_rng(7))
    assert found is not None
    assert (found.low, found.high) == pytest.approx(tuple(wanted.confidence_interval), abs=1e-9)


def test_the_same_seed_gives_the_same_interval() -> None:
    scores = np.random.default_rng(1).normal(size=30)
    assert mean(scores, seed=3) == mean(scores, seed=3) != mean(scores, seed=4)


@pytest.mark.parametrize("scores", [[1.0] * 30, [0.5], []])
def test_resampling_says_nothing_where_it_can_say_nothing(scores: list[float]) -> None:
    assert mean(np.array(scores), seed=1) is None


def test_a_score_that_never_varies_is_still_uncertain() -> None:
    found = bounded(100.0, 20, top=100.0)
    assert found.value == found.high == 100 and 80 < found.low < 90
    assert difference(found, found).low < -10


def test_intervals_cover_the_truth_about_95_times_in_100() -> None:
    draw, rows, truth, covered = np.random.default_rng(11), 60, 0.3, {"mean": 0, "difference": 0}
    for seed in range(150):
        scores = draw.exponential(truth, size=rows)
        found = mean(scores, seed)
        covered["mean"] += found is not None and found.low <= truth <= found.high
        one, other = (draw.random(rows) < 0.8).astype(float), (draw.random(rows) < 0.6).astype(float)
        apart = newcombe(one, other)
        covered["difference"] += apart.low <= 0.2 <= apart.high
    assert covered["mean"] >= 133 and covered["difference"] >= 136  # 95 % of 150 is 142.5


def test_macro_f1_has_an_interval_around_its_value() -> None:
    draw = np.random.default_rng(2)
    true = draw.choice(list("abc"), 120).tolist()
    answers = [t if draw.random() < 0.7 else "a" for t in true]
    metric = MacroF1()
    parts = metric.parts(answers, true)
    found = resampled(lambda weights: metric.of(weights @ parts), len(true), seed=1)
    assert found is not None and 0.5 < found.low < found.value < found.high < 0.95


def test_many_scores_at_once_have_the_intervals_that_they_have_alone() -> None:
    scores = np.random.default_rng(3).exponential(size=(50, 3))
    together = intervals(lambda weights: weights @ scores / weights.sum(axis=-1, keepdims=True), 50, seed=2)
    for found, column in zip(together, scores.T, strict=True):
        alone = mean(column, seed=2)
        assert found is not None and alone is not None
        assert (found.low, found.value, found.high) == pytest.approx((alone.low, alone.value, alone.high))


def test_resamples_in_which_a_score_is_not_defined_do_not_count() -> None:
    rare = np.array([1.0] * 2 + [0.0] * 28)

    def share(weights: np.ndarray) -> np.ndarray:
        hits = weights @ rare
        return np.divide(weights[:, 0], hits, out=np.full(len(weights), np.nan), where=hits > 0)

    found = resampled(share, 30, seed=1)
    assert found is not None and 0 <= found.low < found.value == 0.5 < found.high <= 1
    assert resampled(lambda weights: np.where(weights[:, 0] == 1, 1.0, np.nan), 30, seed=1) is None


def test_past_a_thousand_rows_groups_are_left_out_and_the_ends_stay() -> None:
    scores = np.random.default_rng(8).exponential(size=1500)
    wanted = bootstrap((scores,), np.mean, n_resamples=2000, method="BCa", rng=np.random.default_rng(7), batch=100)
    found = mean(scores, seed=7)
    assert found is not None
    assert (found.low, found.high) == pytest.approx(tuple(wanted.confidence_interval), abs=2e-3)
