"""Whether it got better: the same score of one run after the other, and the last against an earlier one."""

# pyright: reportMissingTypeStubs=false, reportUnknownVariableType=false, reportUnknownMemberType=false
# pyright: reportUnknownArgumentType=false

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tools.evaluate._figures import between, gain, number
from tools.evaluate._holm import holm
from tools.evaluate._intervals import Estimate, bounded, difference, mean, newcombe, wilson
from tools.evaluate._pairs import PairedTest, exact_mcnemar, permutation, told_apart
from tools.evaluate._question import Question
from tools.evaluate._replies_rows import is_about, where
from tools.evaluate._stored import Row, Stored
from tools.plot import Plot
from tools.result import Result, Table
from tools.words import counted, p_value

FEWEST = 10
"""Rows that both were asked, below which no test is made of them."""
SEED = 0
Scores = NDArray[np.float64]


def trend(told: Sequence[Stored], first: Stored, asked: Question) -> Result:
    """One score over the evaluations, and the last against an earlier one on the rows that both were asked.

    Args:
        told: The evaluations to show, oldest first, the last one that is asked about.
        first: The earlier one of them that the last is held against.
        asked: Which rows count.
    """
    last, metric = told[-1], "accuracy" if told[-1].closed else "token_f1"
    estimates = [(one, _scores(one, one.only(lambda row: is_about(row, asked)))) for one in told]
    shown = [(one, scores, _estimate(scores, closed=last.closed)) for one, scores in estimates if len(scores)]
    if {last, first} - {one for one, _, _ in shown}:
        return Result(f"No row of {where(last)} is {_what(asked)}, so there is nothing to follow over time.")
    rows = [
        (
            one.run,
            one.report.made_at[:10],
            where(one),
            len(scores),
            number(metric, found.value),
            between(metric, found.as_json()),
        )
        for one, scores, found in shown
    ]
    name = "share right" if last.closed else "token F1"
    table = Table(f"{name.capitalize()}{_of(asked)}", ("run", "when", "on", "rows", name, "95 % interval"), rows)
    points = [{"run": one.run, name: found.value, "low": found.low, "high": found.high} for one, _, found in shown]
    plot = Plot(f"{name.capitalize()}{_of(asked)} by run, 95 % intervals", "interval", points, name, "run")
    text = _changed(first, last, asked, metric)
    also = _precision(first, last, asked) if len(asked.labels) == 1 else ""
    return Result(f"{text}{also}", tables=[table], plots=[plot])


def by_label(first: Stored, last: Stored) -> Result:
    """Every label's share right in two evaluations, on the rows that both were asked; Holm's correction."""
    pairs = shared(first, last)
    found: list[tuple[str, int, Estimate, float]] = []
    for label in sorted({row["reference"] for row, _ in pairs}):
        one, other = (_scores(side, [pair[n] for pair in pairs if pair[0]["reference"] == label])
                      for n, side in ((0, first), (1, last)))  # fmt: skip
        if len(one) >= FEWEST:
            found.append((label, len(one), newcombe(other, one), exact_mcnemar(other, one).p))
    if not found:
        return Result(f"{first.run} and {last.run} share fewer than {FEWEST} rows of any label: too few to tell.")
    corrected = holm([p for *_, p in found])
    rows = [
        (label, rows, gain("accuracy", change.as_json()), f"{p:.3f}", "changed" if p < 0.05 else "may be chance")
        for (label, rows, change, _), p in zip(found, corrected, strict=True)
    ]
    order = sorted(range(len(rows)), key=lambda place: (corrected[place], found[place][2].value))
    better = [found[n][0] for n in order if corrected[n] < 0.05 and found[n][2].value > 0]
    worse = [found[n][0] for n in order if corrected[n] < 0.05 and found[n][2].value < 0]
    told = [f"better: {', '.join(better)}"] * bool(better) + [f"worse: {', '.join(worse)}"] * bool(worse)
    said = "; ".join(told) if told else "no label has changed beyond chance"
    text = f"From {first.run} to {last.run}, of {counted(len(rows), 'label')} compared (Holm's correction), {said}."
    columns = ("label", "rows", "change in share right (95 %)", "p, corrected", "")
    return Result(text, tables=[Table(f"{first.run} to {last.run} by label", columns, [rows[n] for n in order])])


