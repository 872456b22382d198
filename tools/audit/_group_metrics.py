"""Whether a model's answers are as often given, and as often right, in every group, with fairlearn's MetricFrame."""

# pyright: reportMissingTypeStubs=false, reportUnknownVariableType=false, reportUnknownMemberType=false
# pyright: reportUnknownArgumentType=false, reportAttributeAccessIssue=false

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from fairlearn.metrics import MetricFrame, false_negative_rate, false_positive_rate, selection_rate
from numpy.typing import NDArray
from scipy.stats import PermutationMethod, chi2_contingency, fisher_exact
from sklearn.metrics import accuracy_score

from tools.audit._rates import FEWEST_ROWS, MOST_GROUPS, Attribute
from tools.evaluate._answers import SIDES, Side
from tools.evaluate._intervals import Array, difference, wilson

Json = dict[str, Any]
Flags = NDArray[np.bool_]
RESAMPLES = 2000
MOST_LABELS = 5
METRICS: Mapping[str, Any] = {
    "selection_rate": selection_rate,
    "accuracy": accuracy_score,
    "false_positive_rate": false_positive_rate,
    "false_negative_rate": false_negative_rate,
}


def by_group(
    attributes: Sequence[Attribute], references: Sequence[str], said: Mapping[Side, Sequence[str]], seed: int
) -> list[Json]:
    """The figures of each attribute with at least two groups of ten rows.

    Args:
        attributes: Ways to group the rows; groups line up with the references.
        references: The right label of each row.
        said: The label that each model gave.
        seed: Of the bootstrap.
    """
    told: list[Json] = []
    for attribute in attributes:
        sizes = Counter(group for group in attribute.groups if group is not None)
        kept = [group for group, rows in sizes.most_common(MOST_GROUPS) if rows >= FEWEST_ROWS]
        small = {group: rows for group, rows in sizes.items() if group not in kept}
        body: Json = {"attribute": attribute.name, "how": attribute.how, "too_small": small, "labels": []}
        body["groups"] = {group: sizes[group] for group in kept}
        if len(kept) >= 2:
            places = [place for place, group in enumerate(attribute.groups) if group in kept]
            groups = np.asarray([str(attribute.groups[place]) for place in places])
            truth = np.asarray([references[place] for place in places])
            answers: dict[Side, NDArray[np.str_]] = {
                side: np.asarray([said[side][place] for place in places]) for side in SIDES
            }
            body["labels"] = _by_label(groups, truth, answers, seed)
        told.append(body)
    return told


def _by_label(
    groups: NDArray[np.str_], truth: NDArray[np.str_], said: Mapping[Side, NDArray[np.str_]], seed: int
) -> list[Json]:
    """One label against the rest; of two labels one, since the other mirrors it."""
    often = Counter([*truth.tolist(), *said["tuned"].tolist()])
    labels = sorted(often, key=lambda label: (-often[label], label))
    if len(labels) < 2:
        return []
    found: list[Json] = []
    for label in labels[:1] if len(labels) == 2 else labels[:MOST_LABELS]:
        sides = {side: of_label(truth == label, said[side] == label, groups, seed) for side in SIDES}
        found.append({"label": label, "labels": len(labels), **sides})
    return found


