"""How fast a small model is trained, beside plain TRL, or the plain transformers trainer for a classification head.

    python -m benchmarks.train ../shared/data [--rows 240] [--base smollm2-135m] [--task classify] [--dtype float32]

All train the same LoRA (rank 16 on every linear layer, batches of 8, one epoch, the same rate) on the same rows of
banking77, a question and the name of its intent, each way alone in its process, with threads that do not spin while
they wait (on a busy machine the others would lose several times as much). Then come the levers: the same with one of
them switched off, on fewer rows. The first two steps are not timed. Useful tokens are those of the rows, padding not
counted; the same rows have the same tokens for all ways. The GFLOP/s are what these tokens need at least, by processor
seconds (on a GPU by seconds), beside a matrix product of 512 x 1024 x 1024 in the same process: a beginning that rows
share counts for each of them. Both losses are per trained token: of the last quarter of the steps, and of `--held-out`
other rows, measured by one piece of code. On a busy machine go by processor seconds. A GPU is used if there is one.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.profile import machine

LEVERS = {
    "beginning not shared": ["share"],
    "padded, not packed": ["pack"],
    "LoRA by peft": ["lora"],
    "padded, LoRA by peft": ["pack", "lora"],
}
SEEDS = (1, 2)


def main() -> None:
    """Run every way, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rows", type=int, default=240)
    parser.add_argument("--lever-rows", type=int, default=80, help="rows for the ways with a lever off; 0 for none")
    parser.add_argument("--held-out", type=int, default=64)
    parser.add_argument("--base", default="smollm2-135m")
    parser.add_argument("--task", choices=["generate", "classify"], default="generate")
    parser.add_argument("--dtype", choices=["float32", "bfloat16"], default="bfloat16")
    options = parser.parse_args()
    print(machine(), f"{options.base}, {options.task}, {options.dtype}", sep="\n", end="\n\n", flush=True)
    speed = f"{'rows/s':>8}{'tokens/s':>10}{'processor s/row':>17}"
    print(f"{'':24}{'seed':>5}{'rows':>6}{speed}{'GFLOP/s':>9}{'of product':>12}{'loss':>8}{'held out':>10}")
    plain = "TRL" if options.task == "generate" else "transformers"
    found = [(way, told(options, way, seed, options.rows, [])) for seed in SEEDS for way in (plain, "Tunewright")]
    if options.lever_rows:
        for name, off in LEVERS.items():
            told(options, name, SEEDS[0], options.lever_rows, off)
    print()
    for key, what in (("seconds", "seconds"), ("processor", "processor seconds")):
        theirs, mine = (sum(one[key] for way, one in found if way == name) for name in (plain, "Tunewright"))
        print(f"{plain} takes {theirs / mine:.1f} times as many {what} as Tunewright")


def told(options: argparse.Namespace, way: str, seed: int, rows: int, off: list[str]) -> dict[str, Any]:
    """Train one way, print its line."""
    job = {
        "plain": way in ("TRL", "transformers"),
        "folder": str(options.folder),
        "rows": rows,
        "held_out": options.held_out,
        "seed": seed,
        "off": off,
        **{key: getattr(options, key) for key in ("base", "task", "dtype")},
    }
    command = [sys.executable, "-m", "benchmarks.train_runs", json.dumps(job)]
    quiet = {**os.environ, "HF_HUB_DISABLE_PROGRESS_BARS": "1", "OMP_WAIT_POLICY": "PASSIVE"}
    run = subprocess.run(command, capture_output=True, text=True, env=quiet)
    if run.returncode:
        sys.exit(f"{way} broke:\n{run.stderr[-2000:]}")
    it: dict[str, Any] = json.loads(run.stdout.strip().splitlines()[-1])
    speed = f"{it['rows'] / it['seconds']:8.2f}{it['tokens'] / it['seconds']:10.0f}{it['processor'] / it['rows']:17.3f}"
    rate = it["gflop"] / it["seconds" if it["gpu"] else "processor"]
    work = f"{rate:9.0f}{100 * rate / it['product']:10.1f} %"
    print(f"{way:24}{seed:5}{rows:6}{speed}{work}{it['loss']:8.3f}{it['held_out']:10.3f}", flush=True)
    return it


if __name__ == "__main__":
    main()
