"""Where a journey starts: files that were uploaded, or a project that is some way on its path, made by the tools."""

import atexit
import shutil
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from benchmarks.journeys.files import FILES
from benchmarks.journeys.waiting import await_trainings
from store import Workspace
from tools import TOOLS

Stage = Literal["uploaded", "loaded", "ready", "failed", "trained"]
LONG_ENOUGH, TOO_SHORT = 256, 8
"""Tokens into which all rows of a file fit, and no row of any, so that its training fails."""


@cache
def base() -> Path:
    """A tiny base model, which is trained in seconds; made once."""
    from tests.tiny_model import build

    folder = Path(tempfile.mkdtemp(prefix="tunewright-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return build(folder / "tiny")


@dataclass(frozen=True)
class Start:
    """How far a project is, and with which files; each stage holds those before it."""

    stage: Stage
    files: tuple[str, ...]

    def build(self, home: Path) -> Workspace:
        """A workspace that is so far."""
        ws = Workspace(home)
        for file in self.files:
            (ws.uploads / file).write_text(FILES[file])
            name = file.partition(".")[0]
            if self.stage != "uploaded":
                _do(ws, "load_dataset", source=file)
            if self.stage in ("ready", "failed", "trained"):
                _do(ws, "split_dataset", dataset=name)
                _do(ws, "format_dataset", dataset=name)
            if self.stage in ("failed", "trained"):
                _train(ws, name, TOO_SHORT if self.stage == "failed" else LONG_ENOUGH)
                assert ws.runs.all()[-1].state == ("failed" if self.stage == "failed" else "done")
        return ws


def _do(ws: Workspace, tool: str, **arguments: str) -> None:
    with ws.approvals.typed(tool, arguments):
        TOOLS[tool].run(ws, arguments)


def _train(ws: Workspace, name: str, max_length: int) -> None:
    """Train for real, and wait for the end."""
    from tests.tiny_run import plan

    made = ws.datasets.head(name).recipe
    columns: dict[str, Any] = {key: made[key] for key in ("text", "label", "labels")}
    with ws.approvals.typed("start_training", {"dataset": name}):
        ws.runs.start(name, ws.datasets.head(name).number, plan(base(), **columns, epochs=3, max_length=max_length))
    await_trainings(ws)
