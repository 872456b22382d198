"""The training rows that are most like a text, by the words they share."""

# pyright: reportMissingTypeStubs=false, reportUnknownVariableType=false, reportUnknownMemberType=false
# pyright: reportUnknownArgumentType=false

from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from store import TrainingRun, Workspace
from store.engine import engine, fetch, quoted
from tools.evaluate._rows import asked_of

MOST_ROWS = 50_000


@dataclass(frozen=True)
class Neighbour:
    """A training row: how like the text it is, from 0 to 1, and what its answer is."""

    row: int
    text: str
    reference: str
    likeness: float


def nearest(ws: Workspace, run: TrainingRun, text: str, row: int, most: int = 5) -> list[Neighbour]:
    """The training rows with the highest TF-IDF cosine to the text; the row itself is left out."""
    version = ws.datasets.version(run.dataset, run.version)
    split = version.column("split")
    only = f"{quoted(split)} = 'train'" if split else "true"
    with engine([version.path.parent], {"rows": version.path}) as connection:
        found = fetch(
            connection, f"select * from rows where {only} and _row <> ? order by _row limit {MOST_ROWS}", [row]
        )
    known = [asked for each in found if (asked := asked_of(each, run.plan, version))]
    if not known:
        return []
    weigh: Any = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"(?u)\w+")
    matrix = weigh.fit_transform([text, *(asked.text for asked in known)])
    likeness = (matrix[1:] @ matrix[0].T).toarray()[:, 0]
    order = [int(place) for place in np.argsort(-likeness, kind="stable")[:most] if likeness[place] > 0]
    return [
        Neighbour(known[place].row, known[place].text, known[place].reference, round(float(likeness[place]), 4))
        for place in order
    ]
