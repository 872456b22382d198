"""Metrics of probabilities equal scikit-learn's, ties, resamples and labels that are rare included."""

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, brier_score_loss, log_loss, roc_auc_score

from tools.evaluate._metric import Undefined
from tools.evaluate.metrics.calibration import BINS, Calibration, LogLoss
from tools.evaluate.metrics.ranking import Auroc, AveragePrecision, Ranking

NAMES = ["да", "no", "пока", "sì", "e"]


def judged(seed: int) -> tuple[np.ndarray, list[str], list[str]]:
    """Probabilities, some of them tied, the right labels, and the labels in the order of the columns."""
    draw = np.random.default_rng(seed)
    labels = sorted(draw.choice(NAMES, draw.integers(2, 6), replace=False).tolist())
    rows = int(draw.integers(8, 120))
    places = np.minimum(draw.geometric(0.5, rows) - 1, len(labels) - 1)
    places[: len(labels)] = np.arange(len(labels))
    raw = draw.random((rows, len(labels))) + np.eye(len(labels))[places] * draw.random()
    chances = raw / raw.sum(axis=1, keepdims=True)
    if seed % 3 == 0:
        chances = np.round(chances, 1) + 0.01
        chances /= chances.sum(axis=1, keepdims=True)
    return chances, [labels[place] for place in places], labels


def ranked(score: object, chances: np.ndarray, true: list[str], labels: list[str], weights: np.ndarray) -> float:
    """scikit-learn's own, label by label, over the labels that the weighted rows have and do not only have."""
    found: list[float] = []
    for place, label in enumerate(labels):
        right = np.asarray(true) == label
        if 0 < (weights * right).sum() < weights.sum():
            found.append(score(right, chances[:, place], sample_weight=weights))  # type: ignore[operator]
    return float(np.mean(found))


@pytest.mark.parametrize("seed", range(20))
def test_ranking_equals_scikit_learn(seed: int) -> None:
    chances, true, labels = judged(seed)
    found = Ranking(keep_in_memory=True).compute(predictions=chances.tolist(), references=true, labels=labels)
    every = np.ones(len(true))
    wanted = {
        "auroc": ranked(roc_auc_score, chances, true, labels, every),
        "average_precision": ranked(average_precision_score, chances, true, labels, every),
    }
    assert found == pytest.approx(wanted, abs=1e-9)
    if len(labels) > 2:
        macro = roc_auc_score(true, chances, multi_class="ovr", average="macro", labels=labels)
        assert found is not None and found["auroc"] == pytest.approx(macro, abs=1e-9)


@pytest.mark.parametrize("seed", range(6))
def test_a_weighting_of_the_rows_equals_scikit_learns_sample_weights(seed: int) -> None:
    chances, true, labels = judged(seed)
    rows = [dict(zip(labels, row, strict=True)) for row in chances.tolist()]
    weights = np.random.default_rng(seed).integers(0, 3, (7, len(true))).astype(float)
    for metric, score in ((Auroc(), roc_auc_score), (AveragePrecision(), average_precision_score)):
        wanted = [ranked(score, chances, true, labels, some) for some in weights]
        assert metric.of(metric.summed(rows, true)(weights)).tolist() == pytest.approx(wanted, abs=1e-9)


def test_with_two_labels_auroc_is_the_binary_one() -> None:
    draw = np.random.default_rng(4)
    true = draw.choice(["no", "yes"], 60)
    yes = np.clip(draw.random(60) + 0.3 * (true == "yes"), 0, 1)
    found = Auroc().compute(predictions=np.stack([1 - yes, yes], 1), references=true.tolist(), labels=["no", "yes"])
    assert found == {"auroc": pytest.approx(roc_auc_score(true == "yes", yes), abs=1e-9)}


@pytest.mark.parametrize("seed", range(20))
def test_calibration_equals_scikit_learn_and_the_formula(seed: int) -> None:
    chances, true, labels = judged(seed)
    found = Calibration(keep_in_memory=True).compute(predictions=chances.tolist(), references=true, labels=labels)
    assert found is not None
    assert found["log_loss"] == pytest.approx(log_loss(true, chances, labels=labels), abs=1e-9)
    brier = (
        brier_score_loss(np.asarray(true) == labels[1], chances[:, 1])
        if len(labels) == 2
        else brier_score_loss(true, chances, labels=labels)
    )
    assert found["brier"] == pytest.approx(brier, abs=1e-9)
    sure, right = chances.max(axis=1), np.asarray(labels)[chances.argmax(axis=1)] == true
    gap = 0.0
    for place in range(BINS):
        inside = (sure > place / BINS) & (sure <= (place + 1) / BINS)
        if inside.any():
            gap += inside.mean() * abs(right[inside].mean() - sure[inside].mean())
    assert found["ece"] == pytest.approx(gap, abs=1e-9)


def test_being_sure_and_wrong_costs_as_much_as_in_scikit_learn() -> None:
    found = LogLoss().compute(predictions=[[1.0, 0.0], [0.0, 1.0]], references=["b", "b"], labels=["a", "b"])
    wanted = log_loss(["b", "b"], [[1.0, 0.0], [0.0, 1.0]], labels=["a", "b"])
    assert found == {"log_loss": pytest.approx(wanted, abs=1e-6)}


def test_one_label_alone_cannot_be_ranked_and_that_is_said() -> None:
    with pytest.raises(Undefined, match="AUROC needs rows of at least two labels, and these have one."):
        Auroc().scored([[0.4, 0.6]] * 3, ["b"] * 3, labels=["a", "b"])


def test_probabilities_without_labels_are_refused() -> None:
    with pytest.raises(ValueError, match=r"auroc needs labels=\[\.\.\.\], and in each row as many probabilities"):
        Auroc().compute(predictions=[[0.4, 0.6], [0.1, 0.9]], references=["a", "b"], labels=["a"])


def test_a_perfect_ranking_of_three_rows_is_not_said_to_be_sure() -> None:
    chances = [{"a": 0.9, "b": 0.1}] * 3 + [{"a": 0.1, "b": 0.9}] * 500
    true = ["a"] * 3 + ["b"] * 500
    found = Auroc().around(1.0, chances, true, seed=1)
    assert found is not None and found.high == 1.0 and found.low < 0.5
