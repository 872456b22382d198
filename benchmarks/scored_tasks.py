"""Local tasks for the comparisons with lm-evaluation-harness: rows of public sets, as prompts with their answers."""

import csv
import json
import random
import subprocess
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from tools.evaluate._rows import Question

HARNESS = ["lm-eval[hf]==0.4.13", "accelerate"]
TORCH = "torch==2.13.0"
RUN_HARNESS = Path(__file__).with_name("harness_run.py")


@dataclass(frozen=True)
class Task:
    """What is asked.

    Attributes:
        name: Of the task.
        kind: Whether an answer is chosen by its likelihood or written.
        rows: prompt, with answers and the place of the right one, or with reference.
        new: The most tokens of a written answer.
        until: Texts that end a written answer.
    """

    name: str
    kind: Literal["choices", "write"]
    rows: list[dict[str, Any]]
    new: int = 0
    until: list[str] = field(default_factory=list[str])


def intents(folder: Path, rows: int, labels: int, seed: int = 7) -> tuple[list[Question], list[str]]:
    """Questions to a bank, each with one of some intents (banking77), as Tunewright formats them."""
    with (folder / "banking77" / "test.csv").open(encoding="utf-8") as file:
        all_rows = [(row["text"], row["category"].replace("_", " ")) for row in csv.DictReader(file)]
    draw = random.Random(seed)
    names = sorted(draw.sample(sorted({label for _, label in all_rows}), labels))
    some = draw.sample([row for row in all_rows if row[1] in names], min(rows, 40 * labels))
    ask = f"Classify the text. Answer with one of: {', '.join(names)}."
    return [_question(n, f"{ask}\n\n{text}", label) for n, (text, label) in enumerate(some)], names


def requests(folder: Path, rows: int, letters: int = 120, seed: int = 7) -> list[Question]:
    """Instructions with short answers (alpaca)."""
    found: list[Question] = []
    with (folder / "alpaca" / "gt_march12k.jsonl").open(encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)["original"]
            if row and 0 < len(row["output"]) <= letters:
                found.append(_question(len(found), f"{row['instruction']}\n{row['input']}".strip(), row["output"]))
    return random.Random(seed).sample(found, rows)


def sums(folder: Path, rows: int, seed: int = 7) -> list[tuple[str, str]]:
    """Questions and the first line of their solutions (gsm8k)."""
    with (folder / "gsm8k" / "train.jsonl").open(encoding="utf-8") as file:
        found = [json.loads(line) for line in file]
    some = random.Random(seed).sample(found, rows)
    return [(row["question"], row["answer"].splitlines()[0]) for row in some]


def _question(row: int, text: str, answer: str) -> Question:
    return Question(row, [{"role": "user", "content": text}], text, answer)


def python(venv: Path) -> Path:
    """The Python of the harness's environment, made if need be."""
    found = venv.resolve() / "bin" / "python"
    if not found.exists():
        subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
        for packages in ([TORCH], [TORCH, *HARNESS]):
            subprocess.run([str(found), "-m", "pip", "install", "-q", *packages], check=True)
    return found


def harness(venv: Path, model: Path, tasks: list[Task], *, dtype: str, batch: int) -> list[dict[str, Any]]:
    """What the harness finds for each task."""
    command = [str(python(venv)), "-I", str(RUN_HARNESS), str(model), dtype, str(batch)]
    given = json.dumps([asdict(task) for task in tasks])
    run = subprocess.run(command, input=given, capture_output=True, text=True)
    if run.returncode:
        sys.exit(f"The harness broke:\n{run.stderr[-2000:]}")
    return json.loads(run.stdout)
