"""How many test rows a second are answered, beside a plain `pipeline` loop and lm-evaluation-harness.

    python -m benchmarks.evaluate ../shared/data --harness-venv FOLDER [--rows 36] [--labels 12] [--base smollm2-135m]

All get the same rows, weights, precision and chat template, and are timed without loading, each alone in its process.
Rows to classify are from banking77: the harness and Tunewright score each label; the pipeline writes, up to the end
mark or as long as Tunewright lets a written answer be, and once more cut at the length of the longest label, which
suits it best. Rows to answer are from alpaca: written greedily, up to the end mark or the same number of tokens. The
pipeline is called row by row, as its documentation shows; the harness takes `--batch` rows at once. On a busy machine
go by processor seconds.
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

WAYS = ("Tunewright", "harness", "pipeline", "pipeline, cut")
Jobs = list[dict[str, Any]]


def main() -> None:
    """Run every way, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--harness-venv", type=Path, help="environment of the harness; left out if not given")
    parser.add_argument("--rows", type=int, default=36)
    parser.add_argument("--labels", type=int, default=12)
    parser.add_argument("--batch", type=int, default=32, help="rows that the harness takes at once")
    parser.add_argument("--base", default="smollm2-135m")
    parser.add_argument("--dtype", choices=["float32", "bfloat16"], default="float32")
    options = parser.parse_args()
    from tools.evaluate._answers import most_new_tokens
    from tools.train._weights import base_folder, load_tokenizer

    model = base_folder(options.base)
    tokenizer = load_tokenizer(model)
    closed, names = intents(options.folder, options.rows, options.labels)
    free = requests(options.folder, options.rows)
    new = [most_new_tokens(tokenizer, [question.reference for question in some]) for some in (closed, free)]
    jobs = [_job(closed, names, new[0]), _job(free, None, new[1])]
    longest = 1 + max(len(tokenizer(name, add_special_tokens=False)["input_ids"]) for name in names)  # pyright: ignore
    print(machine(), f"{options.base}, {options.dtype}", sep="\n", end="\n\n", flush=True)
    found = {"Tunewright": _run("ours", options.base, options.dtype, jobs)}
    *found["pipeline"], cut = _run("pipeline", options.base, options.dtype, [*jobs, _job(closed, names, longest)])
    found["pipeline, cut"] = [cut]
    if options.harness_venv:
        tasks = as_tasks(tokenizer, closed, names, free, new[1])
        warm = [Task(task.name, task.kind, task.rows[:1], task.new, task.until) for task in tasks]
        both = harness(options.harness_venv, model, [*warm, *tasks], dtype=options.dtype, batch=options.batch)
        found["harness"] = [_texts(names, told) for told in both[len(warm) :]]
    told(found, jobs)


def _job(questions: list[Question], labels: list[str] | None, new: int) -> dict[str, Any]:
    return {"questions": [asdict(question) for question in questions], "labels": labels, "new": new}


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


def told(found: dict[str, Jobs], jobs: Jobs) -> None:
    """Print, for each kind of row, the speed of each way and how often it answers as Tunewright does."""
    titles = [f"{'classify' if job['labels'] else 'write'}, {len(job['labels'] or []) or job['new']}" for job in jobs]
    head = f"{'seconds':>9}{'processor s':>13}{'rows/s':>8}{'times as long':>15}{'right':>9}{'same answer':>13}"
    print(f"{'':24}{'':16}{'rows':>5}{head}")
    for place, (title, job) in enumerate(zip(titles, jobs, strict=True)):
        mine = found["Tunewright"][place]
        for way in [way for way in WAYS if len(found.get(way, [])) > place]:
            its = found[way][place]
            rows, seconds = len(its["texts"]), its["seconds"]
            hits = sum(text == row["reference"] for text, row in zip(its["texts"], job["questions"], strict=True))
            right = f"{100 * hits / rows:.1f} %" if job["labels"] else ""
            same = sum(one == other for one, other in zip(its["texts"], mine["texts"], strict=True))
            speed = f"{seconds:9.1f}{its['processor']:13.1f}{rows / seconds:8.2f}{seconds / mine['seconds']:15.1f}"
            what = f"{title} {'labels' if job['labels'] else 'new tokens'}"
            print(f"{what:24}{way:16}{rows:5}{speed}{right:>9}{f'{same} of {rows}':>13}", flush=True)


if __name__ == "__main__":
    main()
