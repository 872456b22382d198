"""A workspace beside the real one, where steps are done again before anything of them is kept."""

import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from store import Version, Workspace
from store.delta import Delta, carried_out, types_of
from store.engine import engine
from store.unfinished import unfinished
from tools.tool import Tool


class Aside:
    """Does steps to one dataset in a workspace of its own. What comes of it is taken over with `adopt`, or is gone.

    Attributes:
        ws: The workspace.
        folder: A folder for files in between.
        dataset: The name of the dataset.
    """

    def __init__(self, ws: Workspace, folder: Path, dataset: str) -> None:
        self.ws, self.folder, self.dataset = ws, folder, dataset

    @property
    def head(self) -> Version:
        """What the steps have come to."""
        return self.ws.datasets.head(self.dataset)

    def begin(self, version: Version) -> None:
        """Start with the rows of a version."""
        with self.ws.approvals.typed("replay", {}):
            self.ws.datasets.adopt(self.dataset, [version], version.sentence)

    def run(self, tool: Tool, arguments: dict[str, Any]) -> Version:
        """Do a step by calling its tool again."""
        with self.ws.approvals.typed(tool.name, arguments):
            tool.run(self.ws, arguments)
        return self.head

    def keep(self, rows: Path, sentence: str, roles: dict[str, str], recipe: dict[str, Any]) -> Version:
        """Start with rows that were kept in a Parquet file, with their numbers."""
        with engine([rows.parent], {"rows": rows}) as con:
            types = types_of(con, "rows")
            ((count,),) = con.execute("select count(*) from rows").fetchall()
        columns = {name: type_ for name, type_ in types.items() if not name.startswith("_")}
        first = Version(self.dataset, 1, None, count, columns, roles, rows, sentence, recipe, "")
        with self.ws.approvals.typed("replay", {}):
            return self.ws.datasets.adopt(self.dataset, [first], sentence)

    def types(self) -> dict[str, str]:
        """DuckDB type by column of the head, columns of ours included."""
        with engine([self.head.path.parent], {"parent": self.head.path}) as con:
            return types_of(con, "parent")

    def do(self, step: Delta, sentence: str, roles: dict[str, str], recipe: dict[str, Any]) -> Version:
        """Do a step by carrying out what it did to the rows.

        Args:
            step: What it did; edits that no longer fit must be out of it.
            sentence: The sentence for the history.
            roles: What columns are for afterwards.
            recipe: The recipe of the new version.
        """
        touched: list[str] = []
        if "edits" in step.files:
            with engine([step.files["edits"].parent], {"edits": step.files["edits"]}) as con:
                sets = "select distinct column_name from edits where action = 'set' order by 1"
                touched = [column for (column,) in con.execute(sets).fetchall()]
        with self.ws.approvals.typed("replay", {}):
            return self.ws.datasets.derive(
                self.dataset,
                carried_out(self.types(), step, touched),
                sentence=sentence,
                recipe=recipe,
                roles=roles,
                views=step.files,
            )


@contextmanager
def aside(ws: Workspace, dataset: str, *readable: Path) -> Generator[Aside]:
    """Open a workspace beside `ws` that is gone afterwards.

    Args:
        ws: The real one.
        dataset: What the dataset is called there.
        readable: Folders that tools may load files from there, beside those they may here.
    """
    folder = unfinished(ws.folder, "replaying")
    try:
        (folder / "parts").mkdir(parents=True)
        with Workspace(
            folder / "home", ws.project, readable=(*readable, *ws.readable), quota=ws.spending.quota
        ) as beside:
            yield Aside(beside, folder / "parts", dataset)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def again(version: Version) -> tuple[Tool, dict[str, Any]] | None:
    """The call that makes a version from its parent again, without the dataset; None where none surely would."""
    from tools import TOOLS  # noqa: PLC0415 - the tools import this file

    tool = TOOLS.get(version.recipe.get("tool", ""))
    if tool is None or not tool.repeatable:
        return None
    given: dict[str, Any] = version.recipe.get("arguments", version.recipe)
    return tool, {name: value for name, value in given.items() if name in tool.arguments.model_fields}
