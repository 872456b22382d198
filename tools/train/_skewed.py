"""Dealing rows to clients by lot, so that some labels are common at one and rare at another."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

TRIES = 200
FEWEST = 10
"""Training rows that each client should have, where there are enough."""
Row = tuple[str, str | None]
"""The side of the split that a row is on, and its label."""


def skewed(rows: Sequence[Row], clients: int, *, alpha: float | None, seed: int) -> list[int] | None:
    """The client of each row, drawn by a seed.

    For each label, the shares of the clients are drawn from a Dirichlet distribution (Hsu et al. 2019,
    arXiv:1909.06335): with alpha 0.1 a client sees few labels, with 100 all see nearly the same. Training and
    validation rows of a label are shared in the same way. It is drawn again until each client has some training rows.

    Args:
        rows: Side and label of each row.
        clients: How many there are.
        alpha: The skew; None deals evenly.
        seed: Of the draw.

    Returns:
        A number below `clients` for each row, or None if every draw left a client without a training row.
    """
    piles: dict[Row, list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        piles[row].append(place)
    training = np.array([side == "train" for side, _ in rows])
    random = np.random.default_rng(seed)
    best, most = None, 0
    wanted = min(FEWEST, int(training.sum()) // (2 * clients))
    for _ in range(TRIES if alpha is not None else 1):
        found = _draw(piles, len(rows), clients, alpha, random)
        fewest = int(np.bincount(found[training], minlength=clients).min())
        if fewest > most:
            best, most = found, fewest
        if most >= max(1, wanted):
            break
    return None if best is None else [int(place) for place in best]


def _draw(
    piles: Mapping[Row, list[int]], rows: int, clients: int, alpha: float | None, random: np.random.Generator
) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    found = np.zeros(rows, dtype=np.int64)
    shares: dict[str | None, np.ndarray[tuple[int], np.dtype[np.float64]]] = {}
    first = 0
    for side, label in sorted(piles, key=repr):
        pile = random.permutation(np.array(piles[side, label]))
        if alpha is None:
            found[pile] = (np.arange(len(pile)) + first) % clients
            first += len(pile)  # goes on where the last label ended, so that no client gets all the remainders
            continue
        if label not in shares:
            shares[label] = random.dirichlet(np.full(clients, alpha))
        ends = (np.cumsum(shares[label])[:-1] * len(pile)).round().astype(int)
        for client, part in enumerate(np.split(pile, ends)):
            found[part] = client
    return found


def dealt(sizes: Mapping[str, int], clients: int) -> dict[str, int]:
    """The client of each value: the largest first, each to whom has fewest rows so far."""
    held = [0] * clients
    home: dict[str, int] = {}
    for value in sorted(sizes, key=lambda value: (-sizes[value], value)):
        home[value] = held.index(min(held))
        held[home[value]] += sizes[value]
    return home
