"""Waiting for trainings."""

import time

from store import Workspace

POLL_SECONDS = 0.25
MOST_SECONDS = 420


def await_trainings(ws: Workspace) -> None:
    """Wait until no training goes on; one that takes far too long is stopped."""
    until = time.monotonic() + MOST_SECONDS
    while live := [run for run in ws.runs.all() if run.job.live]:
        if time.monotonic() > until:
            for run in live:
                ws.jobs.stop(run.job.id)
        time.sleep(POLL_SECONDS)
