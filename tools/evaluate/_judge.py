"""From answers to figures: scores beside the untuned model, each with its interval, and where it goes wrong."""

from collections.abc import Mapping, Sequence
from typing import Any

from tools.evaluate._answers import SIDES, Answered, Side
from tools.evaluate._by_label import by_label
from tools.evaluate._measured import measure, on, said_by, speed
from tools.evaluate._metric import Metric, Said
from tools.evaluate._mistakes import furthest, surest
from tools.evaluate._registry import Answers
from tools.evaluate._rows import Exam
from tools.evaluate._shared import leakage

Json = dict[str, Any]
BySide = Mapping[Side, Sequence[str]]


def judged(
    exam: Exam,
    answered: Mapping[Side, Answered],
    *,
    labels: Sequence[str] | None,
    wanted: str | None,
    answers: Answers | None = None,
    first: str | None = None,
) -> Json:
    """The figures of an evaluation, as JSON.

    Args:
        exam: What was asked.
        answered: What both models said.
        labels: The closed set of answers, if it is one.
        wanted: The goal's metric, which comes first where it fits.
        answers: What the answers are; by whether there are labels if not given.
        first: The metric that comes first where no goal says otherwise; None for the usual one.
    """
    kind: Answers = answers or ("labels" if labels else "text")
    texts: BySide = {side: [answer.text for answer in answered[side].answers] for side in SIDES}
    references = [asked.reference for asked in exam.questions]
    said: Mapping[Side, Said] = {side: said_by(answered[side], labels) for side in SIDES}
    measured = measure(said, references, kind, wanted, exam.seed, first)
    body: Json = {
        "answers": kind,
        "primary": measured.primary.key,
        "metrics": measured.figures,
        "not_measured": measured.unfit,
        "misfit": measured.misfit,
        "rows": len(references),
        "available": exam.available,
        "left_out": exam.left_out,
        "split": exam.split,
        "seed": exam.seed,
        "seen_in_training": len(exam.seen),
        "seconds": {side: round(answered[side].seconds, 2) for side in SIDES},
        "speed": {side: speed(answered[side]) for side in SIDES},
        "mistakes": surest(exam, answered) if labels else furthest(exam, answered, kind),
    }
    body |= _unseen_only(exam, measured.primary, said)
    if measured.signatures:
        body["signatures"] = measured.signatures
    body |= leakage(exam)
    if labels:
        unknown = sum(reference not in labels for reference in references)
        body |= by_label(texts, references, exam.seed) | {"unknown": unknown, "chances_of": list(labels)}
    return body


def _unseen_only(exam: Exam, primary: Metric, said: Mapping[Side, Said]) -> Json:
    """The figures over the rows that the run was not trained on, where it was trained on some of them."""
    unseen = [place for place, asked in enumerate(exam.questions) if asked.row not in exam.seen]
    if not exam.seen or not unseen:
        return {}
    without = on(unseen, primary, said, [asked.reference for asked in exam.questions], exam.seed)
    return {"unseen_only": {"rows": len(unseen), "metrics": without}} if without else {}


def rows_of(exam: Exam, answered: Mapping[Side, Answered]) -> list[Json]:
    """One record a row, for `predictions.parquet`."""
    rows: list[Json] = []
    for place, asked in enumerate(exam.questions):
        row: Json = {"_row": asked.row, "text": asked.text, "reference": asked.reference}
        for side in SIDES:
            answer = answered[side].answers[place]
            row[side] = answer.text
            row[f"correct_{side}"] = answer.text.split() == asked.reference.split()
            row[f"chance_{side}"] = answer.chances.get(answer.text)
            row[f"chance_of_reference_{side}"] = answer.chances.get(asked.reference)
            if answer.chances:
                row[f"chances_{side}"] = list(answer.chances.values())
            for name, values in (("margin", answered[side].margins), ("reward", answered[side].rewards)):
                if values:
                    row[f"{name}_{side}"] = values[place]
            if answered[side].likelihoods:
                row[f"log_likelihood_{side}"] = answered[side].likelihoods[place][0]
        rows.append({**row, "seen_in_training": asked.row in exam.seen})
    return rows
