"""How far people agree beyond chance: Cohen's kappa for two of them, Krippendorff's alpha for any number.

Both with 95 % intervals by resampling the rows (BCa bootstrap). scikit-learn's kappa gives no interval, and the package
`krippendorff` is under the GPL, so both formulas stand here, over weighted rows, as the bootstrap wants them; the tests
hold them to the worked examples of the papers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from store.counted import Count
from store.labellings import Annotation

if TYPE_CHECKING:
    from tools.evaluate._intervals import Array, Estimate

T = TypeVar("T")
SEED = 0
WORDS = ((0.8, "good"), (0.667, "fair"), (-1.0, "low"))
"""Krippendorff (2004, "Content Analysis", section 11.4): rely on 0.8 and more, be tentative from 0.667 on."""
MOST_ROWS = 5_000
"""Rows that the figures are computed from; of more, as many at even distances."""

Said = Mapping[int, Mapping[str, str]]
"""By row, by annotator, the label."""


@dataclass(frozen=True)
class Agreement:
    """How far annotators agree on the rows that several of them labelled.

    Attributes:
        annotators: Who.
        rows: How many rows at least two of them labelled.
        same: The share of these on which all said the same.
        alpha: Krippendorff's alpha, nominal; None where only one label was ever given, or no row twice.
        kappas: Cohen's kappa of each pair of annotators with rows in common.
    """

    annotators: Sequence[str]
    rows: int
    same: float
    alpha: Estimate | None
    kappas: Mapping[tuple[str, str], Estimate]

    def as_json(self) -> dict[str, Any]:
        """As JSON types."""
        return {
            "annotators": list(self.annotators),
            "rows": self.rows,
            "same": self.same,
            "alpha": self.alpha and self.alpha.as_json(),
            "kappas": [{"of": list(pair), **kappa.as_json()} for pair, kappa in self.kappas.items()],
        }


def by_row(annotations: Iterable[Annotation]) -> dict[int, dict[str, str]]:
    """The labels by row and annotator; what was skipped or settled is left out."""
    said: dict[int, dict[str, str]] = {}
    for each in annotations:
        if each.action == "labelled" and each.value is not None:
            said.setdefault(each.row, {})[each.annotator] = each.value
    return said


def agreement(said: Said) -> Agreement:
    """Measure it, on the rows that at least two people labelled."""
    several = {row: labels for row, labels in sorted(said.items()) if len(labels) > 1}
    people = sorted({who for labels in said.values() for who in labels})
    same = sum(len(set(labels.values())) == 1 for labels in several.values())
    kappas: dict[tuple[str, str], Estimate] = {}
    for one, other in combinations(people, 2):
        common = [(labels[one], labels[other]) for labels in several.values() if one in labels and other in labels]
        if (found := kappa(common)) is not None:
            kappas[one, other] = found
    found = alpha([list(labels.values()) for labels in several.values()])
    return Agreement(people, len(several), same / len(several) if several else 0.0, found, kappas)


def kappa(pairs: Sequence[tuple[str, str]]) -> Estimate | None:
    """Cohen's kappa (Cohen 1960, "A Coefficient of Agreement for Nominal Scales") of two people's labels.

    Returns:
        None where it is not defined: no row, or a single label by both.
    """
    if not pairs:
        return None
    number = {label: place for place, label in enumerate(sorted({label for pair in pairs for label in pair}))}
    codes = np.array([[number[label] for label in pair] for pair in _part(pairs)])
    one, other = (np.eye(len(number))[codes[:, side]] for side in (0, 1))
    agree = (codes[:, 0] == codes[:, 1]).astype(float)

    def statistic(weights: Array) -> Array:
        total = weights.sum(axis=-1)
        chance = ((weights @ one) * (weights @ other)).sum(axis=-1) / total**2
        return _beyond(weights @ agree / total, chance)

    return _estimate(statistic, len(codes)) if len(number) > 1 else None


def alpha(units: Sequence[Sequence[str]]) -> Estimate | None:
    """Krippendorff's alpha for nominal data with missing values.

    By Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability", section C: rows with one label only count for
    nothing, and each row of m labels counts with the m (m - 1) pairs in it, divided by m - 1.

    Args:
        units: The labels of each row, by however many people.

    Returns:
        None where it is not defined: no row has two labels, or there is a single label.
    """
    units = [unit for unit in units if len(unit) > 1]
    number = {label: place for place, label in enumerate(sorted({label for unit in units for label in unit}))}
    if len(number) < 2:
        return None
    counts = np.array([np.bincount([number[label] for label in unit], minlength=len(number)) for unit in _part(units)])
    given = counts.sum(axis=1)
    matches = (counts * (counts - 1)).sum(axis=1) / (given - 1)

    def statistic(weights: Array) -> Array:
        values, total = weights @ counts, weights @ given
        chance = (values * (values - 1)).sum(axis=-1) / (total * (total - 1))
        return _beyond(weights @ matches / total, chance)

    return _estimate(statistic, len(counts))


def _beyond(seen: Array, chance: Array) -> Array:
    """Agreement beyond chance, as a share of what there could be; 1 where a resample has one label alone."""
    return np.where(chance < 1, (seen - chance) / np.maximum(1 - chance, 1e-12), 1.0)


def _estimate(statistic: Any, rows: int) -> Estimate:
    from tools.evaluate._intervals import bounded, resampled  # noqa: PLC0415  statsmodels takes seconds

    whole: NDArray[np.float64] = statistic(np.ones((1, rows)))
    return resampled(statistic, rows, SEED) or bounded(float(whole[0]), rows, 1.0)


def _part(rows: Sequence[T]) -> Sequence[T]:
    return rows if len(rows) <= MOST_ROWS else [rows[int(n)] for n in np.linspace(0, len(rows) - 1, MOST_ROWS)]


def in_words(found: Agreement, did: str = "labelled") -> str:
    """The figures as a sentence or two; `did` is what people did with the rows, in the past tense."""
    if not found.rows:
        return f"No row was {did} by two people yet, so their agreement cannot be measured."
    people, rows = " and ".join(found.annotators), Count(found.rows)
    told = f"{people} {did} {rows:row|rows} more than once and agree on {found.same:.0%}"
    if len(found.annotators) == 2 and found.kappas:
        told += f"; Cohen's kappa is {figure(next(iter(found.kappas.values())))}"
    if found.alpha is None:
        return f"{told}. All said one and the same, so agreement beyond chance is not defined."
    word = next(word for least, word in WORDS if found.alpha.value >= least)
    return f"{told}, Krippendorff's alpha {figure(found.alpha)}, which is {word}."


def figure(value: Estimate) -> str:
    """A coefficient with its interval."""
    return f"{value.value:.2f} (95 % interval {value.low:.2f} to {value.high:.2f})"
