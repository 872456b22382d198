"""A dataset as the checks see it: which columns are the input, the answer and the split."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from store import Version, Workspace
from store.edits import as_text
from store.engine import engine, literal, quoted
from store.unfinished import scratch
from tools.clean._missing import missing_text
from tools.clean._personal.stand_ins import Key
from tools.clean._personal.treatment import Treatment
from tools.data._normal import normalised
from tools.tool import ToolError

INPUTS = ("text", "prompt", "messages")
"""The roles that hold what a model is given, the first one there."""
WRITTEN = ("text", "prompt", "completion", "messages")
"""The roles of columns with words in them."""
HAS_WORDS = "trim(plain, chr(31)) <> ''"
"""SQL: whether a row of `Side.rows` is more than punctuation, so that being equal after normalising means something."""


@dataclass(frozen=True)
class Side:
    """A version, under the name of its view."""

    version: Version
    view: str
    inputs: tuple[str, ...]
    label: str | None
    answer: str | None
    """The label, or the completion of a prompt."""
    split: str | None
    table: bool = False
    """Whether no column is known to hold text, so that `inputs` are all columns and a row is looked at as a whole."""

    def cell(self, column: str) -> str:
        """SQL for a cell as text."""
        return as_text(column, self.version.columns[column])

    def told(self, columns: Sequence[str]) -> str:
        """Names of columns for a sentence that will be formatted."""
        if self.table and tuple(columns) == self.inputs:
            return "any column"
        return " and ".join(columns).replace("{", "{{").replace("}", "}}")

    @property
    def written(self) -> list[str]:
        """The columns with words in them, numbers left out."""
        roles, types = self.version.roles, self.version.columns
        names = dict.fromkeys([*self.inputs, *(c for c in types if roles.get(c) in WRITTEN)])
        return [name for name in names if types[name] == "VARCHAR" or roles.get(name) == "messages"]

    @property
    def rows(self) -> str:
        """The view of its rows that have text: _row, exact, plain (normalised), shown, label, answer, split."""
        return f"{self.view}_rows"

    @property
    def select_rows(self) -> str:
        """SQL that makes `rows`."""
        cells = [self.cell(name) for name in self.inputs]
        plain = " || chr(31) || ".join(f"coalesce({normalised(cell)}, '')" for cell in cells)
        exact = " || chr(31) || ".join(f"coalesce({cell}, '')" for cell in cells)
        named = {"label": self.label, "answer": self.answer, "split": self.split}
        others = ", ".join(f"{self.cell(c) if c else 'cast(null as varchar)'} as {name}" for name, c in named.items())
        empty = " and ".join(missing_text(cell) for cell in cells)
        return (
            f"select _row, {exact} as exact, {plain} as plain, {cells[0]} as shown, {others}"
            f" from {quoted(self.view)} where not ({empty})"
        )


@dataclass(frozen=True)
class Examined:
    """What a check is given."""

    here: Side
    there: Side | None
    """The second dataset, kept out of training, if there is one."""
    connection: duckdb.DuckDBPyConnection
    """With the views."""
    views: dict[str, Path]
    """Parquet files by name: `parent`, if there is a second dataset `against`, and the rows of both."""
    scratch: Path
    """A folder for Parquet files that the edits need."""
    treatment: Treatment
    """What to do with personal data."""
    kept: dict[str, Any] = field(default_factory=lambda: dict[str, Any]())
    """What one check worked out and another one needs too."""

    def one(self, sql: str) -> tuple[int, ...]:
        """The first row of a query that counts."""
        row = self.connection.execute(sql).fetchone()
        return tuple(row or ())


@contextmanager
def examined(
    ws: Workspace,
    dataset: str,
    against: str | None = None,
    text: str | None = None,
    label: str | None = None,
    treatment: Treatment | None = None,
) -> Generator[Examined]:
    """Open a dataset for the checks.

    Args:
        ws: The workspace.
        dataset: The dataset to mend.
        against: A second dataset, kept out of training.
        text: The column with the text, if its role is not known.
        label: The column with the label, if its role is not known.
        treatment: What to do with personal data; masked, if left out.

    Raises:
        ToolError: A column is not there, or a dataset is held against itself.
    """
    if dataset == against:
        raise ToolError(f"{dataset} cannot be held against itself. Name a second dataset, such as its test file.")
    here = side(ws.datasets.head(dataset), "parent", text, label)
    there = side(ws.datasets.head(against), "against", *_same_names(ws, against, here)) if against else None
    with laid_out(treatment or Treatment(Key(ws.folder / "personal.key")), here, there) as data:
        yield data


@contextmanager
def laid_out(treatment: Treatment, here: Side, there: Side | None = None) -> Generator[Examined]:
    """Open a version, and a second one, with the views that checks read; see `examined`."""
    sides = [each for each in (here, there) if each]
    views = {each.view: each.version.path for each in sides}
    folders = [each.version.path.parent for each in sides]
    with scratch(here.version.path) as folder, engine(folders, views) as connection:
        for each in sides:
            views[each.rows] = folder / f"{each.rows}.parquet"
            file = literal(str(views[each.rows]))
            connection.execute(f"copy ({each.select_rows}) to {file} (format parquet)")
            connection.execute(f"create view {each.rows} as from read_parquet({file})")
        yield Examined(here, there, connection, views, folder, treatment)


def side(version: Version, view: str, text: str | None = None, label: str | None = None) -> Side:
    """A version with its columns told apart.

    Raises:
        ToolError: A column is not there.
    """
    for column in (text, label):
        if column and column not in version.columns:
            raise ToolError(f"{version.dataset} has no column {column!r}; it has {', '.join(version.columns)}.")
    inputs = (text,) if text else _inputs(version)
    label, split = label or version.column("label"), version.column("split")
    answer = label or version.column("completion")
    table = not inputs
    inputs = inputs or tuple(c for c in version.columns if c != split) or tuple(version.columns)
    return Side(version, view, inputs, label, answer, split, table)


def _inputs(version: Version) -> tuple[str, ...]:
    for role in INPUTS:
        if found := tuple(c for c in version.columns if version.roles.get(c) == role):
            return found
    return ()


def _same_names(ws: Workspace, against: str, here: Side) -> tuple[str | None, str | None]:
    """The columns of the second dataset that are named as in the first, where its own roles say nothing."""
    version = ws.datasets.head(against)
    text = None if here.table or _inputs(version) else here.inputs[0]
    label = None if version.column("label") or here.label not in version.columns else here.label
    return text, label
