"""Gaps between groups in data: what is planted is found, and what is not there is not."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from scipy.stats import fisher_exact, mannwhitneyu

from tools.audit._crossed import beyond_halves, crossed
from tools.audit._findings import findings, once
from tools.audit._groups import People
from tools.audit._measures import cliffs_delta, shifts
from tools.audit._power import power, smallest_gap
from tools.audit._rates import Attribute

Json = dict[str, Any]


def rows_of(
    labels: Sequence[str | None],
    groups: Mapping[str, Sequence[str | None]],
    texts: Sequence[str] = (),
    suspects: bool = False,
) -> People:
    attributes = [Attribute(name, f"the column {name}", values) for name, values in groups.items()]
    filled = list(texts) or [""] * len(labels)
    return People(
        ids=list(range(1, len(labels) + 1)),
        label="label",
        labels=list(labels),
        numbers=[],
        texts=filled if texts else [],
        shown=filled,
        suspects=[suspects] * len(labels),
        attributes=attributes,
        named=[],
        whole=len(labels),
        columns={},
    )


def planted(seed: int, rows: int, base: float, gap: float) -> People:
    """A label whose share is `base` among men and `base + gap` among women; two more attributes have no part in it."""
    draw = np.random.default_rng(seed)
    women = np.arange(rows) % 2 == 0
    yes = draw.random(rows) < np.where(women, base + gap, base)
    others = {name: draw.choice(list(groups), rows).tolist() for name, groups in (("area", "abc"), ("shift", "de"))}
    texts = ["a word " * int(count) for count in draw.integers(3, 30, rows)]
    groups = {"gender": ["woman" if each else "man" for each in women], **others}
    return rows_of(["yes" if each else "no" for each in yes], groups, texts)


def flagged(found: People) -> set[tuple[str, str]]:
    all_ = findings(found, [*found.attributes, *crossed(found.attributes)], [])
    return {(each.attribute, each.kind) for each in once(all_) if each.flagged}


def test_false_alarms_are_at_most_one_in_twenty_over_all_tests_of_an_audit() -> None:
    """Labels and lengths, three attributes and their crossings: about 30 tests an audit."""
    alarms = sum(bool(flagged(planted(seed, 200, 0.3, 0.0))) for seed in range(60))
    assert alarms <= 3


@pytest.mark.parametrize(("rows", "base"), [(1000, 0.05), (1400, 0.3)])
def test_a_gap_of_ten_points_is_found_nine_times_in_ten_where_the_rows_allow(rows: int, base: float) -> None:
    found = sum(("gender", "label") in flagged(planted(seed, rows, base, 0.10)) for seed in range(12))
    assert found >= 10


@pytest.mark.parametrize(
    ("rows", "base", "least", "most"), [(250, 0.10, 0.9, 1.0), (250, 0.55, 0.5, 0.7), (500, 0.55, 0.85, 0.95)]
)
def test_the_stated_power_is_that_of_fishers_test(rows: int, base: float, least: float, most: float) -> None:
    """Around a middle share of 10 % a gap of 10 points in two groups of 250 is found; around 55 % often not."""
    draw = np.random.default_rng(2)
    a, b = draw.binomial(rows, base + 0.05, 400), draw.binomial(rows, base - 0.05, 400)
    found = np.mean(
        [
            fisher_exact([[x, rows - x], [y, rows - y]])[1] < 0.05  # pyright: ignore
            for x, y in zip(a, b, strict=True)
        ]
    )
    told = power(rows, rows, base, 0.10)
    assert least <= told <= most and found == pytest.approx(told, abs=0.06)


def test_the_smallest_gap_that_is_found_shrinks_with_rows_and_grows_with_tests() -> None:
    assert smallest_gap(2000, 2000, 0.5) < smallest_gap(250, 250, 0.5) < smallest_gap(250, 250, 0.5, 40)
    assert power(250, 250, 0.5, smallest_gap(250, 250, 0.5)) == pytest.approx(0.9, abs=1e-6)


def test_cliffs_delta_and_its_test_are_the_textbooks() -> None:
    draw = np.random.default_rng(1)
    mine, others = draw.integers(0, 12, 40).astype(float), draw.integers(3, 15, 55).astype(float)
    delta = float(np.sign(mine[:, None] - others[None, :]).mean())
    found = cliffs_delta(mine, others)
    assert found.value == pytest.approx(delta, abs=1e-12) and found.low < delta < found.high < 0
    attribute = Attribute("g", "", ["a"] * 40 + ["b"] * 55)
    (first, second) = shifts(attribute, "length", [*mine.tolist(), *others.tolist()])
    shift = first if first.group == "a" else second
    assert shift.p == pytest.approx(float(mannwhitneyu(mine, others, method="asymptotic").pvalue), abs=1e-12)
    assert shift.difference.value == pytest.approx(mine.mean() - others.mean())


def test_the_interval_of_cliffs_delta_covers_the_truth() -> None:
    truth, covered = 0.0, 0
    for seed in range(200):
        draw = np.random.default_rng(seed)
        found = cliffs_delta(np.round(draw.normal(0, 1, 30), 1), np.round(draw.normal(0, 2, 50), 1))
        covered += found.low <= truth <= found.high
    assert 180 <= covered <= 199


def test_groups_that_lie_wholly_apart_still_have_an_interval() -> None:
    found = cliffs_delta(np.arange(10.0) + 100, np.arange(10.0))
    assert found.value == 1 and found.low == pytest.approx((10 - 1.959964**2) / (10 + 1.959964**2))


def test_a_gap_of_both_halves_is_no_gap_of_their_crossing() -> None:
    draw = np.random.default_rng(5)
    women, old = draw.random(1600) < 0.5, draw.random(1600) < 0.5
    names = {"gender": ["f" if each else "m" for each in women], "age": ["old" if each else "new" for each in old]}

    def audit(odds: np.ndarray[Any, Any]) -> Json:
        labels = ["yes" if each else "no" for each in draw.random(1600) < 1 / (1 + np.exp(-odds))]
        found = rows_of(labels, names)
        (both,) = crossed(found.attributes)
        told = findings(found, [*found.attributes, both], [])
        cell = next(each for each in told if (each.group, each.what) == ("f and old", "yes"))
        has = [label == "yes" for label in labels]
        return {"flagged": cell.flagged, "explained": cell.explained, "p": beyond_halves(both, "f and old", has)}

    halves = audit(-1.0 + 1.0 * women + 1.0 * old)
    assert halves["flagged"] and halves["explained"] and halves["p"] > 0.05
    only = audit(-1.0 + 1.5 * (women & old))
    assert only["flagged"] and not only["explained"] and only["p"] < 0.01


def test_toxic_words_sentiment_and_length_that_go_with_a_group_are_found() -> None:
    groups = ["a", "b"] * 60
    texts = [
        "You are such an idiot." if place % 4 == 0 else "Thank you, a very nice and long day it was, really."
        for place in range(120)
    ]
    found = once(
        findings(
            rows_of([None] * 120, {"team": groups}, texts, suspects=True),
            rows_of([None] * 120, {"team": groups}).attributes,
            [],
        )
    )
    sure = {each.kind: each for each in found if each.flagged}
    assert set(sure) == {"toxicity", "sentiment", "length"} and found[-1].kind == "length"
    assert (sure["toxicity"].group, sure["toxicity"].mine, sure["toxicity"].others) == ("a", 0.5, 0.0)
    assert sure["toxicity"].places == [0, 4, 8]


def test_rare_labels_do_not_cost_the_others_their_power() -> None:
    labels = ["yes", "no"] * 50 + [f"rare {place}" for place in range(60)]
    found = findings(
        rows_of(labels, {"g": ["a", "b", "b", "a"] * 40}), [Attribute("g", "", ["a", "b", "b", "a"] * 40)], []
    )
    assert {each.what for each in found} == {"yes", "no"}
