"""What differential privacy costs and gives: epsilon and delta of a federated training."""

from math import inf, log, log1p

ORDERS = (*(1 + tenth / 10 for tenth in range(1, 101)), *range(12, 64), 128, 256, 512, 1024)
"""The orders at which the Rényi divergence is bounded, those of Google's dp-accounting, which Flower counts with."""
MOST_NOISE = 10_000.0
PRECISION = 1e-4


def epsilon(noise: float, rounds: int, delta: float) -> float:
    """The privacy loss of a client over all rounds, when every client takes part in every round.

    A round releases a sum of updates, each clipped to length C, with Gaussian noise of standard deviation noise * C.
    Its Rényi divergence of order a between taking part and not is a / (2 noise²) (Mironov 2017, arXiv:1702.07476),
    rounds add up, and the sum is turned into (epsilon, delta) by Proposition 12 of Canonne, Kamath and Steinke 2020
    (arXiv:2004.00010). Sampling that would amplify it is not assumed.

    Args:
        noise: Noise multiplier, above 0.
        rounds: How many sums are released.
        delta: The chance, below 1, with which the bound may fail.
    """
    found = inf
    for order in ORDERS:
        divergence = rounds * order / (2 * noise**2)
        found = min(found, divergence + log1p(-1 / order) - log(delta * order) / (order - 1))
    return max(0.0, found)


def noise_for(wanted: float, rounds: int, delta: float) -> float | None:
    """The smallest noise multiplier, to four places, that keeps the loss at `wanted`; None if none does."""
    low, high = 0.0, MOST_NOISE
    if epsilon(high, rounds, delta) > wanted:
        return None
    while high - low > PRECISION / 2:
        middle = (low + high) / 2
        low, high = (low, middle) if epsilon(middle, rounds, delta) <= wanted else (middle, high)
    return round(high + PRECISION / 2, 4)
