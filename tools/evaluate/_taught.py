"""What a run was taught, held beside what it gets wrong: the training rows most like each mistake."""

# pyright: reportMissingTypeStubs=false, reportUnknownVariableType=false, reportUnknownMemberType=false
# pyright: reportUnknownArgumentType=false

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from store import TrainingRun, Workspace
from store.engine import engine, fetch, quoted
from tools.evaluate._marks import MISLABELLED, NEAR
from tools.evaluate._rows import Question, asked_of

MOST_ROWS = 50_000
NEAREST = 3
NEARLY, LIKE = 0.8, 0.3
"""Cosines of words and pairs of words, weighted by rarity: nearly the same text, and a text about the same."""
SURE = 0.9
"""The chance of its answer from which a model is sure."""
Json = dict[str, Any]


def training_rows(ws: Workspace, run: TrainingRun, but: int = 0) -> list[Question]:
    """The rows that a run was trained on, at most `MOST_ROWS`, as its plan reads them; the row `but` is left out."""
    version = ws.datasets.version(run.dataset, run.version)
    split = version.column("split")
    only = f"{quoted(split)} = 'train'" if split else "true"
    with engine([version.path.parent], {"rows": version.path}) as connection:
        sql = f"select * from rows where {only} and _row <> ? order by _row limit {MOST_ROWS}"
        found = fetch(connection, sql, [but])
    return [asked for row in found if (asked := asked_of(row, run.plan, version))]


def rows_by_label(taught: Sequence[Question]) -> dict[str, int]:
    """How many training rows each answer has."""
    return dict(Counter(asked.reference for asked in taught))


def marked(mistakes: Sequence[Mapping[str, Any]], taught: Sequence[Question], *, labels: bool) -> list[Json]:
    """Mistakes with `nearest`, the training row most like each, and with `marks` and `note` where that says something.

    Args:
        mistakes: As `_mistakes` chooses them.
        taught: The training rows.
        labels: Whether answers are labels, so that a neighbour's can be held against them.
    """
    if not mistakes or not taught:
        return [dict(one) for one in mistakes]
    weigh: Any = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"(?u)\w+")
    try:
        known = weigh.fit_transform([asked.text for asked in taught])
    except ValueError:  # no word in any of them
        return [dict(one) for one in mistakes]
    likeness: Any = (weigh.transform([one["text"] for one in mistakes]) @ known.T).toarray()
    return [_marked(one, taught, row, labels) for one, row in zip(mistakes, likeness, strict=True)]


def _marked(mistake: Mapping[str, Any], taught: Sequence[Question], likeness: Any, labels: bool) -> Json:
    order = [int(place) for place in np.argsort(-likeness, kind="stable")[:NEAREST] if likeness[place] >= LIKE]
    if not order:
        return dict(mistake)
    first, near = taught[order[0]], float(likeness[order[0]])
    nearest = {"row": first.row, "text": first.text, "reference": first.reference, "likeness": round(near, 4)}
    marks, note = list[str](), ""
    if near >= NEARLY:
        marks.append(NEAR)
        note = f"training row {first.row} is nearly the same"
    if labels:
        sides = [taught[place].reference for place in order]
        if near >= NEARLY and first.reference == mistake["tuned"]:
            marks.append(MISLABELLED)
            note = f"training row {first.row} is nearly the same and labelled {first.reference}: one label may be wrong"
        elif near >= NEARLY and first.reference == mistake["reference"]:
            note += " and labelled right: it was not learned"
        elif near >= NEARLY:
            marks.append(MISLABELLED)
            note += f" and labelled {first.reference}: one label may be wrong"
        elif _all_say(sides, mistake):
            marks.append(MISLABELLED)
            note = f"sure, and the training rows most like it are labelled {mistake['tuned']}: its label may be wrong"
    return {**mistake, "nearest": nearest, "marks": marks, "note": note}


def _all_say(sides: Sequence[str], mistake: Mapping[str, Any]) -> bool:
    """Whether a sure answer is what the nearest training rows say, and the label is what none of them says."""
    agree = sides.count(mistake["tuned"])
    return mistake["chance"] >= SURE and agree >= 2 and mistake["reference"] not in sides
