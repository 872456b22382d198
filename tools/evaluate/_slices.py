"""Where a model is worse: every group of rows against all the others, corrected for the number of comparisons.

With right or wrong answers: shares with Wilson's interval, their difference with Newcombe's (method 10, independent
shares), tested with Fisher's exact test. With scores from 0 to 1: means, percentile bootstrap, and a permutation test.
The p values of all groups together are corrected by Holm's method (Holm 1979), which needs no independence of them.
"""

# pyright: reportMissingTypeStubs=false, reportUnknownVariableType=false, reportUnknownMemberType=false
# pyright: reportUnknownArgumentType=false

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import fisher_exact

from tools.evaluate._facets import Facet
from tools.evaluate._holm import holm
from tools.evaluate._intervals import difference, wilson

FEWEST = 10
"""Rows in a group, and outside it, below which it is not compared: nothing would come of it but chance."""
ALARM = 0.05
RESAMPLES = 4_000
AT_ONCE = 500
Json = dict[str, Any]
Scores = NDArray[np.float64]
Mask = NDArray[np.bool_]


def slices(found: Sequence[Facet], scores: Scores, seed: int, *, shares: bool) -> Json:
    """Compare each group of each facet with all other rows.

    Args:
        found: The ways to group the rows.
        scores: The score of each row, from 0 to 1.
        seed: Of the resampling.
        shares: Whether scores are 0 or 1, so that exact methods hold.

    Returns:
        `compared`, the surest first: by, kind, group, rows, score, rest, difference, p, corrected and worse; `too_few`:
        the groups with fewer than `FEWEST` rows, as [by, group, rows]; `tests`, their number; `test` and `correction`.
    """
    masks: list[tuple[Facet, str, Mask]] = []
    too_few: list[tuple[str, str, int]] = []
    for facet in found:
        for group in sorted({group for group in facet.groups if group is not None}):
            mask = np.array([one == group for one in facet.groups])
            known = np.array([one is not None for one in facet.groups])
            rows, rest = int(mask.sum()), int((known & ~mask).sum())
            if min(rows, rest) < FEWEST:
                too_few += [(facet.name, group, rows)] if rows < FEWEST else []
            else:
                masks.append((facet, group, mask))
    whole = [(mask, _known(facet) & ~mask) for facet, _, mask in masks]
    figures = [_shares(scores, *each) for each in whole] if shares else _means(scores, whole, seed)
    tests = {_split(*sides): each["p"] for sides, each in zip(whole, figures, strict=True)}
    corrected_of = dict(zip(tests, holm(list(tests.values())), strict=True))
    corrected = [corrected_of[_split(*sides)] for sides in whole]
    compared: list[Json] = [
        {"by": facet.name, "kind": facet.kind, "group": group, "rows": int(mask.sum()), **each, "corrected": p}
        | {"worse": p < ALARM and each["difference"]["value"] < 0}
        for (facet, group, mask), each, p in zip(masks, figures, corrected, strict=True)
    ]
    compared.sort(key=_order)
    test = "Fisher's exact test" if shares else "permutation test"
    told = {"tests": len(tests), "fewest": FEWEST, "test": test, "correction": "Holm"}
    return {"compared": compared, "too_few": too_few, **told}


def _split(inside: Mask, outside: Mask) -> frozenset[bytes]:
    """What is compared: of two groups, each against the other is one test and not two."""
    return frozenset((inside.tobytes(), outside.tobytes()))


def _order(one: Json) -> tuple[bool, bool, float]:
    return not one["worse"], one["difference"]["value"] >= 0, one["p"]


def _known(facet: Facet) -> Mask:
    return np.array([group is not None for group in facet.groups])


def _shares(scores: Scores, inside: Mask, outside: Mask) -> Json:
    sides = [scores[inside], scores[outside]]
    right = [int(side.sum()) for side in sides]
    one, rest = (wilson(float(side.mean()), len(side)) for side in sides)
    table = [[hits, len(side) - hits] for hits, side in zip(right, sides, strict=True)]
    p = float(fisher_exact(table).pvalue)  # pyright: ignore[reportAttributeAccessIssue]
    return {
        "score": one.as_json(),
        "rest": rest.as_json(),
        "difference": difference(one, rest).as_json(),
        "p": p,
    }


def _means(scores: Scores, sides: Sequence[tuple[Mask, Mask]], seed: int) -> list[Json]:
    """All groups at once: a resample is a weighting of the rows, and a shuffle an order of the scores."""
    if not sides:
        return []
    inside, outside = (np.array([pair[side] for pair in sides], float).T for side in (0, 1))
    rng = np.random.default_rng(seed)
    drawn: list[list[Scores]] = []
    shuffled: list[Scores] = []
    for start in range(0, RESAMPLES, AT_ONCE):
        many = min(AT_ONCE, RESAMPLES - start)
        weights = rng.multinomial(len(scores), np.full(len(scores), 1 / len(scores)), size=many).astype(float)
        drawn.append([_mean(weights * scores, side, weights) for side in (inside, outside)])
        mixed = rng.permuted(np.tile(scores, (many, 1)), axis=1)
        shuffled.append(_mean(mixed, inside, None) - _mean(mixed, outside, None))
    one, rest = (np.concatenate([each[side] for each in drawn]) for side in (0, 1))
    values = [_mean(scores[None, :], side, None)[0] for side in (inside, outside)]
    apart = values[0] - values[1]
    beyond = (np.abs(np.concatenate(shuffled)) >= np.abs(apart) - 1e-12).sum(axis=0)
    return [
        {
            "score": _between(values[0][place], one[:, place]),
            "rest": _between(values[1][place], rest[:, place]),
            "difference": _between(apart[place], one[:, place] - rest[:, place]),
            "p": float((1 + beyond[place]) / (1 + RESAMPLES)),
        }
        for place in range(len(sides))
    ]


def _mean(scores: Scores, side: Scores, weights: Scores | None) -> Scores:
    """Means of the rows on a side, shape (resamples, groups); NaN where a resample has none of them."""
    total = side.sum(axis=0) if weights is None else weights @ side
    return np.divide(scores @ side, total, out=np.full((len(scores), side.shape[1]), np.nan), where=total > 0)


def _between(value: float, resampled: Scores) -> Json:
    low, high = np.nanpercentile(resampled, [2.5, 97.5])
    return {"value": float(value), "low": min(float(low), float(value)), "high": max(float(high), float(value))}
