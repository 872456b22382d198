"""Checkpoints that can be trusted: a mark with the size of every file is written last."""

import json
import shutil
import zlib
from pathlib import Path

from store.worker import write_last

MARK = "whole.json"
CHUNK_BYTES = 1 << 20


def mark_whole(checkpoint: Path) -> None:
    """Say that a checkpoint is complete, and what is in it."""
    files = _files(checkpoint)
    sums = {file.name: _checksum(file) for file in files}
    write_last(checkpoint / MARK, {"bytes": {file.name: file.stat().st_size for file in files}, "crc32": sums})


def is_intact(checkpoint: Path) -> bool:
    """Whether every byte of a complete checkpoint is still as it was written: reads all of it."""
    sums: dict[str, int] = json.loads((checkpoint / MARK).read_text()).get("crc32", {})
    return all(_checksum(checkpoint / name) == promised for name, promised in sums.items())


def last_intact(folder: Path) -> tuple[Path | None, list[int]]:
    """The newest checkpoint to go on from, and the steps of newer ones that are damaged."""
    damaged: list[int] = []
    for checkpoint in sorted(whole(folder), key=step_of, reverse=True):
        if is_intact(checkpoint):
            return checkpoint, damaged
        damaged.append(step_of(checkpoint))
    return None, damaged


def last_whole(folder: Path) -> Path | None:
    """The newest complete checkpoint in a folder. A process that was killed while saving leaves a torn one."""
    return max(whole(folder), key=step_of, default=None)


def whole(folder: Path) -> list[Path]:
    """The complete checkpoints in a folder."""
    return [checkpoint for checkpoint in folder.glob("checkpoint-*") if _is_whole(checkpoint)]


def step_of(checkpoint: Path) -> int:
    """The step that a checkpoint was saved after."""
    return int(checkpoint.name.rpartition("-")[2])


def discard_torn(folder: Path) -> None:
    """Remove what was left half saved by a process that was killed or found the disk full."""
    whole = last_whole(folder)
    for checkpoint in folder.glob("checkpoint-*"):
        if whole is None or step_of(checkpoint) > step_of(whole):
            shutil.rmtree(checkpoint)


def _is_whole(checkpoint: Path) -> bool:
    mark = checkpoint / MARK
    if not mark.exists():
        return False
    promised: dict[str, int] = json.loads(mark.read_text())["bytes"]
    return promised == {file.name: file.stat().st_size for file in _files(checkpoint) if file.name in promised}


def _checksum(file: Path) -> int:
    found = 0
    with file.open("rb") as opened:
        while chunk := opened.read(CHUNK_BYTES):
            found = zlib.crc32(chunk, found)
    return found


def _files(checkpoint: Path) -> list[Path]:
    return [file for file in checkpoint.iterdir() if file.is_file() and file.name != MARK]
