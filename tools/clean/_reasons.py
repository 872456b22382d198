"""Exceptions that another column explains."""

import numpy as np
from numpy.typing import NDArray

from tools.clean._cells import Cells

REASON = 3
"""The exceptions that a value of another column has to bring along, being most of its rows, to be their reason."""


def without_reason(cells: Cells, exceptions: NDArray[np.bool_], of: set[str]) -> NDArray[np.bool_]:
    """The exceptions without those that a value of another column brings along in most of its rows.

    An example is a region with prices of its own in a table where the product says what the price is.

    Args:
        cells: The table.
        exceptions: By row, whether it is one.
        of: The columns in which they are exceptions.
    """
    kept = exceptions.copy()
    for column, codes in cells.codes.items():
        if column in of:
            continue
        known, rows = codes >= 0, cells.counts[column]
        brought = np.bincount(codes[known & exceptions], minlength=len(rows))
        reason = (brought >= REASON) & (brought * 2 >= rows)
        kept &= ~(known & reason[np.maximum(codes, 0)])
    return kept
