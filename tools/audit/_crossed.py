"""Two ways to group rows at once: women over 60, and not only women and people over 60."""

# pyright: reportMissingTypeStubs=false, reportUnknownVariableType=false, reportUnknownMemberType=false

import math
from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np
from scipy.stats import norm

from tools.audit._rates import Attribute, sizes

FEWEST = 20
"""Rows of a crossed group."""
MOST_PAIRS = 3
BY = " and "
_norm: Any = norm


def crossed(attributes: Sequence[Attribute]) -> list[Attribute]:
    """The pairs of attributes that have at least three crossed groups of enough rows, the fullest pairs first."""
    plain = [one for one in attributes if not one.mention and len(sizes(one.groups)[0]) > 1]
    found: list[tuple[int, Attribute]] = []
    for one, other in combinations(plain, 2):
        both = [
            f"{a}{BY}{b}" if a is not None and b is not None else None
            for a, b in zip(one.groups, other.groups, strict=True)
        ]
        kept = {group: rows for group, rows in sizes(both)[0].items() if rows >= FEWEST}
        if len(kept) > 2:  # fewer say nothing that the two alone do not
            groups = [group if group in kept else None for group in both]
            how = f"{one.how}, crossed with {other.how}"
            found.append((sum(kept.values()), Attribute(f"{one.name} × {other.name}", how, groups, parts=(one, other))))
    return [attribute for _, attribute in sorted(found, key=lambda pair: -pair[0])[:MOST_PAIRS]]


def beyond_halves(attribute: Attribute, group: str, has: Sequence[bool]) -> float:
    """Whether a crossed group differs by more than its halves: Woolf's test of equal odds ratios (Woolf 1955).

    Args:
        attribute: Two attributes, crossed.
        group: One of its groups.
        has: Whether each row has the label.

    Returns:
        How likely it is by chance that the odds ratio of one half differs so much between the rows of the other half
        and the rest.
    """
    one, other = attribute.parts
    place = attribute.groups.index(group)
    there = [
        at for at, (a, b) in enumerate(zip(one.groups, other.groups, strict=True)) if a is not None and b is not None
    ]
    first = np.array([one.groups[at] == one.groups[place] for at in there])
    second = np.array([other.groups[at] == other.groups[place] for at in there])
    label = np.array([has[at] for at in there])
    logarithms: list[float] = []
    variance = 0.0
    for stratum in (first, ~first):
        cells = [
            float((stratum & (second == b) & (label == c)).sum()) + 0.5 for b in (True, False) for c in (True, False)
        ]
        logarithms.append(math.log(cells[0] * cells[3] / (cells[1] * cells[2])))
        variance += sum(1 / cell for cell in cells)
    return 2 * float(_norm.sf(abs(logarithms[0] - logarithms[1]) / math.sqrt(variance)))
