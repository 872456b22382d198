"""Texts unlike all others."""

from collections.abc import Iterator, Sequence
from typing import Any

from tools.clean._edits import Edit, saved
from tools.clean._examined import Examined
from tools.clean._proposal import Proposal
from tools.clean._vectors import left_out, sampled, vectors

GROUP = "text"
CALLED = "outlier outliers anomaly anomalies anomalous odd-row strange-row weird-row unusual-row odd-one strange-one"
"""What people call it."""

LEAST_ROWS = 100
"""Before it can be said what is usual."""
ROWS_TO_BE_ALONE = 500
"""Among fewer a good row may well be the only one about its subject; only one that looks odd too is proposed."""
MOST_ROWS = 20_000
FAR, VERY_FAR = 2.0, 6.0
"""Robust standard deviations: with an odd look, and by itself."""
LEAST_CHARACTERS = 20
"""A text as short as a greeting shares little with others and is not odd for that."""


def find(data: Examined) -> Proposal | str:
    """Propose dropping the clear ones: of an odd look and unlike the others, or sharing next to nothing with any."""
    rows = sampled(data, "trim(exact, chr(31)) <> ''", MOST_ROWS)
    if len(rows) < LEAST_ROWS:
        return f"it takes {LEAST_ROWS} texts to tell what is usual"
    file = saved(data, "outliers", _odd(data.here.inputs[0], rows))
    return Proposal(
        found=f"{{rows:row is|rows are}} unlike all others{left_out(data, len(rows))}",
        sentence="Drop {rows:row that is|rows that are} unlike all others.",
        done="Dropped {rows:row that was|rows that were} unlike all others.",
        why="Texts that look odd and share hardly a word with any other are mostly keyboard noise, data of another kind"
        " or mistakes of loading, and teach nothing about the rest.",
        doubt="What is rare is not always wrong: the only row about its subject can be the one you need.",
        edits="from odd",
        views={"odd": file},
    )


def _odd(column: str, rows: Sequence[tuple[Any, ...]]) -> Iterator[Edit]:
    from tools.clean._strangeness import NO_LETTERS, far, odd_looks  # noqa: PLC0415  with scikit-learn, it takes a second

    texts = [text for _, text, _, _ in rows]
    distances = far(vectors(texts))
    very_far = VERY_FAR if len(rows) >= ROWS_TO_BE_ALONE else float("inf")
    for (row, text, _, shown), distance, look in zip(rows, distances, odd_looks(texts), strict=True):
        long = len(text) >= LEAST_CHARACTERS
        if not long or not (distance > very_far or (look and distance > FAR) or NO_LETTERS in look):
            continue
        alone = "shares next to nothing with any other row" if distance > very_far else ""
        far_off = "" if alone or distance <= FAR else "unlike other rows"
        yield Edit(row, column, shown, None, "; ".join(part for part in (alone, look, far_off) if part), "drop")
