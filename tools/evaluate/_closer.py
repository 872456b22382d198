"""A closer look at answers that are judged: where it is worse, how sure it is, by length, and over the training."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from store import TrainingRun, Workspace
from tools.evaluate._answers import SIDES, Answered, Side
from tools.evaluate._facets import Facet, facets
from tools.evaluate._fit import curve
from tools.evaluate._intervals import bounded, mean, wilson
from tools.evaluate._mistakes import row_scores
from tools.evaluate._reasons import other_script
from tools.evaluate._registry import Answers
from tools.evaluate._rows import Exam
from tools.evaluate._slices import slices
from tools.evaluate._taught import marked, rows_by_label, training_rows

FEWEST = 30
"""Rows below which no bins are made of them."""
ROWS_IN_BIN, MOST_BINS = 15, 8
Json = dict[str, Any]
Scores = NDArray[np.float64]


def closer(
    ws: Workspace, run: TrainingRun, exam: Exam, answered: Mapping[Side, Answered], body: Json
) -> tuple[Json, list[Json]]:
    """What is added to an evaluation's body, and to each row of its predictions.

    Args:
        ws: The workspace.
        run: The run that was tested.
        exam: What was asked.
        answered: What both models said.
        body: What `_judge.judged` made of it.
    """
    kind: Answers = body["answers"]
    labels = kind == "labels"
    taught = training_rows(ws, run)
    if kind == "passages":
        return {"curve": curve(run), "training_rows": len(taught)}, [{} for _ in exam.questions]
    version = ws.datasets.version(exam.dataset, exam.version)
    rows, texts, references = zip(*((q.row, q.text, q.reference) for q in exam.questions), strict=True)
    found = facets(version, rows, texts, references, labels=labels)
    scores: dict[Side, Scores] = {side: row_scores(answered[side], references, kind) for side in SIDES}
    added: Json = {
        "slices": slices(found, scores["tuned"], exam.seed, shares=labels),
        "lengths": by_length(texts, scores["tuned"], exam.seed, shares=labels),
        "curve": curve(run),
        "mistakes": marked(body["mistakes"], taught, labels=labels),
        "training_rows": len(taught),
    }
    if labels:
        added["calibration"] = calibration([a.chances[a.text] for a in answered["tuned"].answers], scores["tuned"])
        added["training_rows_by_label"] = rows_by_label(taught)
    elif kind == "text":
        added["oddities"] = oddities([a.text for a in answered["tuned"].answers], references)
    return added, _by_row(found, scores)


def calibration(chances: Sequence[float], right: Scores) -> list[Json]:
    """How often it is right by how sure it is, in bins of as many rows each; the share right with Wilson's interval."""
    found: list[Json] = []
    for places in _bins(np.asarray(chances, float)):
        inside = right[places]
        sure = float(np.asarray(chances, float)[places].mean())
        found.append({"sure": sure, "rows": len(places), "right": wilson(float(inside.mean()), len(places)).as_json()})
    return found


def by_length(texts: Sequence[str], scores: Scores, seed: int, *, shares: bool) -> list[Json]:
    """The mean score by the length of what was asked, in bins of as many rows each."""
    lengths = np.array([max(len(text), 1) for text in texts], float)
    found: list[Json] = []
    for places in _bins(lengths):
        inside, within = scores[places], lengths[places]
        value = float(inside.mean())
        exact = wilson(value, len(places)) if shares else mean(inside, seed) or bounded(value, len(places), 1.0)
        ends = {"from": int(within.min()), "to": int(within.max()), "characters": float(np.median(within))}
        found.append({**ends, "rows": len(places), "score": exact.as_json()})
    return found


def oddities(answers: Sequence[str], references: Sequence[str]) -> Json:
    """Answers that are empty, or in another script than their references."""
    pairs = [found for said, right in zip(answers, references, strict=True) if (found := other_script(right, said))]
    empty = sum(not said.strip() for said in answers)
    return {"empty": empty, "other_script": len(pairs), "scripts": [list(pair) for pair in dict.fromkeys(pairs)]}


def _bins(values: Scores) -> list[NDArray[np.int64]]:
    """Places by rising value, in bins of about as many rows; equal values share a bin. None below `FEWEST` rows."""
    if len(values) < FEWEST:
        return []
    order = np.argsort(values, kind="stable")
    edges = np.linspace(0, len(values), min(MOST_BINS, len(values) // ROWS_IN_BIN) + 1).round().astype(int)[1:-1]
    starts = sorted({int(np.searchsorted(values[order], values[order][edge])) for edge in edges} - {0})
    return [part for part in np.split(order, starts) if len(part)]


def _by_row(found: Sequence[Facet], scores: Mapping[Side, Scores]) -> list[Json]:
    return [
        {f"score_{side}": round(float(scores[side][place]), 6) for side in SIDES}
        | {"slices": [f"{facet.name}: {group}" for facet in found if (group := facet.groups[place]) is not None]}
        for place in range(len(scores["tuned"]))
    ]
