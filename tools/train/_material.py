"""What a dataset has to train on: the columns, the classes, the sides of its split, and what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import duckdb

from store import Version, Workspace
from store.engine import fetch, quoted
from tools.data._format import Format, format_of
from tools.data._normal import normalised
from tools.tool import ToolError
from tools.train._wishes import Setting, Task
from tools.words import counted

MOST_CLASSES = 1000


@dataclass(frozen=True)
class Material:
    """A dataset version, seen as something to train on."""

    version: Version
    task: Task
    columns: dict[str, str | None]
    """The plan's column names: prompt, completion, messages, text, label, split."""
    labels: list[str] | None
    sides: Mapping[str, int]
    """Rows by side of the split: train, validation, test."""
    leaked: int
    """Test rows whose input is among the training rows."""
    why: Setting = field(repr=False)
    """The task, and why it is this one."""

    @property
    def rows(self) -> int:
        """Training rows."""
        return self.sides["train"]


def examine(ws: Workspace, dataset: str, task: Task | None) -> Material:
    """Look at what a dataset offers for training.

    Raises:
        ToolError: It cannot be trained on as it is; the message says what is missing and how to get it.
    """
    version = ws.datasets.head(dataset)
    format_ = format_of(ws, version)
    why = _task(ws, version, format_, task)
    columns = _columns(version, format_, "classify" if why.value == "classify" else "generate")
    with ws.datasets.read(dataset) as connection:
        sides = _sides(connection, version, columns["split"])
        if not sides["train"]:
            raise ToolError(f"{dataset} has no training rows: {_told(sides)}. Split it again, or add rows.")
        if why.value == "classify":
            labels = _classes(connection, version, columns)
        else:
            labels = format_.labels if format_ else None
        leaked = _leaked(connection, version, columns) if sides["test"] else 0
    chosen: Task = "classify" if why.value == "classify" else "generate"
    return Material(version, chosen, columns, labels, sides, leaked, why)


def _task(ws: Workspace, version: Version, format_: Format | None, wish: Task | None) -> Setting:
    labelled = version.column("text") and version.column("label")
    goal = ws.goals.get()
    if wish:
        return Setting("task", wish, "you asked for it")
    if format_ and (version.column("completion") or version.column("messages")):
        why = f"{version.dataset} is formatted: the model learns to write the answer"
        return Setting("task", "generate", why, "classify: a head that can only choose a label" if labelled else "")
    if labelled:
        why = "the goal is to classify" if goal and goal.task == "classify" else "it has a text and a label"
        return Setting("task", "classify", why, "generate: format it, and the model writes the label")
    raise ToolError(
        f"{version.dataset} is not ready for training: it has no prompt and completion, and no text with a label. "
        "Format it first."
    )


def _columns(version: Version, format_: Format | None, task: Task) -> dict[str, str | None]:
    columns: dict[str, str | None] = dict.fromkeys(("prompt", "completion", "messages", "text", "label"))
    columns["split"] = version.column("split")
    if task == "classify":
        columns |= {"text": version.column("text"), "label": version.column("label")}
        if missing := [name for name in ("text", "label") if not columns[name]]:
            raise ToolError(
                f"{version.dataset} cannot be used to classify: no column of it is known as its {missing[0]}. "
                f"Its columns are {', '.join(version.columns)}."
            )
    elif format_:
        kept = ("prompt", "completion", "messages", "text", "label")
        columns |= {name: value for name in kept if (value := getattr(format_, name)) in version.columns}
    else:
        raise ToolError(f"{version.dataset} is not formatted for text generation yet. Format it first.")
    return columns


def _sides(connection: duckdb.DuckDBPyConnection, version: Version, split: str | None) -> dict[str, int]:
    table = quoted(version.dataset)
    sides = dict.fromkeys(("train", "validation", "test"), 0)
    if not split:
        return sides | {"train": version.rows}
    counts = fetch(connection, f"select {quoted(split)} as side, count(*) as n from {table} group by 1")
    return sides | {row["side"]: row["n"] for row in counts if row["side"] in sides}


def _told(sides: Mapping[str, int]) -> str:
    return ", ".join(f"{n:,} {side}" for side, n in sides.items())


def _classes(connection: duckdb.DuckDBPyConnection, version: Version, columns: Mapping[str, str | None]) -> list[str]:
    label, split = columns["label"], columns["split"]
    assert label
    where = f"where {quoted(label)} is not null" + (f" and {quoted(split)} = 'train'" if split else "")
    sql = f"select distinct cast({quoted(label)} as varchar) as label from {quoted(version.dataset)} {where} order by 1"
    labels = [str(row["label"]) for row in fetch(connection, f"{sql} limit {MOST_CLASSES + 1}")]
    if len(labels) < 2:
        raise ToolError(
            f"The training rows of {version.dataset} have {counted(len(labels), 'label')} in {label}; "
            "a classifier needs at least two."
        )
    if len(labels) > MOST_CLASSES:
        raise ToolError(
            f"{label} has more than {MOST_CLASSES:,} different values, so it is no label to classify by. "
            "Train with task generate, or choose another column as the label."
        )
    return labels


def _leaked(connection: duckdb.DuckDBPyConnection, version: Version, columns: Mapping[str, str | None]) -> int:
    split, read = columns["split"], columns["text"] or columns["prompt"] or columns["messages"]
    assert split and read
    key, side, table = normalised(quoted(read)), quoted(split), quoted(version.dataset)
    sql = f"""select count(*) as n from {table} where {side} = 'test' and {key} <> ''
        and {key} in (select {key} from {table} where {side} = 'train')"""
    found: list[dict[str, Any]] = fetch(connection, sql)
    return int(found[0]["n"])
