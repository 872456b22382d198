import numpy as np
import pytest
from scipy.stats import fisher_exact
from statsmodels.stats.multitest import multipletests

from tools.audit._rates import Attribute, holm, overall, rates


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


def test_holms_correction_is_that_of_statsmodels() -> None:
    values = [0.04, 0.001, 0.3, 0.02, 0.02, 0.9, 0.012]
    corrected = holm({(str(place),): p for place, p in enumerate(values)})
    expected = multipletests(values, method="holm")[1]
    assert [corrected[str(place),] for place in range(len(values))] == pytest.approx(list(expected), abs=1e-12)
    assert holm({}) == {}


def test_a_test_with_more_weight_has_more_of_the_error_to_use_up() -> None:
    """By hand: p over weight in order is b 0.02, a 0.04, c 0.9, with 1.6, 0.6 and 0.5 of the weights left."""
    found = holm({("a",): 0.004, ("b",): 0.02, ("c",): 0.45}, {("a",): 0.1, ("b",): 1.0, ("c",): 0.5})
    assert [found[name,] for name in "bac"] == pytest.approx([0.032, 0.032, 0.45])


def test_the_gap_has_newcombes_interval() -> None:
    """Newcombe's own example (1998, Statist. Med. 17, 873, table II a, method 10): 56/70 and 48/80."""
    groups, labels = ["a"] * 70 + ["b"] * 80, ["yes"] * 56 + ["no"] * 14 + ["yes"] * 48 + ["no"] * 32
    found = rates([Attribute("g", "", groups)], labels)
    gap = next(rate.gap for rate in found if (rate.group, rate.label) == ("a", "yes"))
    assert (gap.value, gap.low, gap.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)
