"""Mirror the runs of a project to a tracker: run as `python -m tools.train._mirror_worker FOLDER`.

It reads what the trainings write, and touches nothing of theirs. It ends when no run is live and all is told.
"""

import os
import time
from typing import Any

from filelock import Timeout

from store import StoreError, Workspace
from store.worker import Stopped, Worker, serve
from tools.train.trackers import KINDS
from tools.train.trackers._mirroring import Mirroring, Stamp, stamp
from tools.words import cut

POLL_SECONDS = 1.0
PATIENCE_SECONDS = 1.5
LONGEST_PATIENCE_SECONDS = 300.0
TRIES = 3
"""How often a tracker that cannot be written to is tried in a row once no run is live; before that, without end."""
BACK = 9
"""How much further it stands back than other workers: the training comes first."""


def work(worker: Worker) -> dict[str, Any]:
    """Mirror all runs until none is live, unless another process does.

    Raises:
        Stopped: The user asked for it.
        StoreError: The tracker cannot be written to; the message says why.
    """
    if hasattr(os, "nice"):
        os.nice(BACK)
    looks = 0
    with Workspace(worker.home, worker.project) as ws:
        seen: Stamp | None = None
        while seen != stamp(ws):
            try:
                with ws.mirrors.lock().acquire(blocking=False):
                    seen = _mirror(worker, ws)
            except Timeout:
                break  # the other one looks again after it has let go
            looks += 1
    return {"looks": looks}


def _mirror(worker: Worker, ws: Workspace) -> Stamp:
    """Mirror until no run is live or the mirror is set anew; gives how things stood before the last look."""
    mirror = ws.mirrors.get()
    if mirror is None:
        return stamp(ws)
    mirroring, tries, live = Mirroring(ws, mirror), 0, True
    try:
        while live and ws.mirrors.get() == mirror:
            try:
                live, tries = mirroring.look(), 0
            except mirroring.errors as error:
                tries += 1
                mirroring.let_go()
                _trouble(worker, ws, f"{KINDS[mirror.tracker].title} cannot be written to", error, tries)
            if live:
                _wait(worker, min(LONGEST_PATIENCE_SECONDS, PATIENCE_SECONDS**tries) if tries else POLL_SECONDS)
        mirroring.close()
    finally:
        mirroring.let_go()
    return mirroring.seen or stamp(ws)


def _trouble(worker: Worker, ws: Workspace, what: str, error: Exception, tries: int) -> None:
    """Tell what went wrong.

    Raises:
        StoreError: It has been tried often enough.
    """
    why = cut(" ".join(str(error).split()), 140) or type(error).__name__
    if tries >= TRIES and not any(run.job.live for run in ws.runs.all()):
        raise StoreError(
            f"{what}: {why} Nothing of the runs is lost; set the mirror once more to try again."
        ) from error
    worker.progress(0, f"{what}: {why} It is tried again.", trouble=True)


def _wait(worker: Worker, seconds: float) -> None:
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        if worker.stopping:
            raise Stopped("Stopped mirroring; the runs go on.")
        time.sleep(min(POLL_SECONDS, left))


if __name__ == "__main__":
    serve(work)
