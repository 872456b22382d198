"""The metrics of an evaluation: which fit, in which order, and their values beside the untuned model."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tools.evaluate._answers import Answer, Answered, Side
from tools.evaluate._metric import Metric, Said, Undefined
from tools.evaluate._metrics import of
from tools.evaluate._paired import Paired, pairs
from tools.evaluate._pairs import told_apart
from tools.evaluate._registry import BY_KEY, TITLES, Answers

Json = dict[str, Any]
ONLY_IF_WANTED = {"bertscore"}
"""Takes a model of its own, so only a goal that is judged by it is worth the minutes."""
WHERE_IT_FITS = {"json_validity", "field_f1"}
"""For references of one kind only: elsewhere it is no news that they do not fit."""
WHY = {
    "labels": "labels from a closed set",
    "text": "open text",
    "tags": "tags of words",
    "passages": "plain text that is only read",
    "rewards": "open text without a right answer",
}


@dataclass(frozen=True)
class Measured:
    """What was measured.

    Attributes:
        primary: The goal's metric, or the usual one.
        figures: By metric, the primary first: both sides, their difference, and its test.
        unfit: By metric, why it was not measured.
        misfit: What to say where the goal's metric cannot be had; else empty.
        signatures: By metric, what must be told beside the number.
    """

    primary: Metric
    figures: Json
    unfit: dict[str, str]
    misfit: str
    signatures: dict[str, str]


def said_by(answered: Answered, labels: Sequence[str] | None) -> Said:
    """What one side said, of each kind that metrics read."""
    found: dict[Any, Sequence[Any]] = {"answer": [answer.text for answer in answered.answers]}
    if labels and all(answer.chances for answer in answered.answers):
        found["chances"] = [_chances(answer) for answer in answered.answers]
    if len(answered.likelihoods) == len(answered.answers):
        found["likelihood"] = answered.likelihoods
    if len(answered.margins) == len(answered.answers):
        found["margin"] = answered.margins
    if len(answered.rewards) == len(answered.answers):
        found["reward"] = answered.rewards
    return found


def speed(answered: Answered) -> Json:
    """What the answers cost on this machine, asked in batches and measured once, so without an interval."""
    rows, seconds = len(answered.answers), max(answered.seconds, 1e-9)
    wrote = {"tokens_per_second": answered.tokens / seconds} if answered.tokens else {}
    return {"latency": seconds / rows, **wrote, "rows": rows}


def measure(
    said: Mapping[Side, Said],
    references: Sequence[str],
    answers: Answers,
    wanted: str | None,
    seed: int,
    first: str | None = None,
) -> Measured:
    """Compute all that fits.

    Args:
        said: What each side said.
        references: What is right.
        answers: Whether answers come from a closed set.
        wanted: The goal's metric.
        seed: Of resampling and permutation.
        first: The metric that comes first where no goal says otherwise; None for the usual one.
    """
    metrics, unfit = _fitting(said["tuned"], references, answers, wanted)
    found = pairs(metrics, said["tuned"], said["untuned"], references, seed)
    unfit |= {
        metric.key: f"{metric.title} has no interval on these rows: each adds the same."
        for metric in metrics
        if metric.key not in found
    }
    usual = next((metric for metric in metrics if metric.key == first and metric.key in found), None)
    if usual is None:  # a metric that has measured nothing yet counts as false
        usual = [metric for metric in metrics if BY_KEY[metric.key].main][1]
    primary = next((metric for metric in metrics if metric.key == wanted and metric.key in found), usual)
    metrics.sort(key=lambda metric: metric is not primary)
    return Measured(
        primary,
        {metric.key: as_json(found[metric.key], len(references)) for metric in metrics if metric.key in found},
        {key: why for key, why in unfit.items() if key == wanted or key not in WHERE_IT_FITS},
        _misfit(wanted, primary, answers, unfit),
        {metric.key: signature for metric in metrics if metric.key in found and (signature := metric.signature())},
    )


def on(places: Sequence[int], metric: Metric, said: Mapping[Side, Said], references: Sequence[str], seed: int) -> Json:
    """One metric on some of the rows; empty if they cannot be judged by it."""
    some: dict[Side, Said] = {
        side: {reads: [rows[place] for place in places] for reads, rows in kinds.items()}
        for side, kinds in said.items()
    }
    right = [references[place] for place in places]
    try:
        metric.fits(right)
    except Undefined:
        return {}
    found = pairs([metric], some["tuned"], some["untuned"], right, seed)
    return {key: as_json(figure, len(places)) for key, figure in found.items()}


def as_json(found: Paired, rows: int) -> Json:
    """Both, their difference, its test, and the number of rows."""
    return {
        "tuned": found.one.as_json(),
        "untuned": found.other.as_json(),
        "difference": found.difference.as_json(),
        "test": found.test.name,
        "p": found.test.p,
        "told_apart": told_apart(found.difference, found.test),
        "rows": rows,
    }


def _fitting(
    said: Said, references: Sequence[str], answers: Answers, wanted: str | None
) -> tuple[list[Metric], dict[str, str]]:
    """The metrics that these rows can be judged by, and why the others cannot."""
    metrics, unfit = list[Metric](), dict[str, str]()
    for metric in (kind() for kind in of(answers)):
        if metric.reads not in said or (metric.key in ONLY_IF_WANTED and metric.key != wanted):
            continue
        try:
            metric.fits(references)
        except Undefined as reason:
            unfit[metric.key] = str(reason)
        else:
            metrics.append(metric)
    return metrics, unfit


def _misfit(wanted: str | None, primary: Metric, answers: Answers, unfit: Mapping[str, str]) -> str:
    if wanted is None or wanted == primary.key:
        return ""
    title = TITLES.get(wanted, wanted)
    if wanted in unfit:
        return (
            f"The goal is judged by {title}, which cannot be had here, so {primary.title} comes first. {unfit[wanted]}"
        )
    if wanted in BY_KEY and BY_KEY[wanted].of == answers:
        return f"The goal's metric, {title}, was not measured, so {primary.title} comes first."
    return f"The goal's metric, {title}, does not fit answers that are {WHY[answers]}, so {primary.title} comes first."


def _chances(answer: Answer) -> dict[str, float]:
    """The probabilities of the labels, from their log-likelihoods where there are such: these are not rounded."""
    if answer.scores.keys() != answer.chances.keys():
        return answer.chances
    most = max(answer.scores.values())
    parts = {label: math.exp(score - most) for label, score in answer.scores.items()}
    total = sum(parts.values())
    return {label: part / total for label, part in parts.items()}
