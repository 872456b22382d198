import numpy as np
import pytest
from scipy.stats import bootstrap, fisher_exact
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from tools.evaluate._facets import Facet
from tools.evaluate._slices import FEWEST, slices


def halves(rows: int, name: str = "channel") -> Facet:
    return Facet(name, "source", ["phone" if place % 2 else "mail" for place in range(rows)])


def planted(inside: float, outside: float, rows: int, seed: int) -> tuple[Facet, np.ndarray]:
    """Rows of which a third are in a group that is right less often."""
    rng = np.random.default_rng(seed)
    group = rng.random(rows) < 1 / 3
    scores = np.where(group, rng.random(rows) < inside, rng.random(rows) < outside).astype(float)
    return Facet("language", "language", ["German" if one else "English" for one in group]), scores


def test_a_group_that_is_worse_is_found_with_its_figures() -> None:
    facet, scores = planted(0.5, 0.9, 300, 1)
    found = slices([facet, halves(300)], scores, 0, shares=True)
    worst = found["compared"][0]
    assert (worst["by"], worst["group"], worst["worse"]) == ("language", "German", True)
    inside = np.array([group == "German" for group in facet.groups])
    sides = [scores[inside], scores[~inside]]
    (hits, rows), (others, rest) = [(int(side.sum()), len(side)) for side in sides]
    assert worst["rows"] == rows and worst["p"] == pytest.approx(
        fisher_exact([[hits, rows - hits], [others, rest - others]]).pvalue, abs=1e-12
    )
    assert (worst["score"]["low"], worst["score"]["high"]) == pytest.approx(
        proportion_confint(hits, rows, method="wilson"), abs=1e-9
    )
    newcombe = confint_proportions_2indep(hits, rows, others, rest, method="newcomb", compare="diff")
    assert (worst["difference"]["low"], worst["difference"]["high"]) == pytest.approx(newcombe, abs=1e-6)


def test_where_nothing_is_worse_an_alarm_is_rare() -> None:
    """Of 100 tests with twelve groups each and no difference, about 5 % or less raise any alarm."""
    rng = np.random.default_rng(7)
    alarms = 0
    for _ in range(100):
        facets = [Facet(f"f{n}", "column", [str(one) for one in rng.integers(0, 4, 240)]) for n in range(3)]
        found = slices(facets, (rng.random(240) < 0.8).astype(float), 0, shares=True)
        alarms += any(one["corrected"] < 0.05 for one in found["compared"])
    assert alarms <= 10


def test_scores_are_held_against_the_rest_by_shuffling_and_resampling() -> None:
    rng = np.random.default_rng(5)
    facet = halves(200)
    scores = np.clip(rng.normal(0.7, 0.2, 200) - 0.25 * (np.arange(200) % 2), 0, 1)
    found = slices([facet], scores, 0, shares=False)["compared"]
    worst = found[0]
    assert worst["group"] == "phone" and worst["worse"] and not found[1]["worse"]
    inside, outside = scores[1::2], scores[::2]
    assert worst["difference"]["value"] == pytest.approx(inside.mean() - outside.mean(), abs=1e-9)
    direct = bootstrap((inside,), np.mean, method="percentile", rng=np.random.default_rng(1)).confidence_interval
    assert (worst["score"]["low"], worst["score"]["high"]) == pytest.approx((direct.low, direct.high), abs=0.01)
    same = slices([facet], np.full(200, 0.5), 0, shares=False)["compared"][0]
    assert same["p"] == 1 and not same["worse"]


def test_small_groups_are_named_and_not_compared() -> None:
    groups = ["few"] * (FEWEST - 1) + ["many"] * 50
    found = slices([Facet("ward", "source", groups)], np.ones(len(groups)), 0, shares=True)
    assert found["compared"] == [] and found["too_few"] == [("ward", "few", FEWEST - 1)]


def test_the_same_comparison_is_counted_once() -> None:
    """Of two groups, each is the rest of the other; and a second column may say the same."""
    scores = (np.arange(60) % 5 > 0).astype(float)
    found = slices([halves(60), halves(60, "medium")], scores, 0, shares=True)
    assert len(found["compared"]) == 4 and found["tests"] == 1
    assert {one["corrected"] for one in found["compared"]} == {found["compared"][0]["p"]}
