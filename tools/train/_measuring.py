"""Have a training measured before it is planned, once for each machine, base model, rows and what follows from them."""

from pathlib import Path
from typing import Any

from store import Workspace
from tools.tool import ToolError
from tools.train._machine import Machine
from tools.train._material import Material
from tools.train._wishes import Wishes
from tools.train.tasks import TASKS

PROBE = "tools.train._probe"
PACKED_TOKENS = 512
"""Of a block of plain text."""


def measured(
    ws: Workspace, material: Material, machine: Machine, asked: dict[str, Any], wishes: Wishes
) -> dict[str, Any]:
    """Measure, unless the same was measured on this machine before; the finished jobs are the memory.

    Raises:
        StoreError: It cannot be trained; the message says why.
    """
    longest = wishes.max_length or (PACKED_TOKENS if TASKS[material.task].packed else None)
    fixed = {"max_length": longest, "epochs": 1, "learning_rate": 1e-5, "seed": 0, "save_steps": 1}
    payload = {
        "dataset": material.version.dataset,
        "version": material.version.number,
        "machine": machine.key,
        "measures": 4,
        "plan": {**asked, **fixed},
    }
    for job in ws.jobs.all("probe"):
        if job.state == "done" and job.payload == payload:
            return ws.jobs.result(job.id)
    job = ws.jobs.start("probe", PROBE, payload)
    try:
        return ws.jobs.wait(job.id)
    finally:
        if ws.jobs.get(job.id).state == "interrupted":
            raise ToolError(
                f"The first steps of {Path(asked['base_model']).name} were cut off without a word, most likely because "
                f"the memory was full: {machine}. Take a smaller base model, a smaller batch_size or max_length, or "
                "close other programs."
            )
