"""How large a gap has to be to be found."""

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

from scipy.stats import norm  # pyright: ignore[reportMissingTypeStubs]

from tools.audit._rates import ALARM, Attribute, sizes

POWER = 0.9
_norm: Any = norm


def detectable(attributes: Sequence[Attribute], labels: Sequence[str | None], tests: float) -> list[dict[str, Any]]:
    """By attribute: the gap between its two largest groups that nine of ten such audits would find.

    Args:
        attributes: The ways to group rows.
        labels: Of each row; of all labels, the one nearest to half of the rows counts: gaps are hardest to see there.
        tests: How many comparisons share the 5 %.
    """
    told = [label for label in labels if label is not None]
    if not told:
        return []
    base = min((rows / len(told) for rows in Counter(told).values()), key=lambda share: abs(share - 0.5))
    found: list[dict[str, Any]] = []
    for attribute in attributes:
        kept = sorted(sizes(attribute.groups)[0].values(), reverse=True)
        if len(kept) > 1:
            found.append({"attribute": attribute.name, "gap": smallest_gap(kept[0], kept[1], base, tests)})
    return found


def smallest_gap(rows: int, others: int, base: float, tests: float = 1) -> float:
    """The gap in shares that is found with a power of 0.9, by the normal approximation (Fleiss 2003, chapter 4).

    With Fleiss' correction for continuity, which stands for Fisher's exact test. The first test of Holm's ladder has to
    pass 0.05 / tests.

    Example:
        >>> round(smallest_gap(250, 250, 0.5), 2)
        0.15
    """
    low, high = 0.0, 1.0
    for _ in range(40):
        gap = (low + high) / 2
        if power(rows, others, base, gap, ALARM / max(tests, 1)) < POWER:
            low = gap
        else:
            high = gap
    return high


def power(rows: int, others: int, base: float, gap: float, level: float = ALARM) -> float:
    """How often a gap around a base rate is found, approximately.

    Args:
        rows: Of one group.
        others: Of the other.
        base: The share of the label in both together.
        gap: Between the shares.
        level: Of a two-sided test.
    """
    one = min(max(base + gap * others / (rows + others), 0.0), 1.0)
    two = min(max(one - gap, 0.0), 1.0)
    spread = math.sqrt(one * (1 - one) / rows + two * (1 - two) / others)
    under_none = math.sqrt(base * (1 - base) * (1 / rows + 1 / others))
    corrected = abs(one - two) - (1 / rows + 1 / others) / 2
    if spread == 0:
        return 1.0 if corrected > 0 else 0.0
    return float(_norm.cdf((corrected - float(_norm.ppf(1 - level / 2)) * under_none) / spread))
