"""What a dataset has to train on: the columns, the classes, the sides of its split, and what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import duckdb

from store import Version, Workspace
from store.engine import fetch, quoted
from tools.data._format import format_of
from tools.data._normal import normalised
from tools.tool import ToolError
from tools.train._looked_at import Looked, look_at
from tools.train._recognise import task_for
from tools.train._task import Columns
from tools.train._texts import Texts, texts_in
from tools.train._wishes import Reward, Setting, Task
from tools.train.tasks import TASKS
from tools.words import counted

MOST_CLASSES = 1000
OTHERS = ("rejected", "tokens", "tags", "spans")
"""Columns that only some tasks read."""


@dataclass(frozen=True)
class Material:
    """A dataset version, seen as something to train on."""

    version: Version
    task: Task
    columns: dict[str, str | None]
    """The plan's column names: prompt, completion, messages, text, label, split, and those of the task alone."""
    labels: list[str] | None
    sides: Mapping[str, int]
    """Rows by side of the split: train, validation, test."""
    leaked: int
    """Test rows whose input is among the training rows."""
    why: Setting = field(repr=False)
    """The task, and why it is this one."""
    texts: Texts
    unseen: Mapping[str, int]
    """Validation and test rows by a label that no training row has."""
    rarest: tuple[str, int] | None
    """The label that the fewest training rows have, and how many have it."""
    looked: Looked = field(default_factory=Looked)
    """What else was found in the rows."""

    @property
    def rows(self) -> int:
        """Training rows."""
        return self.sides["train"]


def examine(
    ws: Workspace, dataset: str, task: Task | None, reward: Reward | None = None, number: int | None = None
) -> Material:
    """Look at what a dataset offers for training, as it is now or in a version of it.

    Args:
        ws: The workspace.
        dataset: Its name.
        task: What the user wants the model to learn; None to go by the data.
        reward: What answers are rewarded for, if the user named a reward.

    Raises:
        ToolError: It cannot be trained on as it is; the message says what is missing and how to get it.
    """
    version = ws.datasets.head(dataset) if number is None else ws.datasets.version(dataset, number)
    format_ = format_of(ws, version)
    chosen, why = task_for(ws, version, format_, task, reward)
    columns: Columns = TASKS[chosen].columns(version, format_) | {"split": version.column("split")}
    with ws.datasets.read(dataset, also={dataset: version.path}) as connection:
        sides = _sides(connection, version, columns["split"])
        if not sides["train"]:
            raise ToolError(f"{dataset} has no training rows: {_told(sides)}. Split it again, or add rows.")
        looked = look_at(connection, version, chosen, columns, reward)
        labels = looked.tags
        if chosen == "classify":
            labels = _classes(connection, version, columns)
        elif chosen == "generate" and format_:
            labels = format_.labels
        leaked = _leaked(connection, version, columns) if sides["test"] else 0
        unseen, rarest = _labels(connection, version, columns) if columns.get("label") else ({}, None)
        texts = texts_in(connection, dataset, columns)
    more = {name: columns.get(name) for name in OTHERS}
    return Material(version, chosen, columns | more, labels, sides, leaked, why, texts, unseen, rarest, looked)


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


def _labels(
    connection: duckdb.DuckDBPyConnection, version: Version, columns: Mapping[str, str | None]
) -> tuple[dict[str, int], tuple[str, int] | None]:
    """Rows outside the training by a label that none of the training rows has, and the rarest training label."""
    label, split = columns["label"], columns["split"]
    assert label
    trains = f"{quoted(split)} = 'train'" if split else "true"
    kept = f"and {quoted(split)} in ('train', 'validation', 'test')" if split else ""
    sql = f"""select cast({quoted(label)} as varchar) as label, count(*) filter ({trains}) as train, count(*) as n
        from {quoted(version.dataset)} where {quoted(label)} is not null {kept} group by 1 order by 2, 1"""
    found = fetch(connection, f"{sql} limit {MOST_CLASSES}")
    unseen = {str(row["label"]): int(row["n"]) for row in found if not row["train"]}
    rarest = next(((str(row["label"]), int(row["train"])) for row in found if row["train"]), None)
    return unseen, rarest


def _leaked(connection: duckdb.DuckDBPyConnection, version: Version, columns: Mapping[str, str | None]) -> int:
    split = columns["split"]
    read = columns.get("tokens") or columns["text"] or columns["prompt"] or columns["messages"]
    assert split and read
    key, side, table = normalised(quoted(read)), quoted(split), quoted(version.dataset)
    sql = f"""select count(*) as n from {table} where {side} = 'test' and {key} <> ''
        and {key} in (select {key} from {table} where {side} = 'train')"""
    found: list[dict[str, Any]] = fetch(connection, sql)
    return int(found[0]["n"])