def shared(first: Stored, last: Stored) -> list[tuple[Row, Row]]:
    """The rows that both were asked, with the same text and the same right answer."""
    if first.report.dataset != last.report.dataset:
        return []
    before = {row["_row"]: row for row in first.rows}
    pairs = [(before[row["_row"]], row) for row in last.rows if row["_row"] in before]
    return [(one, other) for one, other in pairs if all(one[key] == other[key] for key in ("text", "reference"))]


def _changed(first: Stored, last: Stored, asked: Question, metric: str) -> str:
    pairs = [pair for pair in shared(first, last) if is_about(pair[1], asked)]
    name = "share right" if last.closed else "token F1"
    if not pairs:
        ends = [
            _estimate(_scores(one, one.only(lambda row: is_about(row, asked))), closed=last.closed)
            for one in (first, last)
        ]
        apart = gain(metric, difference(ends[1], ends[0]).as_json())
        return (
            f"{first.run} and {last.run} were not asked the same rows ({where(first)}, {where(last)}), so this only "
            f"hints: the {name}{_of(asked)} differs by {apart}. Compare the two on one dataset to know."
        )
    one, other = (_scores(side, [pair[n] for pair in pairs]) for n, side in ((0, first), (1, last)))
    values = [number(metric, float(scores.mean())) for scores in (one, other)]
    began = (
        f"On {counted(len(pairs), 'row')}{_of(asked)} that both were asked, the {name} went from {values[0]} "
        f"({first.run}) to {values[1]} ({last.run})"
    )
    if len(pairs) < FEWEST:
        return f"{began}. Nothing can be said from so few rows."
    found, test = _apart(other, one, closed=last.closed)
    p = f"p {p_value(test.p)}"
    told = _verdict(found, test)
    return f"{began}: {gain(metric, found.as_json())}, {test.name}, {p}. {told}"


def _verdict(found: Estimate, test: PairedTest) -> str:
    if told_apart(found, test):
        return f"It got {'better' if found.value > 0 else 'worse'}, beyond what chance would give."
    return "That may be chance: these rows cannot tell whether it got better."


def _apart(other: Scores, one: Scores, *, closed: bool) -> tuple[Estimate, PairedTest]:
    if closed:
        return newcombe(other, one), exact_mcnemar(other, one)
    found = mean(other - one, SEED) or difference(_estimate(other, closed=False), _estimate(one, closed=False))
    two, before = (np.stack([scores, np.ones(len(scores))], axis=1) for scores in (other, one))
    return found, permutation(two, before, _mean, SEED)


def _mean(sums: Scores) -> Scores:
    return sums[..., 0] / sums[..., 1]


def _precision(first: Stored, last: Stored, asked: Question) -> str:
    """More rows of a label may be right only because it is said more often: how often it is right when said."""
    told = [(one.run, _of_label(one.body, asked.labels[0])["precision"]) for one in (first, last)]
    if any(value is None for _, value in told):
        return ""
    parts = [f"{100 * value:.0f} % in {run}" for run, value in told]
    return f" When it answers {asked.labels[0]}, it is right in {', '.join(parts)}."


def _of_label(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    return next((label for label in body["labels"] if label["label"] == name), {"precision": None})


def _scores(one: Stored, rows: Sequence[Row]) -> Scores:
    return np.array([one.score(row) for row in rows], float)


def _estimate(scores: Scores, *, closed: bool) -> Estimate:
    value = float(scores.mean())
    return wilson(value, len(scores)) if closed else mean(scores, SEED) or bounded(value, len(scores), 1.0)


def _of(asked: Question) -> str:
    return f" of {_what(asked)}" if asked.labels or asked.groups else ""


def _what(asked: Question) -> str:
    groups = dict.fromkeys(group.replace(": ", " ").split(" (")[0] for group in asked.groups)
    return " and ".join([*asked.labels[:1], *groups])
