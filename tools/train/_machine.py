"""What this machine has to train with, found without loading torch."""

import os
import platform
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import psutil

from tools.weights.progress import size


@dataclass(frozen=True)
class Machine:
    """Processor, memory, graphics card and disk."""

    processor: str
    cores: int
    memory_bytes: int
    free_bytes: int
    gpu: str
    """Name of the first NVIDIA card, or empty."""
    gpu_bytes: int
    disk_bytes: int
    """Free space where the workspace is."""

    @property
    def room_bytes(self) -> int:
        """The memory that a training can have: the card's, or what is free."""
        return self.gpu_bytes or self.free_bytes

    @property
    def key(self) -> str:
        """What decides its speed, as text: measurements hold as long as this stays the same."""
        return f"{self.processor}, {self.cores} cores, {self.memory_bytes >> 30} GiB, {self.gpu or 'no GPU'}"

    def __str__(self) -> str:
        """In a sentence's part."""
        gpu = f"the GPU {self.gpu} with {size(self.gpu_bytes)}" if self.gpu else "no GPU"
        cores = "1 core" if self.cores == 1 else f"{self.cores} cores"
        return f"{cores}, {size(self.free_bytes)} of memory free, {gpu}, {size(self.disk_bytes)} of disk free"


def look(folder: Path) -> Machine:
    """Look at this machine; `folder` says which disk."""
    memory = psutil.virtual_memory()
    gpu, gpu_bytes = _gpu()
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    free = min(memory.available, container_left() or memory.available)
    return Machine(_processor(), cores, memory.total, free, gpu, gpu_bytes, shutil.disk_usage(folder).free)


def container_left() -> int | None:
    """How many bytes more a container may use, where it is limited."""
    try:
        limit = Path("/sys/fs/cgroup/memory.max").read_text().strip()
        used = int(Path("/sys/fs/cgroup/memory.current").read_text())
    except (OSError, ValueError):
        return None
    return int(limit) - used if limit.isdigit() else None


def _gpu() -> tuple[str, int]:
    query = ["nvidia-smi", "--query-gpu=name,memory.total", "--format=csv,noheader,nounits"]
    try:
        told = subprocess.run(query, capture_output=True, text=True, timeout=5, check=True).stdout
        name, _, mebibytes = told.splitlines()[0].rpartition(",")
        return name.strip(), int(mebibytes) << 20
    except (OSError, subprocess.SubprocessError, ValueError, IndexError):
        return "", 0


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())
