"""The weights after each round of a federation, on disk, written so that a kill leaves no half file."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float32]]
KEPT = 2


def save_round(folder: Path, number: int, weights: Mapping[str, Array], line: dict[str, Any] | None) -> None:
    """Save the weights after a round, then tell of it in `rounds.jsonl`.

    Of the rounds, the newest are kept, and what they began with.
    """
    beside = folder / f".round-{number}.npz"
    with beside.open("wb") as file:
        np.savez(file, allow_pickle=False, **dict(weights))
        file.flush()
        os.fsync(file.fileno())
    os.replace(beside, folder / f"round-{number}.npz")
    if line is not None:
        with (folder / "rounds.jsonl").open("a") as file:
            file.write(json.dumps(line) + "\n")
    for old in folder.glob("round-*.npz"):
        if 0 < _number(old) <= number - KEPT:
            old.unlink()


def last_round(folder: Path) -> int:
    """The newest round that is saved, 0 for the weights it began with; -1 if there is none."""
    return max(map(_number, folder.glob("round-*.npz")), default=-1)


def load_round(folder: Path, number: int) -> dict[str, Array]:
    """The weights after a round, by name."""
    with np.load(folder / f"round-{number}.npz", allow_pickle=False) as file:
        return {name: file[name] for name in file.files}


def told(folder: Path) -> list[dict[str, Any]]:
    """What was told of each finished round."""
    file = folder / "rounds.jsonl"
    lines = file.read_text().splitlines(keepends=True) if file.exists() else []
    return [json.loads(line) for line in lines if line.endswith("\n")]


def _number(file: Path) -> int:
    return int(file.stem.rpartition("-")[2])
