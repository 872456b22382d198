"""Checkpoints that can be trusted: a mark with the size of every file is written last."""

import json
from pathlib import Path

from store.worker import write_last

MARK = "whole.json"


def mark_whole(checkpoint: Path) -> None:
    """Say that a checkpoint is complete."""
    write_last(checkpoint / MARK, {"bytes": {file.name: file.stat().st_size for file in _files(checkpoint)}})


def last_whole(folder: Path) -> Path | None:
    """The newest complete checkpoint in a folder. A process that was killed while saving leaves a torn one."""
    return max(whole(folder), key=step_of, default=None)


def whole(folder: Path) -> list[Path]:
    """The complete checkpoints in a folder."""
    return [checkpoint for checkpoint in folder.glob("checkpoint-*") if _is_whole(checkpoint)]


def step_of(checkpoint: Path) -> int:
    """The step that a checkpoint was saved after."""
    return int(checkpoint.name.rpartition("-")[2])


def _is_whole(checkpoint: Path) -> bool:
    mark = checkpoint / MARK
    if not mark.exists():
        return False
    promised: dict[str, int] = json.loads(mark.read_text())["bytes"]
    return promised == {file.name: file.stat().st_size for file in _files(checkpoint) if file.name in promised}


def _files(checkpoint: Path) -> list[Path]:
    return [file for file in checkpoint.iterdir() if file.is_file() and file.name != MARK]
