"""Whether recent requests can be told apart from known ones, and in what they differ."""

import numpy as np
import pytest

from tests.monitor.streams import Topics
from tools.monitor._adwin import changes
from tools.monitor._domain import apart
from tools.monitor._psi import stability, stability_of_numbers


def test_texts_of_one_kind_cannot_be_told_apart():
    significant = 0
    for seed in range(8):
        topics = Topics(seed)
        found = apart(topics.texts(300), topics.texts(200), seed)
        assert found is not None
        assert abs(found.auc - 0.5) < 0.12
        significant += found.p < 0.05
    assert significant <= 2


def test_texts_with_new_topics_are_told_apart():
    topics = Topics(1)
    found = apart(topics.texts(300), topics.texts(200, 0.5))
    assert found is not None
    assert found.auc > 0.58
    assert found.p < 0.01
    assert apart(topics.texts(300), topics.texts(10)) is None


@pytest.mark.parametrize("seed", range(5))
def test_the_index_is_small_for_the_same_and_large_for_another(seed: int):
    draw = np.random.default_rng(seed)
    before, same, longer = draw.lognormal(3, 1, 1000), draw.lognormal(3, 1, 300), draw.lognormal(4, 1, 300)
    assert not stability_of_numbers(before, same).moved
    assert stability_of_numbers(before, longer).moved


def test_the_index_follows_its_law_where_nothing_moved():
    draw = np.random.default_rng(0)
    small = sum(stability_of_numbers(draw.normal(size=500), draw.normal(size=200)).p < 0.05 for _ in range(300))
    assert small <= 30  # 15 are expected


def test_the_index_of_labels_counts_those_that_are_new():
    assert stability(["a"] * 90 + ["b"] * 10, ["a"] * 40 + ["c"] * 60).moved
    assert stability(["a", "b"], []).p == 1


def test_a_change_of_the_mean_is_placed_where_it_was():
    draw = np.random.default_rng(4)
    (at,) = changes([*draw.normal(1, 0.2, 600), *draw.normal(2, 0.2, 400)])
    assert abs(at - 600) < 20


def test_without_a_change_none_is_found():
    draw = np.random.default_rng(9)
    found = sum(len(changes(draw.exponential(1, 1000).tolist())) for _ in range(20))
    assert found <= 1
    assert changes([1.0] * 500) == []
    assert changes([]) == []
