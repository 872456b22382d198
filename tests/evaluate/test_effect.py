import math

import numpy as np
import pytest
from scipy.stats import binomtest
from statsmodels.stats.proportion import proportion_effectsize

from tools.evaluate._effect import cohens_h, odds, within_rows


def test_cohens_h_agrees_with_statsmodels() -> None:
    for one, other in ((0.9, 0.8), (0.5, 0.5), (0.0, 1.0)):
        assert cohens_h(one, other) == pytest.approx(proportion_effectsize(one, other), abs=1e-12)


def test_the_odds_ratio_is_of_the_rows_that_one_gets_right() -> None:
    one, other = np.array([1] * 15 + [0] * 5 + [1] * 80, float), np.array([0] * 15 + [1] * 5 + [1] * 80, float)
    found, share = odds(one, other), binomtest(15, 20).proportion_ci(method="exact")
    assert (found.first, found.second, found.value) == (15, 5, pytest.approx(3))
    assert (found.low, found.high) == pytest.approx((share.low / (1 - share.low), share.high / (1 - share.high)))


def test_the_odds_ratio_has_its_ends_where_one_is_never_alone() -> None:
    right, wrong = np.ones(4), np.zeros(4)
    assert odds(right, wrong).value == math.inf == odds(right, wrong).high and odds(right, wrong).low > 0
    assert odds(wrong, right).value == 0 == odds(wrong, right).low
    assert math.isnan(odds(right, right).value) and odds(right, right).high == math.inf


def test_cliffs_delta_counts_the_rows_ahead_and_behind() -> None:
    found = within_rows(np.array([0.9, 0.8, 0.5, 0.1]), np.array([0.1, 0.2, 0.5, 0.3]), 1)
    assert found.value == pytest.approx((2 - 1) / 4) and -1 <= found.low < found.high <= 1
    alike = within_rows(np.ones(20), np.zeros(20), 1)
    assert alike.value == 1 and 0.5 < alike.low < 1
