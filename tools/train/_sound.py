"""The checkpoint that a run goes on from: the newest one that is not damaged."""

import shutil
from pathlib import Path

from store.worker import Worker
from tools.train._checkpoints import last_intact, step_of
from tools.words import listed


def sound_checkpoint(worker: Worker, folder: Path) -> Path | None:
    """Put damaged checkpoints aside, say so, and give the newest that is as it was written; None for the start."""
    checkpoint, damaged = last_intact(folder)
    if not damaged:
        return checkpoint
    for step in damaged:
        shutil.rmtree(folder / f"checkpoint-{step}")
    steps = listed([f"step {step}" for step in damaged])
    where = f"It goes on from step {step_of(checkpoint)}." if checkpoint else "It starts again from the beginning."
    it = "The checkpoint" if len(damaged) == 1 else "The checkpoints"
    worker.progress(0, f"{it} of {steps} {'is' if len(damaged) == 1 else 'are'} damaged on the disk. {where}")
    return checkpoint
