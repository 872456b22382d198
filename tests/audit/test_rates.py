import gc
from collections.abc import Iterator

import numpy as np
import pytest
from scipy.stats import fisher_exact

from tools.audit._rates import Attribute, overall, rates


@pytest.fixture(autouse=True)
def quick_collections() -> Iterator[None]:
    """Holm's correction in statsmodels collects garbage each time, over all that the other tests have loaded."""
    gc.freeze()
    yield
    gc.unfreeze()


def planted(gap: float, seed: int, rows: int = 500) -> tuple[Attribute, list[str]]:
    draw = np.random.default_rng(seed)
    women = draw.random(rows) < 0.5
    yes = draw.random(rows) < np.where(women, 0.3 - gap, 0.3)
    groups = ["women" if each else "men" for each in women]
    return Attribute("gender", "the column gender", groups), ["yes" if each else "no" for each in yes]


def test_a_planted_gap_is_found() -> None:
    found = sum(rates([planted(0.2, seed)[0]], planted(0.2, seed)[1])[0].flagged for seed in range(12))
    assert found >= 11


def test_clean_data_is_hardly_ever_flagged() -> None:
    alarms = 0
    for seed in range(40):
        attribute, labels = planted(0.0, seed)
        other = Attribute("region", "the column region", np.random.default_rng(seed).choice(list("abc"), 500).tolist())
        alarms += any(rate.flagged for rate in rates([attribute, other], labels))
    assert alarms <= 5


def test_the_odds_are_those_that_were_planted() -> None:
    groups = ["a"] * 100 + ["b"] * 100
    labels = ["yes"] * 60 + ["no"] * 40 + ["yes"] * 30 + ["no"] * 70
    found = next(
        rate for rate in rates([Attribute("g", "", groups)], labels) if (rate.group, rate.label) == ("a", "yes")
    )
    assert found.share.value == 0.6 and found.share_of_others == pytest.approx(0.3)
    assert found.odds_ratio.low < 3.5 < found.odds_ratio.high
    assert found.p == pytest.approx(fisher_exact([[60, 40], [30, 70]])[1]) == found.corrected
    assert found.flagged


def test_groups_that_are_too_small_are_named_and_left_out() -> None:
    attribute = Attribute("g", "", ["a"] * 50 + ["b"] * 50 + ["c"] * 3 + [None] * 10)
    labels = ["yes", "no"] * 51 + ["yes"] * 11
    counted = overall(attribute, labels)
    assert counted.groups == {"a": 50, "b": 50} and counted.too_small == {"c": 3}
    assert {rate.group for rate in rates([attribute], labels)} == {"a", "b"}


def test_one_group_or_one_label_gives_nothing_to_compare() -> None:
    assert rates([Attribute("g", "", ["a"] * 50)], ["yes", "no"] * 25) == []
    assert rates([Attribute("g", "", ["a", "b"] * 25)], ["yes"] * 50) == []
    assert overall(Attribute("g", "", ["a", "b"] * 25), ["yes"] * 50).p is None
