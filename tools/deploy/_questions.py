"""What the forms of a model are asked: the same rows of the run's own data, those held out first."""

from dataclasses import dataclass
from typing import Any

from store import Version
from store.engine import engine, fetch
from tools.evaluate._rows import asked_of, only

PROMPTS = 50
SPLITS = ("test", "validation", "train")


@dataclass(frozen=True)
class Asked:
    """One row.

    Attributes:
        messages: What a generating model is asked; empty for one that reads a text.
        text: What such a one reads.
        reference: The right answer, or empty.
    """

    messages: list[dict[str, str]]
    text: str
    reference: str


def questions(version: Version, plan: dict[str, Any], most: int = PROMPTS) -> tuple[str, list[Asked]]:
    """The first rows of the test split; of validation, or of training, where there are none.

    Returns:
        The split, or "all" where the data are not split; and the rows, fewer than `most` where there are fewer.
    """
    column = version.column("split")
    for split in SPLITS if column else ("all",):
        with engine([version.path.parent], {"rows": version.path}) as connection:
            rows = fetch(connection, f"select * from rows where {only(version, split)} order by _row limit {4 * most}")
        found = [asked for row in rows if (asked := asked_of(row, plan, version))]
        if found:
            return split, [Asked(each.messages, each.text, each.reference) for each in found[:most]]
    return "all", []
