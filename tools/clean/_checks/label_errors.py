"""Labels that are likely wrong, by a model that never saw the row."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from tools.clean._edits import Edit, saved
from tools.clean._examined import HAS_WORDS, Examined
from tools.clean._missing import missing_answer
from tools.clean._proposal import Proposal
from tools.clean._vectors import left_out, sampled, vectors

GROUP = "labels"
CALLED = "mislabelled mislabeled mislabelling mislabeling misclassified miscategorised miscategorized noisy"
"""What people call it."""

LEAST_ROWS = 100
LEAST_OF_LABEL = 10
"""Rows of a label below which a model cannot learn what it stands for."""
MOST_LABELS = 500
LEARNABLE = 0.5
"""Kappa of the model's guesses below which it knows too little to judge."""
CLEAR = 1.0
"""How many times likelier (natural logarithm) another label must be, and, to be set, than any other one."""


def find(data: Examined) -> Proposal | str:
    """Propose the label that a model is sure of, and dropping the row where no other than the wrong one is clear."""
    here = data.here
    if here.label is None:
        return "no label column"
    conflicting = f"(select plain from {here.rows} group by plain having count(distinct label) > 1)"
    rows = sampled(data, f"{HAS_WORDS} and not {missing_answer('label')} and plain not in {conflicting}")
    counts = Counter(label for _, _, label, _ in rows)
    rows = [row for row in rows if counts[row[2]] >= LEAST_OF_LABEL]
    labels = sorted({label for _, _, label, _ in rows})
    if len(labels) < 2:
        return f"fewer than two labels with {LEAST_OF_LABEL} rows"
    if len(rows) < LEAST_ROWS or len(labels) > MOST_LABELS:
        return f"it takes {LEAST_ROWS} rows and at most {MOST_LABELS} labels"
    found = _suspects(rows, labels, here.label)
    if isinstance(found, str):
        return found
    return Proposal(
        found=f"{{rows:row has|rows have}} a label that is likely wrong{left_out(data, len(rows))}",
        sentence="Correct the label of {rows:row|rows}, or drop the row where no other label is clear.",
        done="Corrected the label of {rows:row|rows}, or dropped the row where no other label was clear.",
        why="A simple model, trained on the other rows, is sure that the text belongs to another label (confident"
        " learning). Wrong labels are learnt like right ones.",
        doubt="It goes by words alone: about one in five of these labels may be right after all, rather those with the"
        " lower percentage; irony and rare topics mislead it. It only sees mistakes that stand out.",
        edits="from suspects",
        views={"suspects": saved(data, "label_errors", found)},
    )


def _suspects(rows: Sequence[tuple[Any, ...]], labels: list[str], column: str) -> Iterator[Edit] | str:
    import numpy as np  # noqa: PLC0415  with scikit-learn, it takes a second

    from tools.clean._misfits import expected, misfits  # noqa: PLC0415

    number = {label: place for place, label in enumerate(labels)}
    classes = np.array([number[label] for _, _, label, _ in rows])
    model = expected(vectors([text for _, text, _, _ in rows]), classes)
    if model.agrees(classes) < LEARNABLE:
        return f"a simple model agrees with too few values of {column} to judge the others"
    sure = misfits(model, classes) * (model.top - model.given >= CLEAR)

    def edit(place: int) -> Edit:
        row, _, label, shown = rows[place]
        better = labels[int(model.best[place])]
        told = f"{min(99, int(100 * sure[place]))} % sure that it is not {label}"
        if model.lead[place] >= CLEAR:
            return Edit(row, column, label, better, f"reads like {better}; {told}: {shown}")
        return Edit(row, column, shown, None, f"{told}, perhaps {better}", "drop")

    return (edit(int(place)) for place in np.flatnonzero(sure))
