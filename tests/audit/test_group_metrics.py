import numpy as np
import pytest
from fairlearn.metrics import (
    MetricFrame,
    demographic_parity_difference,
    equalized_odds_difference,
    false_negative_rate,
    false_positive_rate,
    selection_rate,
)

from tools.audit._group_metrics import by_group, of_label
from tools.audit._rates import Attribute
from tools.audit._threshold import what_if


def drawn(seed: int, rows: int = 400, gap: float = 0.0) -> tuple[list[str], list[str], list[str]]:
    draw = np.random.default_rng(seed)
    groups = draw.choice(["a", "b", "c"], rows, p=[0.5, 0.3, 0.2])
    truth = np.where(draw.random(rows) < 0.4, "yes", "no")
    wrong = draw.random(rows) < np.where(groups == "a", 0.1 + gap, 0.1)
    said = np.where(wrong, np.where(truth == "yes", "no", "yes"), truth)
    return groups.tolist(), truth.tolist(), said.tolist()


@pytest.mark.parametrize("seed", range(5))
def test_the_figures_are_fairlearns(seed: int) -> None:
    groups, truth, said = drawn(seed, gap=0.1)
    yes, told = np.asarray(truth) == "yes", np.asarray(said) == "yes"
    found = of_label(yes, told, np.asarray(groups), 1)
    parity = demographic_parity_difference(yes, told, sensitive_features=groups)
    odds = equalized_odds_difference(yes, told, sensitive_features=groups)
    assert found["demographic_parity_difference"]["value"] == pytest.approx(parity, abs=1e-6)
    assert found["equalized_odds_difference"]["value"] == pytest.approx(odds, abs=1e-6)
    for name, of in {
        "selection_rate": selection_rate,
        "false_positive_rate": false_positive_rate,
        "false_negative_rate": false_negative_rate,
    }.items():
        frame = MetricFrame(metrics=of, y_true=yes, y_pred=told, sensitive_features=groups)
        for group in "abc":
            rate = found["by_group"][group][name]
            assert rate["value"] == pytest.approx(frame.by_group[group], abs=1e-6)
            assert rate["low"] <= rate["value"] <= rate["high"]


def test_the_bootstrap_is_that_of_fairlearn() -> None:
    groups, truth, said = drawn(3)
    yes, told = np.asarray(truth) == "yes", np.asarray(said) == "yes"
    found = of_label(yes, told, np.asarray(groups), 1)["by_group"]["a"]["selection_rate"]
    frame = MetricFrame(
        metrics=selection_rate,
        y_true=yes,
        y_pred=told,
        sensitive_features=groups,
        n_boot=80,
        ci_quantiles=[0.025, 0.975],
        random_state=1,
    )
    low, high = (float(ends["a"]) for ends in frame.by_group_ci)
    assert found["low"] == pytest.approx(low, abs=0.03) and found["high"] == pytest.approx(high, abs=0.03)


def test_errors_that_fall_on_one_group_are_found_and_even_ones_are_not() -> None:
    groups, truth, said = drawn(1, gap=0.3)
    (body,) = by_group([Attribute("area", "the column area", groups)], truth, {"tuned": said, "untuned": truth}, 1)
    (label,) = body["labels"]
    assert label["tuned"]["equalized_odds_difference"]["p"] < 0.001
    assert label["untuned"]["equalized_odds_difference"]["value"] == 0
    assert label["untuned"]["equalized_odds_difference"]["p"] > 0.1


def test_groups_of_three_rows_are_named_and_left_out() -> None:
    groups = ["a"] * 40 + ["b"] * 40 + ["c"] * 3 + [None] * 2
    truth = ["yes", "no"] * 42 + ["no"]
    (body,) = by_group([Attribute("area", "", groups)], truth, {"tuned": truth, "untuned": truth}, 1)
    assert body["groups"] == {"a": 40, "b": 40} and body["too_small"] == {"c": 3}
    assert set(body["labels"][0]["tuned"]["by_group"]) == {"a", "b"}


def test_a_rate_that_stands_on_no_row_is_left_out() -> None:
    truth, groups = np.asarray([True] * 20 + [True, False] * 10), np.asarray(["a"] * 20 + ["b"] * 20)
    found = of_label(truth, truth, groups, 1)
    assert "equalized_odds_difference" not in found and "false_positive_rate" not in found["by_group"]["a"]


def test_one_group_or_one_label_gives_nothing() -> None:
    yes = ["yes"] * 30
    assert by_group([Attribute("g", "", ["a"] * 30)], yes, {"tuned": yes, "untuned": yes}, 1)[0]["labels"] == []
    assert by_group([Attribute("g", "", ["a", "b"] * 15)], yes, {"tuned": yes, "untuned": yes}, 1)[0]["labels"] == []


def test_a_threshold_a_group_would_even_out_the_errors() -> None:
    draw = np.random.default_rng(5)
    truth, women = draw.random(2000) < 0.5, draw.random(2000) < 0.5
    chances = np.clip(np.where(truth, 0.65, 0.35) - 0.2 * women + draw.normal(0, 0.12, 2000), 0, 1)
    groups = ["women" if each else "men" for each in women]
    found = what_if(chances.tolist(), truth.tolist(), groups, 1)
    assert found is not None and found["rows"] == 1000
    assert found["now"]["equalized_odds_difference"] > 0.3 and found["then"]["equalized_odds_difference"] < 0.1
    assert what_if([0.5] * 20, [True] * 20, ["a", "b"] * 10, 1) is None
