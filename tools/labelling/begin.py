"""What is to be labelled: the column to read, the column to fill, the labels there are, and how many rows."""

from collections.abc import Sequence
from typing import Literal

from store import Version, Workspace
from store.engine import engine
from store.labellings import Labelling, Style
from tools.labelling.pool import MOST_ROWS, count, labels
from tools.tool import ToolError

Which = Literal["missing", "existing"]
MOST_LABELS = 500
NEW = {"labels": ("label", "label"), "answers": ("answer", "completion")}
"""The column that is made where none is there to fill, and its role."""
READ = {"labels": ("text", "prompt"), "answers": ("prompt", "text")}
"""The roles of the column to read, best first."""


def planned(
    ws: Workspace,
    dataset: str,
    *,
    text: str | None = None,
    column: str | None = None,
    style: Style | None = None,
    named: Sequence[str] = (),
    which: Which | None = None,
    rows: int | None = None,
    share: float = 0.1,
) -> tuple[Labelling, int]:
    """A labelling that could be opened, and how many rows there are to label in all.

    Raises:
        ToolError: There is no text to read, or nothing to label.
    """
    head = ws.datasets.head(dataset)
    style = style or _style(head, column, named)
    read = text or next((found for role in READ[style] if (found := head.column(role))), None)
    if read is None:
        raise ToolError(f"{dataset} has no column of texts to read. Name one of {', '.join(head.columns)} as text.")
    fill = column or head.column(NEW[style][1]) or _new_name(head, style)
    if fill == read:
        raise ToolError(f"{fill} cannot be both read and filled. Name another column for the {style}.")
    with engine([head.path.parent], {"parent": head.path}) as con:
        missing = count(con, head, read, fill, checks=False)
        checks = which == "existing" or (which is None and not missing and style == "labels")
        total = count(con, head, read, fill, checks=True) if checks else missing
        known = labels(con, head, fill, MOST_LABELS) if style == "labels" else []
    clean = [" ".join(label.split()) for label in named]
    found = Labelling(
        dataset=dataset,
        version=head.number,
        style=style,
        text=read,
        column=fill,
        checks=checks,
        goal=min(rows or total or MOST_ROWS, total or MOST_ROWS, MOST_ROWS),
        share=share,
        labels=tuple(label for label in (*clean, *known) if label),
    )
    if not total and not ws.labellings.begun(found):
        raise ToolError(_nothing(dataset, fill, checks))
    return found, total


def _style(head: Version, column: str | None, named: Sequence[str]) -> Style:
    if named or head.column("label") or (column and head.roles.get(column) == "label"):
        return "labels"
    prompts = head.column("prompt") is not None or (column and head.roles.get(column) == "completion")
    return "answers" if prompts else "labels"


def _new_name(head: Version, style: Style) -> str:
    name, number = NEW[style][0], 2
    fresh = name
    while fresh in head.columns:
        fresh, number = f"{name}_{number}", number + 1
    return fresh


def _nothing(dataset: str, column: str, checks: bool) -> str:
    if checks:
        return f"No row of {dataset} has a text and a {column}, so there is nothing to check. Label rows first."
    return (
        f"Every row of {dataset} that has a text has a {column} already. Ask to check the labels of {dataset} to look"
        " at them again."
    )
