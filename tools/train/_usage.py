"""What this process has used so far: memory, processor and time."""

import resource
import sys
import time
from pathlib import Path

import psutil

STATUS, FORGET = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def peak_bytes() -> int:
    """The most memory that was resident at once, since the start or since `forget_peak`."""
    if STATUS.exists():
        line = next((line for line in STATUS.read_text().splitlines() if line.startswith("VmHWM:")), "")
        if line:
            return int(line.split()[1]) << 10
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak << 10


def forget_peak() -> None:
    """Begin to count the peak anew, where the system can (Linux); elsewhere it only ever grows."""
    try:
        FORGET.write_text("5")
    except OSError:
        return


def seconds_alive() -> float:
    """Since this process was started, its imports included."""
    return time.time() - psutil.Process().create_time()


def processor_seconds() -> float:
    """Over all threads: on a busy machine this stays the same while the clock runs on."""
    return time.process_time()


def folder_bytes(folder: Path) -> int:
    """The size of all files in a folder; a file that goes meanwhile does not count."""
    total = 0
    for file in folder.rglob("*"):
        try:
            total += file.stat().st_size if file.is_file() else 0
        except FileNotFoundError:
            continue
    return total
