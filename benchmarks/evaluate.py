"""How many test rows a second are answered, beside a plain `pipeline` loop and lm-evaluation-harness.

    python -m benchmarks.evaluate ../shared/data --harness-venv FOLDER [--rows 48] [--labels 12] [--base smollm2-135m]

All get the same rows, weights, precision and chat template, and are timed without loading, each alone in its process.
Rows to classify are from banking77: the pipeline writes the label, the harness and Tunewright score each label. Rows to
answer are from alpaca: written greedily, up to the end mark or the same number of tokens. The pipeline is called row by
row, as its documentation shows; the harness takes `--batch` rows at once.
"""

import argparse
import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.profile import machine
from benchmarks.scored_tasks import Task, harness, intents, requests
from tools.evaluate._rows import Question

WAYS = ("Tunewright", "harness", "pipeline")
Jobs = list[dict[str, Any]]


def main() -> None:
    """Run every way, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--harness-venv", type=Path, help="environment of the harness; left out if not given")
    parser.add_argument("--rows", type=int, default=48)
    parser.add_argument("--labels", type=int, default=12)
    parser.add_argument("--batch", type=int, default=32, help="rows that the harness takes at once")
    parser.add_argument("--base", default="smollm2-135m")
    parser.add_argument("--dtype", choices=["float32", "bfloat16"], default="float32")
    options = parser.parse_args()
    from tools.evaluate._answers import most_new_tokens
    from tools.train._weights import base_folder, load_tokenizer

    model = base_folder(options.base)
    tokenizer = load_tokenizer(model)
    questions, names = intents(options.folder, options.rows, options.labels)
    written = requests(options.folder, options.rows)
    longest = 1 + max(len(tokenizer(name, add_special_tokens=False)["input_ids"]) for name in names)  # pyright: ignore
    new = most_new_tokens(tokenizer, [question.reference for question in written])
    jobs: Jobs = [
        {"questions": [asdict(question) for question in questions], "labels": names, "new": longest},
        {"questions": [asdict(question) for question in written], "labels": None, "new": new},
    ]
    print(machine(), f"{options.base}, {options.dtype}", sep="\n", end="\n\n", flush=True)
    found = {
        "Tunewright": _run("ours", options.base, options.dtype, jobs),
        "pipeline": _run("pipeline", options.base, options.dtype, jobs),
    }
    if options.harness_venv:
        tasks = as_tasks(tokenizer, questions, names, written, new)
        warm = [Task(task.name, task.kind, task.rows[:1], task.new, task.until) for task in tasks]
        both = harness(options.harness_venv, model, [*warm, *tasks], dtype=options.dtype, batch=options.batch)
        found["harness"] = [_texts(names, told) for told in both[len(warm) :]]
    told(found, jobs, new)


def _run(way: str, base: str, dtype: str, jobs: Jobs) -> Jobs:
    command = [sys.executable, "-m", "benchmarks.evaluate_runs", way, base, dtype]
    quiet = {**os.environ, "HF_HUB_DISABLE_PROGRESS_BARS": "1"}
    run = subprocess.run(command, input=json.dumps(jobs), capture_output=True, text=True, env=quiet)
    if run.returncode:
        sys.exit(f"{way} broke:\n{run.stderr[-2000:]}")
    return json.loads(run.stdout.strip().splitlines()[-1])


def as_tasks(
    tokenizer: Any, questions: list[Question], names: list[str], written: list[Question], new: int
) -> list[Task]:
    """The same rows for the harness: the text of the chat template, and each label with its end mark."""
    from tools.train._examples import prompt_text

    end = str(tokenizer.eos_token)
    closed = [
        {
            "prompt": prompt_text(tokenizer, question.messages),
            "answers": [name + end for name in names],
            "right": names.index(question.reference),
        }
        for question in questions
    ]
    free = [
        {"prompt": prompt_text(tokenizer, question.messages), "reference": question.reference} for question in written
    ]
    return [Task("classify", "choices", closed), Task("write", "write", free, new=new, until=[end])]


def _texts(names: list[str], found: dict[str, Any]) -> dict[str, Any]:
    if "scores" in found:
        return {**found, "texts": [names[scores.index(max(scores))] for scores in found["scores"]]}
    return {**found, "texts": [text.strip() for text in found["texts"]]}


def told(found: dict[str, Jobs], jobs: Jobs, new: int) -> None:
    """Print, for each kind of row, the speed of each way and how often it answers as Tunewright does."""
    titles = (f"classify, {len(jobs[0]['labels'])} labels", f"write, up to {new} tokens")
    print(f"{'':28}{'':12}{'rows':>6}{'seconds':>9}{'rows/s':>8}{'Tunewright is':>15}{'right':>8}{'same answer':>13}")
    for place, (title, job) in enumerate(zip(titles, jobs, strict=True)):
        mine = found["Tunewright"][place]
        for way in [way for way in WAYS if way in found]:
            texts, seconds = found[way][place]["texts"], found[way][place]["seconds"]
            hits = [text == row["reference"] for text, row in zip(texts, job["questions"], strict=True)]
            right = f"{100 * sum(hits) / len(hits):6.1f} %" if job["labels"] else ""
            same = sum(one == other for one, other in zip(texts, mine["texts"], strict=True))
            times = "" if way == "Tunewright" else f"{seconds / mine['seconds']:.1f} times as fast"
            print(
                f"{title:28}{way:12}{len(texts):6}{seconds:9.1f}{len(texts) / seconds:8.2f}{times:>15}{right:>8}"
                f"{f'{same} of {len(texts)}':>13}",
                flush=True,
            )


if __name__ == "__main__":
    main()