def of_label(truth: Flags, said: Flags, groups: NDArray[np.str_], seed: int) -> Json:
    """Rates by group, and the largest differences between groups with their bootstrap intervals.

    A rate of errors is left out where a group has no row that could be one: it would stand on nothing.
    """
    frame: Any = MetricFrame(metrics=dict(METRICS), y_true=truth, y_pred=said, sensitive_features=groups)
    names: list[str] = [str(name) for name in frame.by_group.index]
    cells = np.asarray(
        [[[np.sum((groups == name) & (truth == t) & (said == s)) for s in (0, 1)] for t in (0, 1)] for name in names]
    )
    draws = np.random.default_rng(seed).multinomial(cells.sum(), (cells / cells.sum()).ravel(), size=RESAMPLES)
    resampled = draws.reshape(RESAMPLES, *cells.shape).astype(float)
    usable = _usable(cells)
    rates = {name: _rates(resampled, name) for name in METRICS if usable[name]}
    body: Json = {
        "by_group": {
            group: {
                name: _share(float(frame.by_group.loc[group, name]), rates[name][:, place], _of(cells[place], name))
                for name in METRICS
                if usable[name]
            }
            for place, group in enumerate(names)
        }
    }
    spans = {name: np.ptp(rates[name], axis=1) for name in rates}
    between = frame.difference(method="between_groups")
    body["demographic_parity_difference"] = _span(float(between["selection_rate"]), "selection_rate", spans, cells)
    body["demographic_parity_difference"]["p"] = _chance(cells.sum(axis=1), seed)
    errors = [name for name in ("false_positive_rate", "false_negative_rate") if usable[name]]
    if len(errors) == 2:  # equalised odds: the larger of the two gaps, as fairlearn has it
        worst = max(errors, key=lambda name: float(between[name]))
        spans["odds"] = np.maximum(*(spans[name] for name in errors))
        odds = _span(float(between[worst]), worst, spans, cells, "odds")
        p = min(_chance(cells[:, 0, :], seed), _chance(cells[:, 1, :], seed))
        body["equalized_odds_difference"] = odds | {"p": min(1.0, 2 * p), "worst": worst}
    body["accuracy_difference"] = _span(float(between["accuracy"]), "accuracy", spans, cells)
    return body


def _usable(cells: NDArray[np.int64]) -> dict[str, bool]:
    negatives, positives = cells[:, 0, :].sum(axis=-1), cells[:, 1, :].sum(axis=-1)
    return {
        "selection_rate": True,
        "accuracy": True,
        "false_positive_rate": bool((negatives > 0).all()),
        "false_negative_rate": bool((positives > 0).all()),
    }


def _rates(cells: Array, name: str) -> Array:
    """(..., truth, said) to (...); a group that a resample lost has the rate zero."""
    part = {
        "selection_rate": cells[..., 1].sum(axis=-1),
        "accuracy": cells[..., 0, 0] + cells[..., 1, 1],
        "false_positive_rate": cells[..., 0, 1],
        "false_negative_rate": cells[..., 1, 0],
    }[name]
    return part / np.maximum(_of(cells, name), 1)


def _of(cells: NDArray[Any], name: str) -> Any:
    """The rows that a rate is a share of."""
    if name == "false_positive_rate":
        return cells[..., 0, :].sum(axis=-1)
    return cells[..., 1, :].sum(axis=-1) if name == "false_negative_rate" else cells.sum(axis=(-1, -2))


def _share(value: float, resampled: Array, rows: int) -> Json:
    """With the bootstrap's interval, or Wilson's where all rows are alike and every resample is the same."""
    if np.ptp(resampled) == 0:
        return wilson(value, int(rows)).as_json()
    return {"value": value, **_ends(resampled)}


def _ends(values: Array) -> Json:
    low, high = np.quantile(values, [0.025, 0.975])
    return {"low": float(low), "high": float(high)}


def _span(value: float, name: str, spans: Mapping[str, Array], cells: NDArray[np.int64], of: str | None = None) -> Json:
    """A largest difference is never below zero, so its interval says how large it may be, not whether there is one."""
    resampled = spans[of or name]
    if np.ptp(resampled) == 0:
        rates, rows = _rates(cells.astype(float), name), _of(cells, name)
        most, least = int(rates.argmax()), int(rates.argmin())
        told = difference(wilson(float(rates[most]), int(rows[most])), wilson(float(rates[least]), int(rows[least])))
        return {"value": value, "low": max(told.low, 0.0), "high": min(told.high, 1.0)}
    ends = _ends(resampled)
    return {"value": value, "low": min(ends["low"], value), "high": max(ends["high"], value)}


def _chance(table: NDArray[np.int64], seed: int) -> float:
    """Whether said and group go together: Fisher's exact test for two groups, else chi-square, permuted if small."""
    table = table[table.sum(axis=1) > 0]
    if len(table) < 2 or (table.sum(axis=0) == 0).any():
        return 1.0
    if len(table) == 2:
        found: Any = fisher_exact(table)
        return float(found.pvalue)
    found = chi2_contingency(table)
    if found.expected_freq.min() >= 5:
        return float(found.pvalue)
    way = PermutationMethod(n_resamples=4999, rng=np.random.default_rng(seed))
    return float(chi2_contingency(table, correction=False, method=way).pvalue)
