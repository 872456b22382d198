"""How much effort to make: one word that moves all the settings."""

from dataclasses import dataclass

from tools.train._wishes import Effort


@dataclass(frozen=True)
class Dial:
    """What a position of the dial means.

    Attributes:
        title: What it is called on the screen.
        rows: The most training rows; None for all of them.
        passes: Times the usual number of epochs.
        rank: Size of an adapter, and of one for more than `MANY_ROWS`.
        evaluation_rows: Rows that the evaluation loss is measured on.
        gives: What one gets.
    """

    title: str
    rows: int | None
    passes: float
    rank: tuple[int, int]
    evaluation_rows: int
    gives: str


MANY_ROWS = 20_000
DIALS: dict[Effort, Dial] = {
    "quick": Dial(
        "quick look", 500, 0.5, (8, 8), 50, "a first impression: whether it learns at all, from a sample of the rows"
    ),
    "balanced": Dial("balanced", None, 1.0, (16, 32), 100, "a model to work with: all rows, as often as is usual"),
    "best": Dial(
        "best", None, 1.5, (32, 64), 400, "the most this machine can give: a larger base, more passes, finer checks"
    ),
}
"""The positions, from the least effort to the most."""
EFFORTS: tuple[Effort, ...] = ("quick", "balanced", "best")
