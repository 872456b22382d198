"""What a threshold of its own for each group would do: measured on rows kept apart, applied to nothing."""

# pyright: reportMissingTypeStubs=false, reportUnknownVariableType=false, reportUnknownMemberType=false
# pyright: reportUnknownArgumentType=false, reportUntypedBaseClass=false

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from fairlearn.metrics import demographic_parity_difference, equalized_odds_difference
from fairlearn.postprocessing import ThresholdOptimizer
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin

from tools.audit._rates import FEWEST_ROWS

Json = dict[str, Any]
FEWEST_OF_BOTH = 5
"""Rows with and without the label that each group needs in each half."""


class Chances(ClassifierMixin, BaseEstimator):
    """The probability that the model gave, as scikit-learn asks for it; nothing is fitted."""

    classes_ = np.asarray([0, 1])

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def fit(self, rows: Any, truth: Any) -> "Chances":
        """Nothing to do."""
        return self

    def predict_proba(self, rows: Any) -> NDArray[np.float64]:
        """The chances of not having the label, and of having it."""
        chance = np.asarray(rows, float)[:, 0]
        return np.stack([1 - chance, chance], axis=1)

    def predict(self, rows: Any) -> NDArray[np.int64]:
        """The label where it is likelier than not."""
        return (np.asarray(rows, float)[:, 0] >= 0.5).astype(int)


def what_if(chances: Sequence[float], truth: Sequence[bool], groups: Sequence[str | None], seed: int) -> Json | None:
    """Accuracy and gaps with one threshold for all, and with one a group that evens out the error rates.

    The thresholds (Hardt et al. 2016, fairlearn's ThresholdOptimizer) are found on half of the rows and measured on the
    other half. Near a threshold they may draw lots, as the method has it; the draw is seeded.

    Returns:
        None where a group has too few rows with and without the label in either half.
    """
    sizes = Counter(group for group in groups if group is not None)
    places = np.asarray([place for place, group in enumerate(groups) if group and sizes[group] >= FEWEST_ROWS], int)
    if len(places) == 0:
        return None
    places = np.random.default_rng(seed).permutation(places)
    scores, right = np.asarray(chances, float)[places][:, None], np.asarray(truth, int)[places]
    group = np.asarray([str(groups[place]) for place in places])
    half = np.arange(len(places)) % 2 == 0
    if len(set(group)) < 2 or not (_enough(right[half], group[half]) and _enough(right[~half], group[~half])):
        return None
    tool = ThresholdOptimizer(
        estimator=Chances(), constraints="equalized_odds", prefit=True, predict_method="predict_proba"
    )
    tool.fit(scores[half], right[half], sensitive_features=group[half])
    told = tool.predict(scores[~half], sensitive_features=group[~half], random_state=seed)
    now = Chances().predict(scores[~half])
    return {
        "rows": int((~half).sum()),
        "now": _figures(right[~half], now, group[~half]),
        "then": _figures(right[~half], np.asarray(told, int), group[~half]),
    }


def _enough(truth: NDArray[np.int64], group: NDArray[np.str_]) -> bool:
    counted = Counter(zip(group.tolist(), truth.tolist(), strict=True))
    return all(counted[name, value] >= FEWEST_OF_BOTH for name in set(group.tolist()) for value in (0, 1))


def _figures(truth: NDArray[np.int64], said: NDArray[np.int64], group: NDArray[np.str_]) -> Json:
    return {
        "accuracy": float((truth == said).mean()),
        "demographic_parity_difference": float(demographic_parity_difference(truth, said, sensitive_features=group)),
        "equalized_odds_difference": float(equalized_odds_difference(truth, said, sensitive_features=group)),
    }
