"""One correction for everything that is looked at together."""

from collections.abc import Sequence


def holm(chances: Sequence[float]) -> list[float]:
    """P values corrected for how many there are, in the order given (Holm 1979); as statsmodels' `multipletests`.

    Then in at most 5 of 100 families without any effect, one or more are below 5 %.
    """
    corrected, highest = [0.0] * len(chances), 0.0
    for rank, place in enumerate(sorted(range(len(chances)), key=lambda place: chances[place])):
        highest = max(highest, min(1.0, (len(chances) - rank) * chances[place]))
        corrected[place] = highest
    return corrected
