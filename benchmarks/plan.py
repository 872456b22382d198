"""Is what `plan_training` estimates what a training then takes?

`python -m benchmarks.plan [--only PART ...]` plans and then really trains each combination of base model, technique,
task, length and batch size, each in its own workspace and processes, and prints for memory, time and disk the
estimate, the measured value and their ratio, and how many are within 20 %. `--only` takes combinations whose name has
one of the words; `--scale N` makes the trainings N times as long.

Memory is the peak of the training process as `check_training` has it; time is that of the process from its start to
its end, by the clock and by the processor: on a machine that does other work, only the second says anything. Disk is
the peak of the run's folder while it runs, looked at ten times a second. Rows are made up of words, so that lengths are
known; models that are not on this machine are left out, and said so. Exit code 1 if fewer than all are within 20 %.
"""

import argparse
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.made_models import made
from store import StoreError, Workspace
from store.engine import literal
from tools import TOOLS
from tools.train._usage import folder_bytes
from tools.weights.catalogue import find, present
from tools.weights.folder import models_folder

WORDS = "the order arrived late and broken please send money back to my account card app does not open again".split()
LABELS = ("delivery", "refund", "technical", "account")
CLOSE = 0.2
LOOK_SECONDS = 0.1
MEASURES = ("memory", "time", "processor time", "disk")


@dataclass(frozen=True)
class Case:
    """One combination.

    Attributes:
        base: A model of the catalogue, or one of `made_models`.
        technique: lora, dora, ia3 or full.
        task: generate or classify.
        rows: Rows of the dataset; eight in ten are trained on.
        words: The fewest and most words of a row.
        wishes: Other settings.
    """

    base: str
    technique: str
    task: str
    rows: int
    words: tuple[int, int]
    wishes: dict[str, Any] = field(default_factory=dict[str, Any])

    @property
    def name(self) -> str:
        """All of it in a line."""
        more = "".join(f", {key} {value}" for key, value in self.wishes.items())
        return f"{self.base} {self.technique} {self.task}, {self.words[0]} to {self.words[1]} words{more}"


CASES = (
    Case("smollm2-135m", "lora", "generate", 400, (5, 30)),
    Case("smollm2-135m", "dora", "generate", 160, (5, 30)),
    Case("smollm2-135m", "ia3", "generate", 300, (5, 30), {"batch_size": 4}),
    Case("smollm2-135m", "full", "generate", 200, (5, 30)),
    Case("smollm2-135m", "lora", "generate", 60, (100, 300), {"batch_size": 8}),
    Case("smollm2-135m", "lora", "classify", 400, (5, 40), {"batch_size": 32}),
    Case("qwen2.5-coder-0.5b", "lora", "generate", 100, (5, 30)),
    Case("mpnet-base", "lora", "classify", 500, (5, 30)),
    Case("mpnet-base", "full", "classify", 400, (5, 30), {"batch_size": 8}),
    Case("mpnet-base", "lora", "classify", 160, (100, 250), {"batch_size": 16}),
    Case("made-wide", "full", "generate", 400, (5, 30)),
    Case("made-wide", "lora", "classify", 600, (20, 100)),
    Case("made-deep", "lora", "generate", 400, (5, 60), {"rank": 32}),
    Case("made-deep", "full", "classify", 800, (5, 30), {"batch_size": 64}),
)


@dataclass(frozen=True)
class Found:
    """What was estimated and what was measured, by measure."""

    estimated: dict[str, float]
    measured: dict[str, float]

    def ratio(self, measure: str) -> float:
        """The estimate in relation to what was measured."""
        return self.estimated[measure] / self.measured[measure]


def main() -> int:
    """Run the combinations and print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--scale", type=float, default=1.0)
    given = parser.parse_args()
    found: list[Found] = []
    print("| combination | measure | estimate | measured | ratio |\n|---|---|---|---|---|", flush=True)
    for case in CASES:
        if given.only and not any(part in case.name for part in given.only):
            continue
        with tempfile.TemporaryDirectory() as folder:
            base = _base(case.base, Path(folder))
            if base is None:
                print(f"| {case.name} | left out: the model is not on this machine | | | |", flush=True)
                continue
            one = run(case, base, Path(folder), given.scale)
        found.append(one)
        for measure in MEASURES:
            estimate, measured = one.estimated[measure], one.measured[measure]
            print(
                f"| {case.name} | {measure} | {estimate:,.0f} | {measured:,.0f} | {one.ratio(measure):.2f} |",
                flush=True,
            )
    close = {measure: sum(abs(one.ratio(measure) - 1) <= CLOSE for one in found) for measure in MEASURES}
    print("\nwithin 20 %: " + ", ".join(f"{measure} {n} of {len(found)}" for measure, n in close.items()))
    return 0 if all(n == len(found) for n in close.values()) else 1


def run(case: Case, base: str, folder: Path, scale: float) -> Found:
    """Plan and train one combination."""
    with Workspace(folder / "home", "bench", readable=(folder,)) as ws:
        add_rows(ws, case, round(case.rows * scale))
        asked = {"dataset": "rows", "base_model": base, "technique": case.technique, "task": case.task}
        planned = TOOLS["plan_training"].run(ws, {**asked, "epochs": 1, "seed": 1, **case.wishes})
        assert planned.data
        plan = planned.data["plan"]
        with ws.approvals.typed("start_training", {}):
            started = ws.runs.start("rows", ws.datasets.head("rows").number, plan)
        with largest(started.folder) as disk:
            try:
                told = ws.jobs.wait(started.job.id)
            except StoreError as error:
                raise SystemExit(
                    f"{case.name}: {error}\n{(started.job.folder / 'log.txt').read_text()[-2000:]}"
                ) from error
    cost = plan["estimates"]
    return Found(
        {
            "memory": cost["memory_bytes"] / 1e6,
            "time": cost["seconds"],
            "processor time": cost["processor_seconds"],
            "disk": cost["disk_bytes"] / 1e6,
        },
        {
            "memory": told["peak_bytes"] / 1e6,
            "time": told["seconds"],
            "processor time": told["processor_seconds"],
            "disk": disk[0] / 1e6,
        },
    )


def add_rows(ws: Workspace, case: Case, rows: int) -> None:
    """A formatted and split dataset of made-up requests of the wanted lengths."""
    draw = Random(7)
    values: list[str] = []
    for n in range(rows):
        text = " ".join(draw.choices(WORDS, k=draw.randint(*case.words)))
        label, side = LABELS[n % len(LABELS)], "test" if n % 10 == 9 else "validation" if n % 10 == 8 else "train"
        values.append(f"({', '.join(literal(each) for each in (text, label, text, label, side))})")
    with ws.approvals.typed("load_dataset", {}):
        ws.datasets.add(
            "rows",
            f"from (values {', '.join(values)}) t(text, label, prompt, completion, split)",
            sentence=f"Made {rows} rows.",
            recipe={"tool": "format_dataset", "style": "pairs", "text": "text", "label": "label", "labels": [*LABELS]},
            roles={name: name for name in ("text", "label", "prompt", "completion", "split")},
        )


@contextmanager
def largest(folder: Path) -> Iterator[list[int]]:
    """The most bytes that a folder held meanwhile."""
    found, done = [0], threading.Event()

    def watch() -> None:
        while not done.wait(LOOK_SECONDS):
            found[0] = max(found[0], folder_bytes(folder))

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield found
    finally:
        done.set()
        watching.join()


def _base(name: str, folder: Path) -> str | None:
    if name.startswith("made-"):
        return str(made(name, folder / name))
    return name if present(find(name), models_folder()) else None


if __name__ == "__main__":
    sys.exit(main())
