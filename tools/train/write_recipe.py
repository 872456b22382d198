"""Write down how a run is trained, for elsewhere."""

import os
import shutil
from pathlib import Path
from typing import Any

from store import TrainingRun, Workspace
from store.run_recipes import FILE, recipe, rows_of, write
from store.unfinished import unfinished
from tools.data._recipe import save
from tools.kinds import Run
from tools.result import Result
from tools.tool import tool
from tools.train._base_files import base_files
from tools.train._newest import run_meant
from tools.train._repeat_recipe import STEPS, put_beside
from tools.train._script import tasks
from tools.words import counted

WORKER = "tools.train._script_worker"


@tool(
    effect="writes",
    asks=[
        ("write the recipe of run-1", {"run": "run-1"}),
        ("give me run-2 as a Python script", {"run": "run-2"}),
        ("export the training code of run-3", {"run": "run-3"}),
        ("I want to run this training on the cluster without you", {}),
        ("save everything that is needed to train run-1 again elsewhere", {"run": "run-1"}),
        ("the reviewers ask for the exact configuration of run-4 in a file", {"run": "run-4"}),
        ("TRL script for run-2 please", {"run": "run-2"}),
        ("put settings, seed and library versions of run-5 into a yaml", {"run": "run-5"}),
        ("how would a colleague reproduce the training of run-1? write it down", {"run": "run-1"}),
        ("make run-6 reproducible for the paper", {"run": "run-6"}),
    ],
)
def write_recipe(ws: Workspace, run: Run | None = None) -> Result:
    r"""Write a folder that trains a run again elsewhere: recipe.yaml, its rows, and a plain TRL script.

    Args:
        run: The run; the newest if none is named.

    Example:
        >>> print(write_recipe(trained, "run-1"))
        Wrote the recipe of run-1 to ...run-1.recipe. `tunewright run recipe.yaml` trains it again from ..., with the
        72 rows it was taught and 12 it was checked on; train.py does with TRL alone. ...
    """
    meant = run_meant(ws, run, lambda _: True, "has been started yet")
    target = _target(ws, meant)
    beside, old = unfinished(target.parent, "recipe"), unfinished(target.parent, "old")
    beside.mkdir(parents=True)
    try:
        counts = _fill(ws, meant, beside)
        if target.exists():
            os.replace(target, old)
        os.replace(beside, target)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)
    checked = f" and {counts['evaluation']:,} it was checked on" if counts.get("evaluation") else ""
    script = (
        f", with the {counted(counts['train'], 'row')} it was taught{checked}; train.py does with TRL alone."
        if counts
        else f"; there is no script for the task {meant.plan['task']}."
    )
    return Result(
        f"Wrote the recipe of {meant.called} to {target}. `tunewright run {FILE}` trains it again from the rows beside "
        f"it{script} The folder holds text of the data.",
        files=[str(path) for path in sorted(target.iterdir()) if path.is_file()],
        data={"run": meant.id, "folder": str(target), "rows": counts},
    )


@write_recipe.preview
def _preview(ws: Workspace, run: str | None = None) -> Result:
    meant = run_meant(ws, run, lambda _: True, "has been started yet")
    target = _target(ws, meant)
    again = " It replaces the one that is there." if target.exists() else ""
    return Result(
        f"Write to {target} how {meant.called} is trained: the full configuration, the rows of {meant.dataset} "
        f"(version {meant.version}) and how they were made, and a script for TRL. They hold text of the data.{again}"
    )


def _fill(ws: Workspace, run: TrainingRun, folder: Path) -> dict[str, int]:
    """Write all of it; gives the rows of the script, by side."""
    lineage = ws.datasets.lineage(run.dataset, run.version)
    rows = lineage[-1].path
    shutil.copyfile(rows, folder / rows.name)
    save(ws, lineage[-1], folder / STEPS)
    put_beside(folder, run)
    base = run.plan.get("continues", {}).get("base_model", run.plan["base_model"])
    told: dict[str, Any] = recipe(run.id, rows_of(lineage, rows.name), run.plan, run.made_with)
    told["base"] = base_files(base)
    if run.state == "done":
        result = ws.jobs.result(run.job.id)
        told["result"] = {name: result[name] for name in ("step", "loss", "eval_loss") if name in result}
    write(folder / FILE, told)
    if run.plan["task"] not in tasks():
        return {}
    payload = {
        "run": run.id,
        "dataset": f"{run.dataset}, version {run.version}",
        "plan": run.model_plan,
        "data": str(rows),
        "target": str(folder),
    }
    return ws.jobs.wait(ws.jobs.start("script", WORKER, payload).id)["rows"]


def _target(ws: Workspace, run: TrainingRun) -> Path:
    return ws.folder / "exports" / f"{run.id}.recipe"
