"""Trackio: its own SQLite file on this machine, in TRACKIO_DIR if that is set, else where `trackio show` looks."""
# pyright: basic, reportMissingImports=false

import hashlib
import json
import sqlite3
from collections.abc import Sequence

from trackio.sqlite_storage import SQLiteStorage

from tools.train.trackers._figures import Facts, Point

ERRORS = (OSError, sqlite3.Error, ValueError, TimeoutError)
KEEPS = True


class Opened:
    """A run in Trackio.

    Points are written in one transaction, each under a name of its own, so that one that is there already is left out.
    `trackio.log` would draw that name anew each time, and only warn where it could not write.
    """

    def __init__(self, project: str, run: Facts) -> None:
        self._project, self._run = project, run

    def write(self, points: Sequence[Point]) -> None:
        """Add points."""
        self._log("running", [(step, measured, f"{self._run.id}-{step}") for step, measured in points])

    def end(self, state: str, final: dict[str, float], step: int) -> None:
        """The final figures at the last step, and the state among the settings, which are written with a point."""
        told = hashlib.sha256(json.dumps(final, sort_keys=True).encode()).hexdigest()[:12]
        number = f"{self._run.id}-end-{told}" if final else f"{self._run.id}-{step}"  # the last is there already
        self._log(state, [(step, final, number)])

    def close(self) -> None:
        """Nothing is held open."""

    def _log(self, state: str, lines: list[tuple[int, dict[str, float], str]]) -> None:
        SQLiteStorage.bulk_log(
            project=self._project,
            run=self._run.name,
            run_id=self._run.id,
            metrics_list=[measured for _, measured, _ in lines],
            steps=[step for step, _, _ in lines],
            log_ids=[number for _, _, number in lines],
            config={**self._run.config, "state": state},
        )


def open_run(name: str, server: str | None, run: Facts, again: bool) -> Opened:
    """Open a run; see `_tracker.Module`."""
    SQLiteStorage.validate_project_name(name)
    if again:
        SQLiteStorage.delete_run(name, run.name, run_id=run.id)
    return Opened(name, run)
