"""How recent requests differ from what the model that answers was trained on."""

# pyright: reportMissingTypeStubs=false, reportArgumentType=false, reportUnknownVariableType=false, reportUnknownMemberType=false

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from store import Workspace
from store.requests import Request
from tools.embeddings.static import Vectors
from tools.monitor._adwin import changes
from tools.monitor._domain import Apart, apart
from tools.monitor._findable import findable
from tools.monitor._novelty import NEW, Novelty
from tools.monitor._psi import Stability, stability, stability_of_numbers
from tools.monitor._trained_on import Asked, known_to

CLUSTERS = 10
RECENT = 500
"""The newest requests, which are compared."""
EXAMPLES = 8
ALIKE = 0.6
"""The cosine from which one of two new texts is example enough."""


@dataclass(frozen=True)
class Drifted:
    """What was found."""

    run: str
    compared: int
    new: int
    """Requests that are newer than 95 of 100 held-out rows; 5 of 100 are to be expected."""
    beyond_mix: float
    """By how many standard deviations these are more than if only the mix of known groups were another."""
    held: int
    """Rows that were held out, among which requests are ranked."""
    findable: float | None
    """The least share of new requests that is found within 200 requests, mostly; None if none is."""
    domain: Apart | None
    clusters: Stability
    lengths: Stability | None
    """Of questions, recent ones against earlier ones."""
    labels: Stability | None
    trained_labels: dict[str, int]
    changes: dict[str, list[float]]
    """When (seconds since 1970) something changed its mean, by what."""
    examples: list[Request]
    """New requests, each unlike the others; empty if texts are not kept."""
    ranks: list[tuple[float, float]]
    """When each request came, and how new it is among held-out rows."""


def drifted(ws: Workspace, run: str, requests: Sequence[Request], earlier: Sequence[Request]) -> Drifted | None:
    """Compare requests with the training rows of the run that answers them.

    Args:
        ws: The workspace.
        run: The run.
        requests: Those of the time that is looked at, oldest first.
        earlier: Those before, for the lengths.

    Returns:
        None if there is nothing to compare: too few training rows, or no vectors of requests.
    """
    known, seen = known_to(ws, run), with_vectors(requests)
    if known is None or not seen:
        return None
    novelty, training = known.novelty, known.training
    recent = seen[-RECENT:]
    vectors = vectors_of(recent)
    if vectors.shape[1] != training.shape[1]:
        return None
    found = novelty.of(vectors)
    ranks = novelty.ranks(found)
    one, other = _clusters(training, vectors)
    return Drifted(
        run=run,
        compared=len(recent),
        new=int((ranks > NEW).sum()),
        beyond_mix=novelty.beyond_mix(novelty.known.nearest(vectors), found),
        held=len(novelty.held),
        findable=findable(novelty.held, novelty.strange),
        domain=apart(training, vectors),
        clusters=stability(one, other),
        lengths=_lengths(earlier or seen[: len(seen) // 2], recent),
        labels=_labels(known.asked, requests),
        trained_labels=known.asked.labels,
        changes=_changes(requests, novelty),
        examples=_examples(recent, vectors, ranks),
        ranks=[(each.at, float(rank)) for each, rank in zip(recent, ranks, strict=True)],
    )


def with_vectors(requests: Sequence[Request]) -> list[Request]:
    """Those of which the vector is kept."""
    return [each for each in requests if each.features]


def vectors_of(requests: Sequence[Request]) -> Vectors:
    """Their vectors, float32 [requests, dimensions]; each has one."""
    return np.stack([np.frombuffer(each.features or b"", np.float16) for each in requests]).astype(np.float32)


def _clusters(training: Vectors, recent: Vectors) -> tuple[list[int], list[int]]:
    from sklearn.cluster import KMeans  # noqa: PLC0415  (slow to import)

    groups: Any = KMeans(min(CLUSTERS, len(training)), n_init=1, random_state=0).fit(training)
    return groups.predict(training).tolist(), groups.predict(recent).tolist()


def _lengths(earlier: Sequence[Request], recent: Sequence[Request]) -> Stability | None:
    before, now = ([each.prompt_tokens for each in some if each.prompt_tokens] for some in (earlier, recent))
    return stability_of_numbers(np.array(before, float), np.array(now, float)) if before and now else None


def _labels(asked: Asked, requests: Sequence[Request]) -> Stability | None:
    chosen = [each.label for each in requests if each.label is not None][-RECENT:]
    trained = [label for label, rows in asked.labels.items() for _ in range(rows)]
    return stability(trained, chosen) if trained and chosen else None


def _changes(requests: Sequence[Request], novelty: Novelty) -> dict[str, list[float]]:
    done = [each for each in requests if each.outcome == "answered"]
    seen, sure = with_vectors(requests), [each for each in done if each.confidence is not None]
    new = novelty.of(vectors_of(seen)).tolist()
    series: dict[str, tuple[list[Request], list[float]]] = {
        "how new requests are": (seen, new),
        "seconds": (done, [each.seconds for each in done]),
        "confidence": (sure, [each.confidence or 0.0 for each in sure]),
    }
    return {what: [its[at].at for at in changes(values)] for what, (its, values) in series.items()}


def _examples(requests: Sequence[Request], vectors: Vectors, ranks: NDArray[np.float64]) -> list[Request]:
    chosen: list[int] = []
    for place in np.argsort(-ranks, kind="stable").tolist():
        if ranks[place] <= NEW or len(chosen) == EXAMPLES:
            break
        if requests[place].prompt and all(float(vectors[place] @ vectors[other]) < ALIKE for other in chosen):
            chosen.append(place)
    return [requests[place] for place in chosen]
