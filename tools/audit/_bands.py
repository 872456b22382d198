"""A column of numbers as groups: ages in the usual bands, other numbers in quarters."""

import math
from collections.abc import Sequence

import numpy as np

AGES = ((18, "under 18"), (30, "18 to 29"), (45, "30 to 44"), (65, "45 to 64"), (130, "65 and older"))


def banded(name: str, values: Sequence[str]) -> list[str | None]:
    """The band of each value.

    Args:
        name: The column; one with "age" in its name holds ages.
        values: Numbers as text; empty ones are in no band.

    Example:
        >>> banded("age", ["17", "", "70"])
        ['under 18', None, '65 and older']
    """
    read = [float(value) if value else math.nan for value in values]
    numbers = [number if math.isfinite(number) else None for number in read]
    there = [number for number in numbers if number is not None]
    if "age" in name.lower().split("_") and all(0 <= number < AGES[-1][0] for number in there):
        return [None if one is None else next(band for end, band in AGES if one < end) for one in numbers]
    ends = sorted({float(end) for end in np.quantile(there, [0.25, 0.5, 0.75])})
    return [None if number is None else _quarter(number, ends) for number in numbers]


def _quarter(number: float, ends: Sequence[float]) -> str:
    if number <= ends[0]:
        return f"up to {ends[0]:g}"
    above = next((place for place, end in enumerate(ends) if number <= end), None)
    return f"over {ends[-1]:g}" if above is None else f"over {ends[above - 1]:g} to {ends[above]:g}"
