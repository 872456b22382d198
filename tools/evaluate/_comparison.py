"""Two or more contestants on the same rows: scores, paired tests and what they let one say."""

# pyright: reportUnknownVariableType=false, reportUnknownMemberType=false

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from store.engine import engine, fetch, quoted
from tools.evaluate._effect import cohens_h, odds, within_rows
from tools.evaluate._holm import holm
from tools.evaluate._intervals import Array, Estimate
from tools.evaluate._metrics import LABELS, TEXT, Metric
from tools.evaluate._paired import Paired, estimate, paired
from tools.evaluate._pairs import ALARM, signed_ranks
from tools.evaluate._power import rows_for_shares, rows_needed
from tools.evaluate._verdict import Pair, at_most, ranks, verdict, verdict_of_several

Json = dict[str, Any]
DIFFERING = 20
USUAL = ("accuracy", "rouge_l")
"""The metrics that decide where the goal names none that fits."""


@dataclass(frozen=True)
class Shared:
    """What each contestant answered to the rows that all were asked."""

    rows: list[Json]
    """Each with _row, text, reference, and answers in the order of the contestants."""

    def of(self, place: int) -> list[str]:
        """The answers of one contestant."""
        return [row["answers"][place] for row in self.rows]

    @property
    def references(self) -> list[str]:
        """What is right."""
        return [row["reference"] for row in self.rows]


def answers(*files: tuple[Path, str]) -> Shared:
    """The rows that files of answers share: the same row with the same text and reference.

    Args:
        files: A file for each contestant, and the column that holds its answers.
    """
    views = {f"said_{place}": path for place, (path, _) in enumerate(files)}
    said = ", ".join(f"said_{place}.{quoted(column)}" for place, (_, column) in enumerate(files))
    joined = " ".join(f"join said_{place} using (_row, text, reference)" for place in range(1, len(files)))
    sql = f"select _row, text, reference, [{said}] as answers from said_0 {joined} order by _row"
    with engine(list({path.parent for path, _ in files}), views) as connection:
        return Shared(fetch(connection, sql))


def compared(names: Sequence[str], shared: Shared, *, labels: bool, wanted: str | None, seed: int) -> Json:
    """The figures of a comparison, as JSON.

    The verdict goes by one metric, chosen beforehand; the p values of the others are corrected among themselves.

    Args:
        names: The contestants; the first two are shown in full.
        shared: Their answers.
        labels: Whether all answer from a closed set.
        wanted: The goal's metric, which decides where it fits.
        seed: Of resampling and permutation.
    """
    metrics = [kind() for kind in (LABELS if labels else TEXT)]
    primary = next((metric for key in (wanted, *USUAL) for metric in metrics if metric.key == key), metrics[0])
    metrics.sort(key=lambda metric: metric is not primary)
    said, right = [shared.of(place) for place in range(len(names))], shared.references
    figures = {metric.key: paired(metric, said[0], said[1], right, seed) for metric in metrics}
    found, rows = figures[primary.key], len(right)
    all_pairs = _pairs(primary, said, right, found, seed)
    pairs = [pair for pair, _ in all_pairs]
    effect = _effect(_by_row(metrics), said[0], said[1], right, seed)
    needed = _needed(primary, said[0], said[1], right, found.difference, 1)

    def more(pair: Pair) -> Json:
        one, other = said[pair.one], said[pair.other]
        return {"needed": _needed(primary, one, other, right, pair.difference, len(pairs))}

    two = verdict(names[0], names[1], found.difference, found.test, rows, primary.key, needed)
    body: Json = {
        "runs": list(names),
        "primary": primary.key,
        "metrics": _as_json(figures, primary.key),
        "rows": rows,
        "seed": seed,
        "needed": needed,
        "verdict": two if len(names) == 2 else verdict_of_several(names, pairs),
        "effect": effect,
        "contestants": _contestants(names, metrics, said, right, pairs, seed),
        "pairs": [_pair_as_json(names, primary, pair, p) | more(pair) for pair, p in all_pairs],
        "labels": len({*right}) if labels else None,
    }
    return body | _differing(_by_row([primary, *metrics]), shared)


def _pairs(
    primary: Metric, said: Sequence[Sequence[str]], right: Sequence[str], first: Paired, seed: int
) -> list[tuple[Pair, float]]:
    """All pairs, each with its p value before Holm's correction."""
    places = list(combinations(range(len(said)), 2))
    found = [first, *(paired(primary, said[one], said[other], right, seed) for one, other in places[1:])]
    corrected = holm([each.test.p for each in found])
    pairs = [Pair(*both, each.difference, p) for both, each, p in zip(places, found, corrected, strict=True)]
    return [(pair, each.test.p) for pair, each in zip(pairs, found, strict=True)]


