"""Kill a training at random moments, resume it each time, and compare it with one that was left alone.

Run it as `python -m benchmarks.resume --kills 30`. A tiny model is trained with dropout, gradient accumulation and a
short last batch, once without a break and then killed with SIGKILL again and again: while it loads, in the middle of a
step, while it saves a checkpoint and while it saves the model. It ends with the exit code 0 if the losses of every
step and the bytes of the weights are the same.
"""

import argparse
import hashlib
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from store import TrainingRun, Workspace
from tests.tiny_model import build
from tests.tiny_run import add_tickets, start
from tools.train._checkpoints import last_whole
from tools.train._curves import metrics

SETTINGS: dict[str, Any] = {
    "dropout": 0.1,
    "batch_size": 10,
    "gradient_accumulation": 2,
    "epochs": 30,
    "save_steps": 3,
    "learning_rate": 1e-2,
}
PAUSE = 0.002


def main() -> int:
    """Run it and print what came out."""
    options = _options()
    drawn = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as folder, Workspace(Path(folder) / "home") as ws:
        add_tickets(ws)
        base = build(Path(folder) / "tiny")
        settings = {**SETTINGS, "technique": options.technique, "task": options.task}
        left_alone = start(ws, base, **settings)
        ws.jobs.wait(left_alone.job.id)
        killed = start(ws, base, **settings)
        moments = Counter(_kill(ws, killed.id, drawn, options.kills - n) for n in range(options.kills))
        ws.jobs.wait(_resumed(ws, killed.id).job.id)
        print(f"Killed {moments.total()} times: " + ", ".join(f"{n} {what}" for what, n in moments.most_common()))
        return _compared(ws.runs.get(left_alone.id), ws.runs.get(killed.id))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--seed", type=int, default=0, help="of the moments")
    parser.add_argument("--technique", default="lora", choices=("lora", "dora", "ia3", "full"))
    parser.add_argument("--task", default="generate", choices=("generate", "classify"))
    return parser.parse_args()


def _kill(ws: Workspace, run: str, drawn: random.Random, left: int) -> str:
    """Kill it once, at a moment that leaves something to do for the others; gives what it was doing."""
    meant = _resumed(ws, run)
    aim = drawn.choice(("anywhere", "anywhere", "in a checkpoint", "in the model" if left < 4 else "in a step"))
    checkpoints, steps = meant.folder / "checkpoints", _steps(meant)
    old = _torn(checkpoints)
    wanted = steps + drawn.randint(1, 5)
    until = time.monotonic() + drawn.uniform(0, 12)
    while ws.jobs.get(meant.job.id).live:
        if aim == "anywhere" and time.monotonic() > until and left > 4:
            break
        if aim == "in a step" and _steps(meant) >= wanted:
            break
        if aim == "in a checkpoint" and _torn(checkpoints) - old and _steps(meant) >= wanted:
            break
        if (aim == "in the model" or left <= 4) and (meant.folder / ".model").exists():
            break
        if left > 4 and _steps(meant) >= wanted + 20:
            break
        time.sleep(PAUSE)
    doing = _doing(meant, steps, old)
    process = json.loads((meant.job.folder / "process.json").read_text())["process"]
    try:
        os.kill(int(process.partition(":")[0]), signal.SIGKILL)
    except ProcessLookupError:
        return "after its end"
    while ws.jobs.get(meant.job.id).live:
        time.sleep(PAUSE)
    return doing


def _resumed(ws: Workspace, run: str) -> TrainingRun:
    """The run, going on if it ended early, with a process of its own."""
    meant = ws.runs.get(run)
    if not meant.job.live and meant.state != "done":
        with ws.approvals.typed("resume_training", {"run": run}):
            meant = ws.runs.resume(run)
    while not (meant.job.folder / "process.json").exists():
        time.sleep(PAUSE)
    return meant


def _steps(run: TrainingRun) -> int:
    """The last step that was written down."""
    file = run.folder / "metrics.jsonl"
    lines = file.read_text().splitlines(keepends=True) if file.exists() else []
    return max((json.loads(line)["step"] for line in lines if line.endswith("\n")), default=0)


def _torn(checkpoints: Path) -> set[str]:
    """The checkpoints that are not whole: half saved, or left so by an earlier kill."""
    return {each.name for each in checkpoints.glob("checkpoint-*") if not (each / "whole.json").exists()}


def _doing(run: TrainingRun, steps: int, old: set[str]) -> str:
    if (run.folder / ".model").exists():
        return "while it saved the model"
    if _torn(run.folder / "checkpoints") - old:
        return "while it saved a checkpoint"
    if _steps(run) > steps:
        return "in a step"
    return "while it loaded" if last_whole(run.folder / "checkpoints") else "before anything was saved"


def _compared(whole: TrainingRun, killed: TrainingRun) -> int:
    losses = [
        [(line["step"], line.get("loss"), line.get("eval_loss")) for line in metrics(run)] for run in (whole, killed)
    ]
    apart = sum(one != other for one, other in zip(*losses, strict=False)) + abs(len(losses[0]) - len(losses[1]))
    done = [json.loads((run.folder / "model" / "done.json").read_text()) for run in (whole, killed)]
    hashes = [_hash(run.folder / "model") for run in (whole, killed)]
    print(f"Lines of losses: {len(losses[0])}, {apart} apart.")
    for name in ("loss", "eval_loss"):
        print(f"Final {name.replace('_', ' ')}: {done[0][name]!r} left alone, {done[1].get(name)!r} killed.")
    print(f"Weights: {'the same bytes' if hashes[0] == hashes[1] else 'DIFFERENT bytes'}.")
    otherwise = [name for name in ("loss", "eval_loss") if done[0][name] != done[1].get(name)]
    return int(bool(apart or otherwise) or hashes[0] != hashes[1])


def _hash(model: Path) -> str:
    file = next(iter(sorted(model.glob("*.safetensors"))))
    return hashlib.sha256(file.read_bytes()).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
