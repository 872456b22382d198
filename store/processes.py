"""Which processes are alive, told apart from others that got the same number later."""

import os

import psutil


def born(pid: int | None = None) -> str:
    """A process as "pid:start time in seconds"; this one if not given."""
    pid = pid or os.getpid()
    return f"{pid}:{psutil.Process(pid).create_time():.2f}"


def alive(process: str) -> bool:
    """Whether the process that `born` named is still running."""
    pid, _, since = process.partition(":")
    try:
        found = psutil.Process(int(pid))
        return abs(found.create_time() - float(since)) < 2 and found.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
