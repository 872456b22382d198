"""One correction for everything that an audit looks at."""

from collections.abc import Sequence

ALARM = 0.05
"""Above this, corrected, chance may well have given it."""


def holm(chances: Sequence[float]) -> list[float]:
    """P-values corrected for their number (Holm 1979), in the order given; as statsmodels' `multipletests`."""
    order = sorted(range(len(chances)), key=lambda place: chances[place])
    corrected, least = [0.0] * len(chances), 0.0
    for rank, place in enumerate(order):
        least = max(least, min(1.0, chances[place] * (len(chances) - rank)))
        corrected[place] = least
    return corrected
