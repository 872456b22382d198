"""What a tool gives back: words, tables, plots and files. Every figure in it was computed, none was generated."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

from tools.plot import Plot


@dataclass(frozen=True)
class Table:
    """Rows to look at. Cells are text, numbers or None; `mark` names a column to set apart."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]


@dataclass(frozen=True)
class Change:
    """Rows before and after a change, for a card: drawn with the difference marked."""

    title: str
    rows: Sequence[tuple[str, str, str]]
    """(where, before, after); an empty `after` means that the row goes."""


@dataclass(frozen=True)
class Weighed:
    """A text whose words speak for or against something, to be drawn with the sign and the strength marked."""

    title: str
    pieces: Sequence[tuple[str, float | None]]
    """The text in order, cut up: each piece with its weight, or None for what was not weighed, such as spaces."""
    toward: str
    """What a weight above zero speaks for."""


@dataclass(frozen=True)
class Result:
    """What a tool found or did.

    Attributes:
        text: One to a few sentences, shown to the user as they are and told to the model.
        weighed: Texts with their words weighed, shown under the text.
        tables: Shown under those.
        changes: Before and after, on approval cards.
        plots: Shown under the tables.
        files: Paths of files the user may open or download.
        next: What the user may sensibly ask next, in their words; shown as chips.
        data: The figures for programs, as JSON.
    """

    text: str
    tables: Sequence[Table] = ()
    changes: Sequence[Change] = ()
    plots: Sequence[Plot] = ()
    files: Sequence[str] = ()
    next: Sequence[str] = ()
    data: dict[str, Any] | None = None
    weighed: Sequence[Weighed] = ()

    def __str__(self) -> str:
        return self.text

    def as_json(self) -> dict[str, Any]:
        """As JSON types."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        """The inverse of `as_json`."""
        parts: dict[str, Any] = {
            "tables": [Table(**table) for table in value.get("tables", ())],
            "changes": [
                Change(change["title"], [(w, b, a) for w, b, a in change["rows"]])
                for change in value.get("changes", ())
            ],
            "plots": [Plot(**plot) for plot in value.get("plots", ())],
            "weighed": [
                Weighed(text["title"], [(piece, weight) for piece, weight in text["pieces"]], text["toward"])
                for text in value.get("weighed", ())
            ],
        }
        return cls(**(value | parts))
