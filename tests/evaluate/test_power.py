"""As many rows as are said to tell do tell, four times in five."""

import numpy as np
import pytest
from scipy.stats import multinomial
from statsmodels.stats.power import TTestPower

from tools.evaluate._intervals import Estimate, newcombe
from tools.evaluate._pairs import exact_mcnemar, told_apart
from tools.evaluate._power import power, rows_for_shares, rows_needed


def answers(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return np.repeat([1.0, 0.0, 1.0], counts), np.repeat([0.0, 1.0, 1.0], counts)


@pytest.mark.parametrize(("first", "second", "rows"), [(18, 8, 100), (4, 2, 90), (6, 1, 50), (3, 9, 40)])
def test_as_many_rows_as_said_tell_four_times_in_five(first: int, second: int, rows: int) -> None:
    needed = rows_for_shares(first, second, rows)
    assert needed is not None
    share, draw = [first / rows, second / rows, 1 - (first + second) / rows], np.random.default_rng(first)
    told = [
        told_apart(newcombe(one, other), exact_mcnemar(one, other))
        for one, other in map(answers, draw.multinomial(needed, share, size=500))
    ]
    assert 0.75 < np.mean(told) < 0.85
    fewer = [exact_mcnemar(*answers(counts)).p < 0.05 for counts in draw.multinomial(needed // 3, share, size=500)]
    assert np.mean(fewer) < 0.5


def test_the_power_is_that_of_counting_all_outcomes() -> None:
    """Every outcome of 14 rows, with its chance."""
    rows, first, second = 14, 0.5, 0.1
    outcomes = [(a, b, rows - a - b) for a in range(rows + 1) for b in range(rows + 1 - a)]
    chances = multinomial.pmf(outcomes, rows, [first, second, 1 - first - second])
    told = [exact_mcnemar(*answers(np.array(outcome))).p < 0.05 for outcome in outcomes]
    assert power(rows, first, second) == pytest.approx(float(chances @ np.array(told)), abs=1e-6)


def test_several_tests_need_more_rows() -> None:
    one, three = rows_for_shares(18, 8, 100), rows_for_shares(18, 8, 100, 0.05 / 3)
    assert one is not None and three is not None and 1.2 * one < three < 1.6 * one


def test_a_tiny_difference_is_reckoned_without_counting() -> None:
    found = rows_for_shares(501, 500, 10_000)
    assert found is not None and found > 10_000_000


def test_no_difference_needs_no_number() -> None:
    assert rows_for_shares(7, 7, 100) is None and rows_for_shares(0, 0, 100) is None
    assert rows_needed(Estimate(0.0, -0.1, 0.1), 100) is None


def test_rows_for_a_mean_are_those_of_statsmodels() -> None:
    """A difference of 0.1 with standard deviation 0.5 on 100 rows: an interval of 0.1 +- 1.96 x 0.05."""
    half = 1.959964 * 0.05
    wanted = TTestPower().solve_power(effect_size=0.1 / 0.5, alpha=0.05, power=0.8)
    assert rows_needed(Estimate(0.1, 0.1 - half, 0.1 + half), 100) == pytest.approx(wanted, rel=0.015)
