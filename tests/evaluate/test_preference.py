"""The statistics of preferences, beside reference libraries and by hand."""

import math

import numpy as np
import pytest
from scipy.stats import binomtest
from statsmodels.stats.proportion import proportion_confint

from tools.evaluate._preference import LEAST, Preference, exact, position, sign_test, verdict


@pytest.mark.parametrize("hits, of", [(0, 1), (0, 12), (9, 12), (12, 12), (31, 50), (400, 1000)])
def test_shares_and_tests_are_those_of_the_libraries(hits: int, of: int) -> None:
    found = exact(hits, of)
    low, high = proportion_confint(hits, of, alpha=0.05, method="beta")
    assert (found.value, found.low, found.high) == pytest.approx((hits / of, low, high), abs=1e-9)
    tail = min(hits, of - hits)
    by_hand = min(1.0, 2 * sum(math.comb(of, k) for k in range(tail + 1)) / 2**of)
    assert sign_test(hits, of) == pytest.approx(by_hand, abs=1e-9)


def test_six_preferences_are_the_least_that_can_tell() -> None:
    assert sign_test(LEAST, LEAST) < 0.05 <= sign_test(LEAST - 1, LEAST - 1)


def test_a_lead_beyond_chance_is_said_and_no_other() -> None:
    names = ("run-1", "run-2")
    assert verdict(names, Preference(15, 3, 4), "People").startswith("People preferred run-1 to run-2")
    assert verdict(names, Preference(3, 15, 4), "People").startswith("People preferred run-2 to run-1")
    assert "even full agreement could be chance" in verdict(names, Preference(5, 0, 9), "People")
    assert "as often as the other" in verdict(names, Preference(8, 8, 2), "People")
    assert "preferred neither on any row" in verdict(names, Preference(0, 0, 20), "People")
    open_ = verdict(names, Preference(12, 6, 6), "People")
    assert open_.startswith("Cannot tell yet") and "more pairs would tell" in open_


def test_as_many_rows_as_are_said_to_tell_do_tell_four_times_in_five() -> None:
    found = Preference(24, 14, 10)
    more = found.more()
    assert more
    rows = 48 + more
    drawn = np.random.default_rng(0).multinomial(rows, [24 / 48, 14 / 48, 10 / 48], size=2000)
    told = np.mean([sign_test(int(wins), int(wins + losses)) < 0.05 for wins, losses, _ in drawn])
    assert 0.74 < told < 0.86


def test_chance_alone_is_called_a_preference_in_at_most_one_of_twenty() -> None:
    drawn = np.random.default_rng(1).multinomial(40, [0.35, 0.35, 0.3], size=3000)
    alarms = np.mean([Preference(int(w), int(lost), int(t)).told_apart for w, lost, t in drawn])
    assert alarms <= 0.05


def test_whoever_always_takes_the_first_place_is_found_out() -> None:
    assert "the place counted" in position(19, 20, "Ana")
    assert "no sign that the place decided" in position(11, 20, "Ana")
    assert position(0, 0, "Ana") == ""
    assert binomtest(19, 20).pvalue < 0.05 < binomtest(11, 20).pvalue
