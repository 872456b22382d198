"""Label metrics equal scikit-learn's, on random answers and on those at the edge."""

import random
import warnings
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import (
    accuracy_score,
    balanced_accuracy_score,
    confusion_matrix,
    f1_score,
    matthews_corrcoef,
    precision_score,
    recall_score,
)

from tools.evaluate.metrics.labels import Labels

AVERAGES = {
    f"{average}_{name}": partial(score, average=average, zero_division=0)
    for average in ("macro", "micro", "weighted")
    for name, score in (("f1", f1_score), ("precision", precision_score), ("recall", recall_score))
}
REFERENCE: dict[str, Callable[..., float]] = {
    "accuracy": accuracy_score,
    "balanced_accuracy": balanced_accuracy_score,
    "matthews_correlation": matthews_corrcoef,
    **AVERAGES,
}


def guessed(seed: int) -> tuple[list[str], list[str]]:
    """Labels of any script, rare ones among them, and answers of which some are never right or never true."""
    draw = random.Random(seed)
    labels = draw.sample(["refund", "доставка", "返品", "", "a b", "Refund", "x"], draw.randint(1, 6))
    true = [labels[min(int(draw.expovariate(1)), len(labels) - 1)] for _ in range(draw.randint(1, 80))]
    told = [label if draw.random() < 0.6 else draw.choice([*labels, "never"]) for label in true]
    return told, true


EDGES = {
    "one class, all right": (["a"] * 5, ["a"] * 5),
    "one class, all wrong": (["b"] * 5, ["a"] * 5),
    "one answer to all": (["a"] * 6, list("aabbcc")),
    "nothing right": (list("bca"), list("abc")),
    "a label never answered": (list("aab"), list("abc")),
    "one row": (["a"], ["a"]),
    "empty answers": (["", "", "b"], ["a", "b", "b"]),
}
CASES = [*(pytest.param(*guessed(seed), id=f"seed {seed}") for seed in range(25))] + [
    pytest.param(*case, id=name) for name, case in EDGES.items()
]


@pytest.mark.parametrize(("told", "true"), CASES)
def test_every_label_metric_equals_scikit_learn(told: list[str], true: list[str]) -> None:
    found = Labels(keep_in_memory=True).compute(predictions=told, references=true)
    assert found is not None
    wanted = {key: quietly(reference, true, told) for key, reference in REFERENCE.items()}
    assert {key: found[key] for key in wanted} == pytest.approx(wanted, abs=1e-9)
    assert found["labels"] == sorted({*told, *true})
    assert found["confusion_matrix"] == quietly(partial(confusion_matrix, labels=found["labels"]), true, told).tolist()
    each = precision_score(true, told, labels=found["labels"], average=None, zero_division=0)
    assert [found["per_label"][label]["precision"] for label in found["labels"]] == pytest.approx(list(each))
    each = f1_score(true, told, labels=found["labels"], average=None, zero_division=0)
    assert [found["per_label"][label]["f1"] for label in found["labels"]] == pytest.approx(list(each))


@pytest.mark.parametrize("member", Labels.members, ids=lambda member: member.key)
def test_a_resample_without_some_label_equals_scikit_learn(member: type) -> None:
    told, true = guessed(3)
    metric, draw = member(), np.random.default_rng(1)
    statistic = metric.summed(told, true)
    for _ in range(10):
        chosen = draw.integers(0, len(true), len(true) // 3 + 1)
        weights = np.bincount(chosen, minlength=len(true)).astype(float)[None]
        some = [true[place] for place in chosen], [told[place] for place in chosen]
        wanted = quietly(REFERENCE[metric.key], *some)
        assert metric.of(statistic(weights))[0] == pytest.approx(wanted, abs=1e-9)


def quietly(reference: Callable[..., Any], *given: list[str]) -> Any:
    """scikit-learn warns of a single label, and of labels that only the answers have."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return reference(*given)
