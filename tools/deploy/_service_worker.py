"""The process of a service: answers until it is stopped, and takes up every new setting of it on the way."""

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any

from uvicorn.loops.auto import auto_loop_factory

from store.worker import Worker, serve
from tools.deploy.service.running import run


def work(worker: Worker) -> dict[str, Any]:
    """Serve until the job is stopped, the service is ended, or the process is asked to end."""
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # threads that wait must not spin: others compute here too
    host, port = worker.payload.get("host"), worker.payload.get("port")
    with asyncio.Runner(loop_factory=auto_loop_factory()) as runner:
        return runner.run(run(worker, host, port))


def in_the_foreground(folder: Path) -> int:
    """Serve in this very process, as Docker and systemd want it: SIGTERM and Ctrl+C stop it softly."""
    sys.argv = [sys.argv[0], str(folder)]
    try:
        serve(work)
    except SystemExit as end:
        return int(end.code or 0)
    return 0


if __name__ == "__main__":
    signal.signal(signal.SIGHUP, signal.SIG_IGN) if hasattr(signal, "SIGHUP") else None
    serve(work)
