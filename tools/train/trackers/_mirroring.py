"""The runs of a project on their way to one tracker, and what that tracker is known to have of them."""

import hashlib
import json
import os
from importlib import import_module
from typing import Any, cast

from store import StoreError, TrainingRun, Workspace
from store.mirrors import Mirror
from store.worker import write_last
from tools.train.trackers import HURRY, QUIET, missing
from tools.train.trackers._figures import Point, facts, final, points
from tools.train.trackers._tracker import Module, Opened

LEDGER = ".mirrored.json"
Ledger = dict[str, Any]
Stamp = tuple[Mirror | None, int, int]


def stamp(ws: Workspace) -> Stamp:
    """What changes when there is something to mirror of runs that had ended: the mirror, the trainings, the reports."""
    newest = max((job.id for job in ws.jobs.newest("train")), default=0)
    return ws.mirrors.get(), newest, len(ws.reports.names())


class Mirroring:
    """Tells one tracker what is new.

    The ledger in the folder of a run is written after the tracker has what it says. A process that is killed between
    the two sends points a second time, and the tracker's file leaves out those that are there.

    Raises:
        StoreError: The tracker's library is not installed.
    """

    def __init__(self, ws: Workspace, mirror: Mirror) -> None:
        self._ws, self._mirror = ws, mirror
        self._to = [mirror.tracker, mirror.name, mirror.server]
        self._open: dict[str, Opened] = {}
        self._settled: set[str] = set()
        self.seen: Stamp | None = None
        """How things stood before the last look."""
        os.environ.update({**HURRY, **os.environ, **QUIET})
        try:
            self._tracker = cast(Module, import_module(f"tools.train.trackers._{mirror.tracker}"))
        except ImportError as error:
            raise StoreError(f"{missing(mirror.tracker)} ({error})") from error
        self.errors = self._tracker.ERRORS

    def look(self) -> bool:
        """Mirror what is new of every run; whether one of them is live."""
        if self.seen != (now := stamp(self._ws)):
            self.seen = now
            self._settled.clear()
        live = False
        for id_ in self._ws.runs.names():
            if id_ in self._settled:
                continue
            run = self._ws.runs.get(id_)
            self._tell(run)
            live = live or run.job.live
            if not run.job.live:
                self._settled.add(id_)
        return live

    def close(self) -> None:
        """Let go of all runs."""
        while self._open:
            _, opened = self._open.popitem()
            opened.close()

    def let_go(self) -> None:
        """Let go of all runs after something went wrong; what is lost by it is sent again."""
        while self._open:
            try:
                self.close()
            except self.errors:
                continue  # the next one

    def _tell(self, run: TrainingRun) -> None:
        ledger, found = self._ledger(run), points(run)
        if not found:
            return
        end: dict[str, Any] | None = None if run.job.live else {"state": run.state, "figures": final(self._ws, run)}
        had = sum(step <= ledger["sent"] for step, _ in found)
        again = _digest(found[:had]) != ledger["digest"]
        if had == len(found) and not again and end == ledger["end"]:
            return
        opened, whole = self._opened(run, again)
        opened.write(found if whole else found[had:])
        if end is not None:
            before: dict[str, float] = {} if whole else (ledger["end"] or {"figures": {}})["figures"]
            new = {name: value for name, value in end["figures"].items() if before.get(name) != value}
            opened.end(run.state, new, found[-1][0])
            self._open.pop(run.id).close()
        write_last(run.folder / LEDGER, {"to": self._to, "sent": found[-1][0], "digest": _digest(found), "end": end})

    def _opened(self, run: TrainingRun, again: bool) -> tuple[Opened, bool]:
        """The run in the tracker, and whether all its points are to be given."""
        if again and run.id in self._open:
            self._open.pop(run.id).close()
        if run.id in self._open:
            return self._open[run.id], False
        folder = self._ws.mirrors.folder / self._mirror.tracker / self._mirror.name
        told = facts(self._ws, run, folder)
        opened = self._open[run.id] = self._tracker.open_run(self._mirror.name, self._mirror.server, told, again)
        return opened, again or not self._tracker.KEEPS

    def _ledger(self, run: TrainingRun) -> Ledger:
        """What the tracker is known to have; at worst less than it has."""
        file = run.folder / LEDGER
        told: Ledger = json.loads(file.read_text()) if file.exists() else {}
        return told if told.get("to") == self._to else {"to": self._to, "sent": -1, "digest": _digest([]), "end": None}


def _digest(found: list[Point]) -> str:
    return hashlib.sha256(json.dumps(found).encode()).hexdigest()
