"""Which processes are alive, told apart from others that got the same number later."""

import os
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path

import psutil

GRACE_SECONDS = 5
BOOT = Path("/proc/sys/kernel/random/boot_id")
APART = 1e8
"""Seconds between two starts of the machine, as they are counted here: more than any runs."""


def born(pid: int | None = None) -> str:
    """A process as "pid:start"; this one if not given.

    The start is counted in seconds since the machine started, which a clock that is set does not change, on top of a
    number for that start of the machine.
    """
    pid = pid or os.getpid()
    return f"{pid}:{_since(psutil.Process(pid)):.2f}"


def alive(process: str) -> bool:
    """Whether the process that `born` named is still running."""
    pid, _, since = process.partition(":")
    try:
        found = psutil.Process(int(pid))
        return abs(_since(found) - float(since)) < 2 and found.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def cost(process: str) -> float:
    """Processor time that the process that `born` named and those it started have taken, in seconds; 0 if it is gone.

    What its children took that have ended counts too.
    """
    if not alive(process):
        return 0.0
    try:
        first = psutil.Process(int(process.partition(":")[0]))
        times = [first.cpu_times(), *(child.cpu_times() for child in first.children(recursive=True))]
    except psutil.NoSuchProcess:
        return 0.0
    return float(sum(one.user + one.system for one in times) + times[0].children_user + times[0].children_system)


def end(process: str) -> None:
    """End the process that `born` named and those it started, if it is still running: asked first, then forced."""
    if not alive(process):
        return
    try:
        first = psutil.Process(int(process.partition(":")[0]))
        family = [first, *first.children(recursive=True)]
    except psutil.NoSuchProcess:
        return
    for each in family:
        _signal(each.terminate)
    _, left = psutil.wait_procs(family, timeout=GRACE_SECONDS)
    for each in left:
        _signal(each.kill)
    psutil.wait_procs(left, timeout=GRACE_SECONDS)


def _since(process: psutil.Process) -> float:
    return _start() * APART + process.create_time() - psutil.boot_time()


@cache
def _start() -> int:
    """A number for this start of the machine; 0 where the system does not name it."""
    return zlib.crc32(BOOT.read_bytes()) % 100_000 if BOOT.exists() else 0


def _signal(send: Callable[[], None]) -> None:
    try:
        send()
    except psutil.NoSuchProcess:
        pass  # it was quicker
