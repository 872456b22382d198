"""Weights & Biases: files on this machine for `wandb sync`, or a server, whose key wandb reads from the environment.

On a server, steps that are made again after a kill stay as they were first sent: it takes none below its last.
"""
# pyright: basic, reportMissingImports=false, reportAttributeAccessIssue=false

import os
import shutil
from collections.abc import Sequence

import wandb

from tools.train.trackers._figures import Facts, Point

ERRORS = (wandb.Error, OSError, TimeoutError)
KEEPS = False


class Opened:
    """A run in Weights & Biases."""

    def __init__(self, run: wandb.Run) -> None:
        self._run, self._next = run, run.step if run.resumed else 0
        run.config.update({"state": "running"}, allow_val_change=True)

    def write(self, points: Sequence[Point]) -> None:
        """Add points."""
        for step, measured in points:
            if step >= self._next:
                self._run.log(measured, step=step, commit=True)
                self._next = step + 1

    def end(self, state: str, final: dict[str, float], step: int) -> None:
        """The final figures as the summary, and the state."""
        self._run.summary.update(final)
        self._run.config.update({"state": state}, allow_val_change=True)

    def close(self) -> None:
        """Write out all that waits."""
        self._run.finish(exit_code=0)


def open_run(name: str, server: str | None, run: Facts, again: bool) -> Opened:
    """Open a run; see `_tracker.Module`."""
    run.folder.mkdir(parents=True, exist_ok=True)
    for old in (run.folder / "wandb").glob(f"offline-run-*-{run.id}"):
        shutil.rmtree(old)
    if server:
        os.environ["WANDB_BASE_URL"] = server
    quiet = wandb.Settings(
        silent=True,
        console="off",
        host="",
        disable_git=True,
        disable_code=True,
        save_code=False,
        x_disable_meta=True,
        x_save_requirements=False,
        x_disable_stats=True,
        x_disable_machine_info=True,
    )
    made = wandb.init(
        project=name,
        name=run.name,
        id=run.id,
        config=run.config,
        dir=run.folder,
        mode="online" if server else "offline",
        resume="allow" if server else None,
        settings=quiet,
        reinit="create_new",
    )
    return Opened(made)