def _by_row(metrics: Sequence[Metric]) -> Metric:
    """The first metric that is a mean of a score by row, or of right and wrong."""
    return next(metric for metric in metrics if metric.share or _scores(metric, ["a b", "c"], ["a", "d"]) is not None)


def _scores(metric: Metric, said: Sequence[str], right: Sequence[str]) -> Array | None:
    """A score for each row, where the metric is their mean."""
    parts = metric.parts(said, right)
    return metric.of(parts) if bool(np.all(parts[:, -1] == 1)) else None


def _effect(metric: Metric, one: Sequence[str], other: Sequence[str], right: Sequence[str], seed: int) -> Json:
    """How large the difference of the first two is, by row."""
    parts = metric.of(metric.parts([*one, *other], [*right, *right]))
    first, second = parts[: len(right)], parts[len(right) :]
    if metric.share:
        ratio = odds(first, second)
        # JSON has no infinity: a bound that is none is None
        ends = {end: value if np.isfinite(value := getattr(ratio, end)) else None for end in ("value", "low", "high")}
        h = cohens_h(float(first.mean()), float(second.mean()))
        return {"by": metric.key, "first": ratio.first, "second": ratio.second, "odds": ends, "h": h}
    higher, lower = int((first - second > 1e-12).sum()), int((second - first > 1e-12).sum())
    delta, ranked = within_rows(first, second, seed).as_json(), signed_ranks(first, second, seed)
    return {"by": metric.key, "first": higher, "second": lower, "delta": delta, "wilcoxon": ranked.p}


def _needed(
    metric: Metric, one: Sequence[str], other: Sequence[str], right: Sequence[str], found: Estimate, tests: int
) -> int | None:
    """Rows in all that would tell, at 5 % shared by so many tests."""
    if not metric.share:
        return rows_needed(found, len(right), ALARM / tests)
    parts = metric.of(metric.parts([*one, *other], [*right, *right]))
    ratio = odds(parts[: len(right)], parts[len(right) :])
    return rows_for_shares(ratio.first, ratio.second, len(right), ALARM / tests)


def _as_json(figures: dict[str, Paired], primary: str) -> Json:
    rest = [key for key in figures if key != primary]
    corrected = dict(zip(rest, holm([figures[key].test.p for key in rest]), strict=True))
    return {
        key: {
            "one": found.one.as_json(),
            "other": found.other.as_json(),
            "difference": found.difference.as_json(),
            "test": found.test.name,
            "p": found.test.p,
            "holm": corrected.get(key, found.test.p),
        }
        for key, found in figures.items()
    }


def _contestants(
    names: Sequence[str],
    metrics: Sequence[Metric],
    said: Sequence[Sequence[str]],
    right: Sequence[str],
    pairs: Sequence[Pair],
    seed: int,
) -> list[Json]:
    placed = ranks(len(names), pairs)
    everybody = [text for its in said for text in its]
    parts = {metric: metric.parts(everybody, [*right] * len(names)) for metric in metrics}  # all have the same labels
    rows = len(right)
    return [
        {
            "name": name,
            "rank": placed[n],
            "metrics": {m.key: estimate(m, its[n * rows : (n + 1) * rows], seed).as_json() for m, its in parts.items()},
        }
        for n, name in enumerate(names)
    ]


def _pair_as_json(names: Sequence[str], metric: Metric, pair: Pair, p: float) -> Json:
    return {
        "one": names[pair.one],
        "other": names[pair.other],
        "difference": pair.difference.as_json(),
        "at_most": at_most(metric.key, pair.difference),
        "p": p,
        "holm": pair.p,
        "told_apart": pair.told_apart,
        "better": names[pair.better] if pair.told_apart else None,
    }


def _differing(metric: Metric, shared: Shared) -> Json:
    """The rows where not all answer the same, with the places of those that are right, or nearest to it."""
    rows: list[Json] = []
    for row in shared.rows:
        if len({*row["answers"]}) > 1:
            scores = metric.parts(row["answers"], [row["reference"]] * len(row["answers"]))[:, 0]
            best = [place for place, score in enumerate(scores) if score > 0 and score >= scores.max() - 1e-12]
            one, other = row["answers"][:2]
            rows.append({**row, "one": one, "other": other, "right": best, "scores": scores.round(4).tolist()})
    ordered = sorted(rows, key=lambda row: (len(row["right"]) in (0, len(row["answers"])), row["_row"]))
    return {"differing": len(rows), "differ": ordered[:DIFFERING]}
