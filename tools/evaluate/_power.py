"""How many rows would tell two models apart, if the difference is as large as it looks."""

# pyright: reportMissingTypeStubs=false, reportUnknownVariableType=false, reportUnknownMemberType=false
# pyright: reportUnknownArgumentType=false

import math

import numpy as np
from scipy.stats import binom, norm

from tools.evaluate._intervals import LEVEL, Estimate
from tools.evaluate._pairs import ALARM

POWER = 0.8
EXACT_UP_TO = 50_000
"""More rows than that are reckoned by the normal formula alone."""


def rows_needed(found: Estimate, rows: int, alarm: float = ALARM) -> int | None:
    """Rows in all for an 80 % chance of telling a difference of this size apart from none.

    The usual formula for a paired mean, n = ((z_0.975 + z_0.8) s / d)^2 (e.g. Chow, Shao and Wang 2008, 3.2). The
    standard error is taken from the interval, and falls with the root of the rows.

    Args:
        found: The difference.
        rows: Rows on which it was seen.
        alarm: The chance of a false alarm: 5 %, or its share where there are several tests.

    Returns:
        None if there is no difference: then no number of rows follows from it.
    """
    if abs(found.value) < 1e-9:
        return None
    error = (found.high - found.low) / (2 * norm.isf((1 - LEVEL) / 2))
    return math.ceil(rows * ((norm.isf(alarm / 2) + norm.ppf(POWER)) * error / found.value) ** 2)


def rows_for_shares(first: int, second: int, rows: int, alarm: float = ALARM) -> int | None:
    """Rows in all for an 80 % chance that McNemar's exact test tells two shares apart.

    Begins from n = (z_0.975 sqrt(p + q) + z_0.8 sqrt(p + q - (p - q)^2))^2 / (p - q)^2 (Connor 1987, Biometrics 43),
    where p and q are the shares of rows that only one of the two gets right, and goes on to the fewest rows at which
    the exact test has that power (Duffy 1984, Biometrics 40).

    Args:
        first: Rows that only one gets right.
        second: Rows that only the other gets right.
        rows: Rows on which that was seen.
        alarm: The chance of a false alarm: 5 %, or its share where there are several tests.

    Returns:
        None if neither is ahead: then no number of rows follows.
    """
    if first == second:
        return None
    either, apart = (first + second) / rows, abs(first - second) / rows
    sure, able = float(norm.isf(alarm / 2)), float(norm.ppf(POWER))
    connor = (sure * math.sqrt(either) + able * math.sqrt(either - apart**2)) ** 2 / apart**2
    low, high = math.ceil(connor * 0.8), math.ceil(connor * 1.6) + 20
    if high > EXACT_UP_TO:
        return math.ceil(connor)
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if power(middle, first / rows, second / rows, alarm) >= POWER else (middle + 1, high)
    return low


def power(rows: int, first: float, second: float, alarm: float = ALARM) -> float:
    """The chance that McNemar's exact test tells the two apart.

    Args:
        rows: Rows of the test.
        first: The share of rows that only one gets right.
        second: The share that only the other gets right.
        alarm: The chance of a false alarm.
    """
    either = first + second
    spread = 6 * math.sqrt(rows * either * (1 - either)) + 1
    differ = np.arange(max(0, int(rows * either - spread)), min(rows, int(rows * either + spread) + 1) + 1)
    most = binom.ppf(alarm / 2, differ, 0.5)  # the most of the rarer kind that the test still takes for no chance
    most = np.where(binom.cdf(most, differ, 0.5) < alarm / 2, most, most - 1)
    share = first / either
    told = np.where(most >= 0, binom.cdf(most, differ, share) + binom.sf(differ - most - 1, differ, share), 0.0)
    return float(binom.pmf(differ, rows, either) @ told)
