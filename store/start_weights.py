"""A run that goes on from another starts with that one's weights as they were when it was asked for."""

import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from store.errors import StoreError

START = "start"
KEPT = ("metrics.jsonl", "recipe.yaml")
"""What stays of a run that is deleted: how it went, and how to make it again."""


def begun_from(plan: dict[str, Any], folder: Path) -> dict[str, Any]:
    """The plan of a run with the weights that it starts with in the run's own folder.

    Args:
        plan: A plan. With {"continues": {"run", "how", "model"}}, it goes on from the weights in the folder `model`:
            `adapter` trains that adapter on; `merged` trains on the base with the adapter put into it, which the worker
            makes; `whole` trains on all the weights of a full fine-tuning.
        folder: The run's folder.

    Raises:
        StoreError: The weights are gone.
    """
    told = plan.get("continues")
    if not told:
        return plan
    if not (Path(told["model"]) / "done.json").exists():
        raise StoreError(f"{told['run']} has no finished weights to go on from.")
    base = folder / f"{told['run']}-{told['how']}"
    start = base if told["how"] == "whole" else folder / START
    shutil.rmtree(start, ignore_errors=True)
    shutil.copytree(told["model"], start, copy_function=_shared)
    told = {**told, "model": str(start)}
    if told["how"] == "adapter":
        return {**plan, "continues": told}
    return {**plan, "base_model": str(base), "continues": {"base_model": plan["base_model"], **told}}


def discard(folder: Path, parts: Iterable[str]) -> None:
    """Remove files and folders inside a run's folder."""
    for part in parts:
        path = folder / part
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _shared(source: str, target: str) -> None:
    """A second name for a file, which costs no disk: a model's files are replaced, never changed. Else a copy."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
