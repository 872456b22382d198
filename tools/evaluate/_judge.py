"""From answers to figures: scores beside the untuned model, each with its interval, and where it goes wrong."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tools.evaluate._answers import SIDES, Answered, Side
from tools.evaluate._intervals import wilson
from tools.evaluate._metrics import LABELS, TEXT, Bleu, Metric, TokenF1
from tools.evaluate._paired import paired
from tools.evaluate._pairs import told_apart
from tools.evaluate._rows import Exam
from tools.evaluate._shared import leakage

MISTAKES = 10
Json = dict[str, Any]
BySide = Mapping[Side, Sequence[str]]


def judged(exam: Exam, answered: Mapping[Side, Answered], *, labels: Sequence[str] | None, wanted: str | None) -> Json:
    """The figures of an evaluation, as JSON.

    Args:
        exam: What was asked.
        answered: What both models said.
        labels: The closed set of answers, if it is one.
        wanted: The goal's metric, which comes first where it fits.
    """
    texts: BySide = {side: [answer.text for answer in answered[side].answers] for side in SIDES}
    references = [asked.reference for asked in exam.questions]
    metrics = [kind() for kind in (LABELS if labels else TEXT)]
    primary = next((m for m in metrics if m.key == wanted), metrics[1])
    metrics.sort(key=lambda metric: metric is not primary)
    unseen = [place for place, asked in enumerate(exam.questions) if asked.row not in exam.seen]
    body: Json = {
        "answers": "labels" if labels else "text",
        "primary": primary.key,
        "metrics": {metric.key: measured(metric, texts, references, exam.seed) for metric in metrics},
        "rows": len(references),
        "available": exam.available,
        "left_out": exam.left_out,
        "split": exam.split,
        "seed": exam.seed,
        "seen_in_training": len(exam.seen),
        "seconds": {side: round(answered[side].seconds, 2) for side in SIDES},
        "mistakes": _mistakes(exam, answered) if labels else _weakest(exam, answered),
    }
    if exam.seen and unseen:
        body["unseen_only"] = {"rows": len(unseen), "metrics": _on(unseen, primary, texts, references, exam.seed)}
    body |= leakage(exam)
    if labels:
        body |= by_label(texts, references) | {"unknown": sum(reference not in labels for reference in references)}
    else:
        body["signatures"] = {"bleu": Bleu.signature(), "rouge_l": "rouge-score, F1, no stemming"}
    return body


def measured(metric: Metric, texts: BySide, references: Sequence[str], seed: int) -> Json:
    """A metric of the tuned model, of the untuned one, and of their difference on the same rows."""
    found = paired(metric, texts["tuned"], texts["untuned"], references, seed)
    return {
        "tuned": found.one.as_json(),
        "untuned": found.other.as_json(),
        "difference": found.difference.as_json(),
        "test": found.test.name,
        "p": found.test.p,
        "told_apart": told_apart(found.difference, found.test),
    }


def by_label(texts: BySide, references: Sequence[str]) -> Json:
    """Precision, recall and F1 of each label, and who was taken for whom."""
    names = sorted({*references, *texts["tuned"], *texts["untuned"]})
    counted: Mapping[Side, Counter[tuple[str, str]]] = {
        side: Counter(zip(references, texts[side], strict=True)) for side in SIDES
    }
    rows = [{"label": name, "rows": references.count(name), **_of_label(name, names, counted)} for name in names]
    confused = [
        {"label": true, "answer": said, "rows": counted["tuned"][true, said]}
        for true in names
        for said in names
        if counted["tuned"][true, said]
    ]
    return {"labels": rows, "confusion": confused}


def _of_label(name: str, names: Sequence[str], counted: Mapping[Side, Counter[tuple[str, str]]]) -> Json:
    figures: Json = {}
    for side in SIDES:
        right = counted[side][name, name]
        true = sum(counted[side][name, other] for other in names)
        said = sum(counted[side][other, name] for other in names)
        figures[f"f1_{side}"] = 2 * right / (true + said) if true + said else None
        if side == "tuned":
            figures["precision"] = right / said if said else None
            figures["recall"] = wilson(right / true, true).as_json() if true else None
    return figures


def _on(places: Sequence[int], metric: Metric, texts: BySide, references: Sequence[str], seed: int) -> Json:
    some: BySide = {side: [texts[side][place] for place in places] for side in SIDES}
    return {metric.key: measured(metric, some, [references[place] for place in places], seed)}


def _mistakes(exam: Exam, answered: Mapping[Side, Answered]) -> list[Json]:
    """The wrong answers it was surest of, first one of each confusion, then more of them."""
    wrong = [
        (asked, answer, before)
        for asked, answer, before in zip(
            exam.questions, answered["tuned"].answers, answered["untuned"].answers, strict=True
        )
        if answer.text != asked.reference
    ]
    wrong.sort(key=lambda one: -one[1].chances[one[1].text])
    met = Counter[tuple[str, str]]()
    ranked: list[tuple[int, Json]] = []
    for asked, answer, before in wrong:
        confusion = (asked.reference, answer.text)
        ranked.append((met[confusion], _shown(asked.row, asked.text, asked.reference, answer.text, before.text)))
        ranked[-1][1]["chance"] = round(answer.chances[answer.text], 4)
        met[confusion] += 1
    return [row for _, row in sorted(ranked, key=lambda one: one[0])[:MISTAKES]]


def _weakest(exam: Exam, answered: Mapping[Side, Answered]) -> list[Json]:
    """The answers that share least with their references."""
    answers = [answer.text for answer in answered["tuned"].answers]
    scores = TokenF1().parts(answers, [asked.reference for asked in exam.questions])[:, 0]
    lowest = [int(place) for place in np.argsort(scores, kind="stable")[:MISTAKES] if scores[place] < 1]
    found: list[Json] = []
    for place in lowest:
        asked, before = exam.questions[place], answered["untuned"].answers[place].text
        row = _shown(asked.row, asked.text, asked.reference, answers[place], before)
        found.append({**row, "token_f1": round(float(scores[place]), 4)})
    return found


def _shown(row: int, text: str, reference: str, tuned: str, untuned: str) -> Json:
    return {"row": row, "text": text, "reference": reference, "tuned": tuned, "untuned": untuned}


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
        rows.append({**row, "seen_in_training": asked.row in exam.seen})
    return rows
