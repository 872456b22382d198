"""What a proposal is, and how it is told."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from store.counted import Count
from store.database import Row
from store.narrowing import Narrowing, Revised


@dataclass(frozen=True)
class Fix:
    """A proposed change.

    `state` is open, declined, applied or replaced (by a newer proposal of its kind, or one that was narrowed).
    """

    id: str
    dataset: str
    version: int
    kind: str
    sentence: str
    """What would be done: "Drop 14 rows that repeat an earlier row."."""
    done: str
    """The same once done, with `{rows}` for how many; empty says it as `sentence` does."""
    why: str
    rows: int
    payload_hash: str
    path: Path
    state: str
    note: str
    template: str = ""
    """`sentence` for any number of rows, with `{rows}`."""
    way: str = ""
    """How it mends, where a kind can be mended in several ways, such as "mask"."""
    revised: tuple[Revised, ...] = ()
    """The values that the user wrote."""
    draft: Narrowing = Narrowing()
    """What the user means to leave out or write otherwise, and has not approved yet."""

    def told(self, changed: int) -> str:
        """What was done, for the history; how many rows were left because they had changed."""
        sentence = self.done.format(rows=Count(changed)) if self.done else self.sentence
        sentence += f" {Count(len(self.revised)):value|values} as written by hand." if self.revised else ""
        left = self.rows - changed
        return (
            sentence if not left else f"{sentence} {Count(left):row|rows} of {self.rows:,} had changed or gone since."
        )

    def sentence_for(self, rows: int, revised: int = 0) -> str:
        """What would be done to so many of its rows, some with values that the user wrote."""
        sentence = self.template.format(rows=Count(rows)) if self.template else self.sentence
        if not self.template and rows != self.rows:
            sentence = f"{sentence} Only {Count(rows):row|rows} of {self.rows:,}."
        return f"{sentence} {Count(revised):value|values} as written by you." if revised else sentence


def fix_of(row: Row, folder: Path) -> Fix:
    """A row of the table `fixes`."""
    names = ("dataset", "version", "kind", "sentence", "done", "why", "rows", "payload_hash", "state", "note")
    told: dict[str, Any] = {name: row[name] for name in (*names, "template", "way")}
    revised = tuple((line, column, proposed, after) for line, column, proposed, after in json.loads(row["revised"]))
    draft = Narrowing.from_json(json.loads(row["draft"]))
    return Fix(id=f"fix-{row['number']}", path=folder / row["file"], revised=revised, draft=draft, **told)
