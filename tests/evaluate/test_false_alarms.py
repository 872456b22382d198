"""How often equal models are told apart, and how often the truth lies in the interval: by simulation."""

from itertools import combinations

import numpy as np
import pytest

from tools.evaluate._effect import within_rows
from tools.evaluate._holm import holm
from tools.evaluate._intervals import newcombe, resampled
from tools.evaluate._metrics import MacroF1
from tools.evaluate._pairs import exact_mcnemar, permutation, signed_ranks, told_apart

WAYS = 199
"""Random swaps, which are few so that the test is fast; a permutation test is exact with any number."""


def most_alarms(tries: int) -> float:
    """What 5 % may look like by chance in so many tries: three standard errors above."""
    return 0.05 + 3 * (0.05 * 0.95 / tries) ** 0.5


def right(draw: np.random.Generator, rows: int, hard: float) -> tuple[np.ndarray, np.ndarray]:
    """Two equal models, right on the same rows more often than by chance, as models of one dataset are."""
    easy = draw.random(rows) > hard
    chance = np.where(easy, 0.9, 0.4)
    return (draw.random(rows) < chance).astype(float), (draw.random(rows) < chance).astype(float)


@pytest.mark.parametrize("rows", [6, 12, 40, 200])
def test_mcnemar_tells_equal_models_apart_at_most_five_times_in_a_hundred(rows: int) -> None:
    draw, tries = np.random.default_rng(rows), 1000
    pairs = [right(draw, rows, 0.5) for _ in range(tries)]
    assert sum(exact_mcnemar(*pair).p < 0.05 for pair in pairs) / tries <= most_alarms(tries)
    # what the verdict goes by: interval and test
    some = pairs[:400]
    assert sum(told_apart(newcombe(*pair), exact_mcnemar(*pair)) for pair in some) / 400 <= most_alarms(400)


@pytest.mark.parametrize("rows", [8, 30])
@pytest.mark.parametrize("tied", [False, True])
def test_tests_of_scores_tell_equal_models_apart_at_most_five_times_in_a_hundred(rows: int, tied: bool) -> None:
    draw, tries = np.random.default_rng(rows + tied), 400
    swaps, ranks = 0, 0
    for seed in range(tries):
        one, other = draw.beta(2, 1, rows), draw.beta(2, 1, rows)
        if tied:  # token F1 of short answers: few values, many equal rows
            one, other = (scores * 3 // 1 / 3 for scores in (one, other))
        parts = [np.stack([scores, np.ones(rows)], axis=1) for scores in (one, other)]
        swaps += permutation(*parts, lambda sums: sums[..., 0] / sums[..., 1], seed, WAYS).p < 0.05
        ranks += signed_ranks(one, other, seed, WAYS).p < 0.05
    assert swaps / tries <= most_alarms(tries)
    assert ranks / tries <= most_alarms(tries)


def test_macro_f1_tells_equal_models_apart_at_most_five_times_in_a_hundred() -> None:
    draw, tries, alarms, f1 = np.random.default_rng(5), 400, 0, MacroF1()
    labels = np.array(["a", "b", "c"])
    for seed in range(tries):
        true = draw.choice(labels, 30, p=[0.7, 0.2, 0.1])
        one, other = (np.where(draw.random(30) < 0.6, true, draw.choice(labels, 30)) for _ in range(2))
        parts = f1.parts([*one, *other], [*true, *true])
        alarms += permutation(parts[:30], parts[30:], f1.of, seed, WAYS).p < 0.05
    assert alarms / tries <= most_alarms(tries)


def test_one_or_more_of_three_pairs_are_told_apart_at_most_five_times_in_a_hundred_with_holm() -> None:
    draw, tries, alarms, without = np.random.default_rng(6), 600, 0, 0
    for _ in range(tries):
        chance = np.where(draw.random(200) < 0.5, 0.9, 0.4)
        said = [(draw.random(200) < chance).astype(float) for _ in range(3)]
        chances = [exact_mcnemar(said[one], said[other]).p for one, other in combinations(range(3), 2)]
        alarms += min(holm(chances)) < 0.05
        without += min(chances) < 0.05
    assert alarms / tries <= most_alarms(tries)
    assert without / tries > 0.07  # so that the simulation could have shown it


@pytest.mark.parametrize("rows", [20, 60, 300])
def test_the_interval_of_a_share_covers_the_true_difference(rows: int) -> None:
    draw, tries = np.random.default_rng(rows), 600
    for only_one, only_other in ((0.1, 0.1), (0.25, 0.1), (0.3, 0.02)):
        true, covered, at_most = only_one - only_other, 0, 0
        both = (1 - only_one - only_other) / 2
        for counts in draw.multinomial(rows, [only_one, only_other, both, both], size=tries):
            found = newcombe(np.repeat([1.0, 0.0, 1.0, 0.0], counts), np.repeat([0.0, 1.0, 1.0, 0.0], counts))
            covered += found.low <= true <= found.high
            at_most += abs(true) <= max(abs(found.low), abs(found.high))
        assert covered / tries >= 0.92, (only_one, only_other)
        assert at_most / tries >= 0.93, (only_one, only_other)


def test_the_bootstrap_interval_of_scores_covers_the_true_difference() -> None:
    draw, tries, covered = np.random.default_rng(9), 200, 0
    for seed in range(tries):
        one, other = draw.beta(3, 1, 50), draw.beta(2, 1, 50)
        apart = one - other
        found = resampled(lambda weights, apart=apart: weights @ apart / weights.sum(axis=-1), 50, seed)
        assert found is not None
        covered += found.low <= 3 / 4 - 2 / 3 <= found.high
    assert covered / tries >= 0.90


def test_cliffs_delta_covers_the_true_one() -> None:
    draw, tries, covered = np.random.default_rng(10), 200, 0
    for seed in range(tries):
        one, other = draw.beta(3, 1, 60), draw.beta(2, 1, 60)
        found = within_rows(one, other, seed)
        covered += found.low <= 3 / 5 - 2 / 5 <= found.high  # P(beta(a, 1) > beta(b, 1)) = a / (a + b)
    assert covered / tries >= 0.90
