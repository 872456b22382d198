"""Labels with too few rows to be learnt, or with nearly all of them."""

from store.counted import Count
from tools.clean._examined import Examined
from tools.clean._missing import missing_answer
from tools.clean._proposal import Notice

GROUP = "labels"
CALLED = "imbalance imbalanced unbalanced balance skew skewed rare minority"
"""What people call it."""

LEAST_ROWS = 30
"""Of a dataset, before the shares of its labels mean anything."""
FEW = 10
"""Rows of a label below which there are too few to learn from and to test on."""
RATIO = 10
"""Rows of the largest label to one of the smallest from which it is worth a word."""
NAMED = 5


def find(data: Examined) -> Notice | str:
    """Say which labels are rare. Dropping rows of the others would lose what they teach, so nothing is proposed."""
    here = data.here
    if here.label is None:
        return "no label column"
    counts: list[tuple[str, int]] = data.connection.execute(
        f"select label, count(*) from {here.rows} where not {missing_answer('label')} group by label"
        " order by count(*), label"
    ).fetchall()
    rows = sum(count for _, count in counts)
    if rows < LEAST_ROWS:
        return f"fewer than {LEAST_ROWS} labelled rows"
    if len(counts) < 2:
        return "fewer than two labels"
    if len(counts) > rows / 3:
        return f"{here.label} is different in nearly every row"
    most, largest = counts[-1]
    rare = [(label, count) for label, count in counts if count < FEW or count * RATIO <= largest]
    return Notice(_told(rare, most, largest, rows, here.version.dataset) if rare else "")


def _told(rare: list[tuple[str, int]], most: str, largest: int, rows: int, dataset: str) -> str:
    named = ", ".join(f"{label} ({count:,})" for label, count in rare[:NAMED])
    more = f" and {len(rare) - NAMED:,} more" if len(rare) > NAMED else ""
    return (
        f"Of {Count(rows):labelled row|labelled rows}, {largest:,} are {most}, while"
        f" {Count(len(rare)):label has|labels have} few: {named}{more}. A model seldom gives a label that it seldom"
        f" saw: load more such rows, or augment {dataset}; and go by macro F1 rather than accuracy."
    )
