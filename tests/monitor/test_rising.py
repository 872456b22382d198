"""A rate that rises is noticed soon, and one that does not is seldom called risen."""

import numpy as np
import pytest

from tools.monitor._rising import LEAST_ALLOWED, Rising, allowed


@pytest.mark.parametrize("rate", [0.02, 0.1, 0.3])
def test_a_rate_that_stays_gives_at_most_one_false_alarm_in_five_thousand(rate: float):
    draw = np.random.default_rng(7)
    counted = sum(sum(map(Rising(rate).add, (draw.random(5000) < rate).tolist())) for _ in range(60))
    assert counted <= 60 * 5000 / 25_000, f"{counted} alarms in 300,000 requests"


@pytest.mark.parametrize(("usual", "now", "within"), [(0.02, 0.1, 300), (0.02, 0.3, 60), (0.1, 0.4, 100)])
def test_a_rate_that_rises_is_found_soon(usual: float, now: float, within: int):
    draw, late = np.random.default_rng(3), 0
    for _ in range(40):
        detector = Rising(usual)
        for happened in (draw.random(500) < usual).tolist():
            detector.add(happened)
        late += not any(detector.add(happened) for happened in (draw.random(within) < now).tolist())
    assert late <= 2


def test_what_is_allowed_is_more_than_what_was_seen_and_never_nothing():
    assert allowed([]) == LEAST_ALLOWED
    assert allowed([False] * 1000) == LEAST_ALLOWED
    assert 0.1 < allowed([True] * 20 + [False] * 180) < 0.16
