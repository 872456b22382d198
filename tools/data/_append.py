"""Append the rows of a file to a dataset that is there already."""

from typing import Any

from store import BadQuery, Version, Workspace
from store.counted import Count
from store.engine import literal, quoted
from tools.data._format import format_of
from tools.data._read import Arrival
from tools.data._shape import Shape, matched
from tools.result import Result
from tools.tool import ToolError


def append(
    ws: Workspace, into: str, arrival: Arrival, shape: Shape, split: str | None, recipe: dict[str, Any]
) -> Result:
    """Save the next version of a dataset with new rows at its end.

    Columns are matched by name, else by role. Rows that were there without a split become training rows once there
    is one.

    Raises:
        ToolError: No column fits, or a value does not fit its column.
    """
    head = ws.datasets.head(into)
    pairs = matches(ws, head, shape)
    splits = split is not None or "split" in shape.roles
    old = "* replace (coalesce(split, 'train') as split)" if "split" in head.columns else "*, 'train' as split"
    parts = [f"cast({quoted(new)} as {head.columns[old_]}) as {quoted(old_)}" for old_, new in pairs.items()]
    if splits or "split" in head.columns:
        parts.append(f"{literal(split) if split else 'split' if 'split' in shape.roles else literal('train')} as split")
        old_rows = f"select {old} from parent"
    else:
        old_rows = "select * from parent"
    number = "(select max(_row) from parent) + row_number() over () as _row"
    count = Count(arrival.staged.rows)
    sentence = f"Appended {count:row|rows} from {arrival.title}{f' as the {split} split' if split else ''}."
    try:
        version = ws.datasets.derive(
            into,
            f"{old_rows} union all by name select {number}, {', '.join(parts)} from ({shape.select})",
            sentence=sentence,
            recipe=recipe,
            roles={"split": "split"} if splits else None,
            views={"staged": arrival.staged.file},
        )
    except BadQuery as error:
        if "onversion" not in str(error):
            raise
        raise ToolError(f"{arrival.title} does not fit {into}: {error}. Load it as a dataset of its own.") from error
    left = [name for name in shape.columns if name not in pairs.values() and name != "split"]
    notes = [f"Columns that {into} does not have were left out: {', '.join(left)}."] if left else []
    told = f"{sentence} {into} is now version {version.number} with {Count(version.rows):row|rows}."
    return Result(
        " ".join([told, *notes]),
        next=[f"What is in {into}?", f"Is any test row of {into} also a training row?"],
        data={"dataset": into, "rows": version.rows, "appended": int(count)},
    )


def matches(ws: Workspace, head: Version, shape: Shape) -> dict[str, str]:
    """The new column for each column of the dataset that one fits."""
    if (found := format_of(ws, head)) and found.text != found.prompt:
        raise ToolError(
            f"{head.dataset} is formatted already, and new rows would lack their prompts. "
            "Undo the formatting first, or load the file as a dataset of its own."
        )
    pairs: dict[str, str] = {}
    for column, role in head.roles.items():
        if role == "split" or column not in head.columns:
            continue
        same = matched(column, shape.columns)
        by_role = [name for name, has in shape.roles.items() if has == role != "other" and name not in head.columns]
        if new := same or (by_role[0] if by_role else None):
            pairs[column] = new
    for column in head.columns:
        if column not in head.roles and (same := matched(column, shape.columns)):
            pairs[column] = same
    needed = [c for c, role in head.roles.items() if role in ("text", "label", "prompt", "completion", "messages")]
    if missing := [column for column in needed if column not in pairs]:
        raise ToolError(
            f"The new rows have no column for {', '.join(missing)} of {head.dataset}. They have "
            f"{', '.join(shape.columns)}; say which is the text and which the label, or load them on their own."
        )
    return pairs
