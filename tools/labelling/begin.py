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
SHARE = 0.1
"""Of the rows, how many everybody labels, if nothing is said of it."""
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
    share: float | None = None,
) -> tuple[Labelling, int]:
    """A labelling that could be opened, and how many rows there are to label in all; what is not said stays as it was.

    Raises:
        ToolError: There is no text to read, or nothing to label.
    """
    head = ws.datasets.head(dataset)
    last = None if text or column or style or which else ws.labellings.newest(dataset)
    style = style or (last.style if last and not named else _style(head, column, named))
    if last and last.style == style:
        text, column, which = last.text, last.column, "existing" if last.checks else None
    read, fill = _columns(head, style, text, column)
    with engine([head.path.parent], {"parent": head.path}) as con:
        missing = count(con, head, read, fill, checks=False)
        checks = which == "existing" or (which is None and not missing and style == "labels")
        old = ws.labellings.begun(dataset, fill, checks)
        said = [each.row for each in ws.labellings.standing(old.number)] if old else []
        total = count(con, head, read, fill, checks, said)
        known = labels(con, head, fill, MOST_LABELS) if style == "labels" else []
    if not total:
        raise ToolError(_nothing(dataset, fill, checks))
    clean = [" ".join(label.split()) for label in named]
    found = Labelling(
        dataset=dataset,
        version=head.number,
        style=style,
        text=read,
        column=fill,
        checks=checks,
        goal=min(rows or (old.goal if old else total), total, MOST_ROWS),
        share=share if share is not None else old.share if old else SHARE,
        labels=tuple(label for label in (*clean, *known) if label),
    )
    return found, total


def _columns(head: Version, style: Style, text: str | None, column: str | None) -> tuple[str, str]:
    """The column to read, and the one to fill."""
    read = text or next((found for role in READ[style] if (found := head.column(role))), None)
    if read is None or read not in head.columns:
        names = ", ".join(head.columns)
        raise ToolError(f"{head.dataset} has no column of texts to read. Name one of {names} as text.")
    fill = column or head.column(NEW[style][1]) or _new_name(head, style)
    if fill == read:
        raise ToolError(f"{fill} cannot be both read and filled. Name another column for the {style}.")
    return read, fill


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
