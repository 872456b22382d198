"""Which rows say what an earlier row says in other words, by the vectors of a static encoder."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tools.clean._compared import Compared
from tools.clean._near import Mask, Near
from tools.clean._shingles import Places, Shares
from tools.embeddings.neighbours import neighbours
from tools.embeddings.static import encoder

FEWEST, MOST = 3, 60
"""Words of a text. One or two are no sentence, and the mean of many tells little but the topic."""
TRIED = 4
"""Earlier rows that a row is held against, the most alike."""
AGAIN = 2
"""Times to hold a row against the row that stays, where all it is like have gone."""
Stored = NDArray[np.float16]


class Alike:
    """The rows as vectors, in files; each field has its own.

    Args:
        rows: The rows.
        left_out: Places of rows that are not looked at.
    """

    def __init__(self, rows: Compared, left_out: Places) -> None:
        self._rows = rows
        self._vectors, fits = _encoded(rows)
        fits[left_out] = False
        _, groups = np.unique(rows.numbers("apart"), return_inverse=True)
        self._groups = np.where(fits, groups, -1)

    def found(self, least: float) -> Near:
        """The rows whose cosine to an earlier one that stays is at least that in every field."""
        pairs = neighbours(self._vectors[0], self._groups, least, TRIED)
        one, other, cosine = self._checked(pairs.one, pairs.other, least)
        kept_by, further = _chosen(one, other, cosine)
        for _ in range(AGAIN):
            if not further:
                break
            roots, rows = (np.array(side) for side in zip(*further, strict=True))
            more, less, figures = self._checked(roots, rows, least)
            one, other = np.concatenate([one, more]), np.concatenate([other, less])
            cosine = np.concatenate([cosine, figures])
            kept_by, further = _chosen(one, other, cosine)
        row = np.array(sorted(kept_by), np.int64)
        kept = [kept_by[place] for place in row.tolist()]
        return Near(row, np.array([one for one, _ in kept], np.int64), np.array([cosine for _, cosine in kept]))

    def _checked(self, one: Places, other: Places, least: float) -> tuple[Places, Places, Shares]:
        """The pairs that are alike in every field and are not told apart by a word."""
        cosine = np.ones(len(one))
        for vectors in self._vectors:
            for start in range(0, len(one), 20_000):
                part = slice(start, start + 20_000)
                dot = np.einsum("ij,ij->i", vectors[one[part]], vectors[other[part]], dtype=np.float32)
                cosine[part] = np.minimum(cosine[part], dot)
        alike = np.flatnonzero(cosine >= least)
        alike = alike[~self._rows.unlike(one[alike], other[alike])]
        return one[alike], other[alike], cosine[alike]


def _encoded(rows: Compared) -> tuple[list[Stored], Mask]:
    """The vectors of each field, and which rows have neither too few nor too many words to compare."""
    files = [rows.file.with_suffix(f".vectors{field}") for field in range(rows.fields)]
    fits: list[Mask] = []
    opened = [file.open("wb") for file in files]
    for part in rows.batches():
        fits.append(np.array([_fits(row[0]) and all(not text or _fits(text) for text in row[1:]) for row in part]))
        for field, file in enumerate(opened):
            encoder().encode(row[field] for row in part).astype(np.float16).tofile(file)
    for file in opened:
        file.close()
    dimensions = encoder().dimensions
    return [_stored(file, dimensions) for file in files], np.concatenate([np.zeros(0, bool), *fits])


def _stored(file: Path, dimensions: int) -> Stored:
    return np.memmap(file, np.float16, "r").reshape(-1, dimensions) if file.stat().st_size else np.zeros((0, 1), "f2")


def _fits(text: str) -> bool:
    return FEWEST <= text.count(" ") + 1 <= MOST


def _chosen(one: Places, other: Places, cosine: Shares) -> tuple[dict[int, tuple[int, float]], list[tuple[int, int]]]:
    """Who goes because of whom, in the order of the rows; and which pairs to look at further.

    A row that is like rows that have all gone may be like the ones these were like.
    """
    kept_by: dict[int, tuple[int, float]] = {}
    roots: dict[int, set[int]] = {}
    for place in np.lexsort((-cosine, other)).tolist():
        row, earlier = int(other[place]), int(one[place])
        if row in kept_by:
            continue
        if earlier in kept_by:
            roots.setdefault(row, set()).add(kept_by[earlier][0])
        else:
            kept_by[row] = (earlier, float(cosine[place]))
    tried = set(zip(one.tolist(), other.tolist(), strict=True))
    further = [(root, row) for row, some in roots.items() if row not in kept_by for root in some]
    return kept_by, [pair for pair in further if pair not in tried and pair[0] < pair[1]]
