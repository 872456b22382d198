"""What twice the rows would bring, on curves of which it is known."""

import numpy as np
import pytest

from tools.train._doubling import last_doubling, next_doubling


def losses(level: float, *, seeds: int = 2, rows: int = 400, noise: float = 0.02, seed: int = 0) -> np.ndarray:
    generator = np.random.default_rng(seed)
    hard = np.random.default_rng(99).normal(0, 0.3, rows)  # the same rows are hard at every size
    return level + hard + generator.normal(0, noise, (seeds, rows))


def law(n: float) -> float:
    return 2.0 * n**-0.5 + 0.3


def test_a_power_law_is_continued_exactly():
    parts = [losses(law(n), noise=0.0) for n in (250, 500, 1000)]
    assert last_doubling(*parts[1:]).value == pytest.approx(law(500) - law(1000))
    assert next_doubling(*parts).value == pytest.approx(law(1000) - law(2000), rel=1e-6)


def test_where_more_rows_help_the_gain_is_sure_and_near():
    found = next_doubling(*(losses(law(n), seed=k) for k, n in enumerate((250, 500, 1000))))
    assert found.sure
    assert found.low < law(1000) - law(2000) < found.high


def test_where_the_curve_is_flat_no_gain_is_claimed():
    sure = sum(
        last_doubling(losses(0.5, seed=2 * k, noise=0.3), losses(0.5, seed=2 * k + 1, noise=0.3)).sure
        for k in range(40)
    )
    assert sure <= 5


def test_a_curve_that_falls_ever_faster_is_not_believed_to_go_on_so():
    found = next_doubling(losses(1.0, noise=0), losses(0.95, noise=0), losses(0.6, noise=0))
    assert found.value == pytest.approx(0.35)
