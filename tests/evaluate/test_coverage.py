"""95 % intervals hold the true value about 95 times in 100: simulated, with the truth from very many rows."""

from typing import Any

import numpy as np

from tools.evaluate._intervals import intervals
from tools.evaluate._metric import statistic
from tools.evaluate.metrics.calibration import LogLoss
from tools.evaluate.metrics.labels import MacroF1, Matthews
from tools.evaluate.metrics.ranking import Auroc

METRICS = [MacroF1(), Matthews(), Auroc(), LogLoss()]
LABELS = np.array(list("abc"))


def some(draw: np.random.Generator, rows: int) -> tuple[dict[Any, list[Any]], list[str]]:
    """Rows of three labels, one of them rare, and a model that is right on about three in four."""
    true = draw.choice(list("aabbc"), rows)
    sure = draw.normal(size=(rows, 3)) + 1.2 * (true[:, None] == LABELS)
    chances = np.exp(sure) / np.exp(sure).sum(axis=1, keepdims=True)
    by_label = [dict(zip("abc", row, strict=True)) for row in chances.tolist()]
    return {"answer": LABELS[chances.argmax(axis=1)].tolist(), "chances": by_label}, true.tolist()


def covered(tries: int, rows: int, seed: int) -> list[int]:
    """How often the interval of each metric holds its true value."""
    draw = np.random.default_rng(seed)
    truth = statistic(METRICS, *some(draw, 40_000))(np.ones((1, 40_000)))[0]
    counts = np.zeros(len(METRICS), int)
    for each in range(tries):
        found = intervals(statistic(METRICS, *some(draw, rows)), rows, each)
        counts += [end is not None and end.low <= true <= end.high for end, true in zip(found, truth, strict=True)]
    return counts.tolist()


def test_intervals_of_metrics_cover_the_truth_about_95_times_in_100() -> None:
    assert all(held >= 52 for held in covered(60, 120, seed=21))  # 95 % of 60 is 57


if __name__ == "__main__":
    print(dict(zip([metric.key for metric in METRICS], covered(1000, 150, seed=5), strict=True)))  # noqa: T201
