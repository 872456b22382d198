"""A service over time, as plots: how much it is asked, how quickly it answers, its labels, and how new requests are."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from statistics import median
from typing import Any

import numpy as np

from store.requests import Request
from tools.plot import Plot

PIECES = 30
"""Points of each line."""
MOST_LABELS = 6
MINUTE = 60.0


def asked_plot(requests: Sequence[Request]) -> Plot | None:
    """Requests per minute."""
    ends, pieces = _pieces(requests)
    width = (ends[1] - ends[0]) / MINUTE
    rows = [
        {"minutes ago": ago, "requests per minute": round(len(piece) / width, 2)} for ago, piece in _ago(ends, pieces)
    ]
    return _line("Requests per minute", rows, "requests per minute")


def seconds_plot(requests: Sequence[Request]) -> Plot | None:
    """How long answers took: half of them, and 95 of 100."""
    done = [each for each in requests if each.outcome == "answered"]
    told: dict[str, Callable[[list[float]], float]] = {
        "half": median,
        "95 of 100": lambda some: float(np.quantile(some, 0.95)),
    }
    ends, pieces = _pieces(done)
    rows = [
        {"minutes ago": ago, "seconds": round(of([each.seconds for each in piece]), 4), "no longer than": name}
        for ago, piece in _ago(ends, pieces)
        if piece
        for name, of in told.items()
    ]
    return _line("Seconds that answers took", rows, "seconds", "no longer than")


def labels_plot(requests: Sequence[Request]) -> Plot | None:
    """The share of the labels that were answered most."""
    labelled = [each for each in requests if each.label is not None]
    most = [label for label, _ in Counter(each.label for each in labelled).most_common(MOST_LABELS)]
    ends, pieces = _pieces(labelled)
    rows = [
        {"minutes ago": ago, "share": round(sum(each.label == label for each in piece) / len(piece), 3), "label": label}
        for ago, piece in _ago(ends, pieces)
        if piece
        for label in most
    ]
    return _line("Share of the labels", rows, "share", "label")


def novelty_plot(ranks: Sequence[tuple[float, float]]) -> Plot | None:
    """How new requests are: the mean rank among held-out rows, 0.5 while nothing drifts."""
    ends, places = _split([at for at, _ in ranks])
    values = np.array([rank for _, rank in ranks])
    rows = [
        {"minutes ago": ago, "how new": round(float(values[piece].mean()), 3)}
        for ago, piece in _ago(ends, places)
        if piece
    ]
    return _line("How new requests are (0.5: as the training rows)", rows, "how new")


def when(at: float) -> str:
    """A time as people read it, in UTC."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M UTC")


def _line(title: str, rows: list[dict[str, Any]], what: str, each: str | None = None) -> Plot | None:
    """A line over time; None where all the requests came within one stretch of it."""
    times = {row["minutes ago"] for row in rows}
    return Plot(title, "line", rows, "minutes ago", what, each) if len(times) > 1 else None


def _pieces(requests: Sequence[Request]) -> tuple[list[float], list[list[Request]]]:
    ends, places = _split([each.at for each in requests])
    return ends, [[requests[place] for place in piece] for piece in places]


def _split(times: Sequence[float]) -> tuple[list[float], list[list[int]]]:
    """Ends of equal stretches of time, and the places of what falls into each; at least a minute each."""
    first, last = (min(times), max(times)) if times else (0.0, 0.0)
    pieces = int(min(PIECES, max(1, (last - first) // MINUTE)))
    width = max((last - first) / pieces, MINUTE)
    found: list[list[int]] = [[] for _ in range(pieces)]
    for place, at in enumerate(times):
        found[min(pieces - 1, int((at - first) / width))].append(place)
    return [first + width * number for number in range(pieces + 1)], found


def _ago(ends: Sequence[float], pieces: Sequence[list[Any]]) -> list[tuple[float, list[Any]]]:
    """Each piece with its middle, in minutes before the last end, below zero."""
    middles = [((one + other) / 2 - ends[-1]) / MINUTE for one, other in zip(ends, ends[1:], strict=False)]
    return [(round(middle, 1), piece) for middle, piece in zip(middles, pieces, strict=True)]
