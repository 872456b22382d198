"""Whether our scores and greedy answers are those of EleutherAI's lm-evaluation-harness, on the same tasks and weights.

    python -m benchmarks.harness ../shared/data --harness-venv FOLDER [--rows 40] [--labels 8] [--base smollm2-135m]

The harness has its own environment, made if it is not there (about 2 GB). Tasks: banking77 with the base's chat
template, through `tools.evaluate._answers`, as an evaluation scores a run; banking77 as plain text with a space before
each answer, and with the space at the prompt's end; gsm8k, written until the line ends. All in float32.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.scored_tasks import Task, harness, intents, sums

NEW_TOKENS = 64
CLOSE = 1e-3


def main() -> None:
    """Ask both, print the table; exit code 1 if they disagree."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--harness-venv", type=Path, required=True, help="environment of the harness")
    parser.add_argument("--rows", type=int, default=40)
    parser.add_argument("--labels", type=int, default=8)
    parser.add_argument("--base", default="smollm2-135m")
    options = parser.parse_args()
    from tools.train._weights import base_folder, load

    loaded, model = load(options.base), base_folder(options.base)
    tasks, ours = asked(loaded, options.folder, options.rows, options.labels)
    theirs = harness(options.harness_venv, model, tasks, dtype="float32", batch=16)
    print(f"{options.base}, float32\n")
    print(f"{'':34}{'rows':>6}{'accuracy ours':>15}{'harness':>9}{'largest difference':>20}{'same answer':>13}")
    agree = [compared(task, mine, other) for task, mine, other in zip(tasks, ours, theirs, strict=True)]
    print(f"\n{'They agree' if all(agree) else 'They DISAGREE'}: same answers, and log-likelihoods within {CLOSE}.")
    sys.exit(not all(agree))


def asked(loaded: Any, folder: Path, rows: int, labels: int) -> tuple[list[Task], list[list[Any]]]:
    """The tasks, and what we find for each: rows of scores, or texts."""
    from tools.evaluate._answers import answer
    from tools.train._examples import prompt_text

    questions, names = intents(folder, rows, labels)
    end, places = str(loaded.tokenizer.eos_token), {name: place for place, name in enumerate(names)}
    right = [places[question.reference] for question in questions]
    said = answer(loaded, {"task": "generate", "labels": names}, questions)
    chat = [prompt_text(loaded.tokenizer, question.messages) for question in questions]
    plain = [f"{question.text}\nIntent:" for question in questions]
    spaced = [f" {name}" for name in names]
    tasks = [
        _choices("banking77, chat template", chat, [name + end for name in names], right),
        _choices("banking77, plain", plain, spaced, right),
        _choices("banking77, space ends the prompt", [f"{text} " for text in plain], names, right),
    ]
    found = [[[one.scores[name] for name in names] for one in said]]
    found += [scored(loaded, task) for task in tasks[1:]]
    talk = [{"prompt": f"Question: {text}\nAnswer:", "reference": solution} for text, solution in sums(folder, rows)]
    tasks.append(Task("gsm8k, until the line ends", "write", talk, new=NEW_TOKENS, until=["\n"]))
    return tasks, [*found, lines(loaded, [row["prompt"] for row in talk])]


def _choices(name: str, prompts: Sequence[str], answers: Sequence[str], right: Sequence[int]) -> Task:
    rows = [{"prompt": text, "answers": answers, "right": place} for text, place in zip(prompts, right, strict=True)]
    return Task(name, "choices", rows)


def scored(loaded: Any, task: Task) -> list[list[float]]:
    """The log-likelihoods of plain texts, cut as the harness cuts them."""
    from tools.evaluate._score import choices

    answers, cut = task.rows[0]["answers"], [pair(loaded.tokenizer, row["prompt"], "") for row in task.rows]
    ends = [pair(loaded.tokenizer, task.rows[0]["prompt"], text)[1] for text in answers]
    return choices(loaded.model, [prompt for prompt, _ in cut], ends).tolist()


def pair(tokenizer: Any, prompt: str, answer: str) -> tuple[list[int], list[int]]:
    """Tokens of a prompt and of its answer by the harness's convention: spaces that end a prompt begin the answer."""
    kept = prompt.rstrip()
    before, whole = (tokenizer(text)["input_ids"] for text in (kept, prompt + answer))
    return before, whole[len(before) :]


def lines(loaded: Any, prompts: Sequence[str]) -> list[str]:
    """Greedy answers up to the end of the line: any token with a line break in it ends them."""
    from tools.evaluate._write import Ending, written

    tokenizer = loaded.tokenizer
    ends = [token for token in range(len(tokenizer)) if "\n" in tokenizer.decode([token])]
    ending = Ending(NEW_TOKENS, [tokenizer.eos_token_id, *ends], tokenizer.pad_token_id)
    texts = [""] * len(prompts)
    for rows, answers in written(loaded.model, [tokenizer(text)["input_ids"] for text in prompts], ending):
        for row, tokens in zip(rows, answers, strict=True):
            texts[row] = tokenizer.decode(tokens, skip_special_tokens=True).split("\n")[0]
    return texts


def compared(task: Task, ours: list[Any], theirs: dict[str, Any]) -> bool:
    """Print a task's line; whether both agree."""
    if task.kind == "write":
        same = sum(mine.strip() == other.strip() for mine, other in zip(ours, theirs["texts"], strict=True))
        print(f"{task.name:34}{len(ours):6}{'':15}{'':9}{'':20}{f'{same} of {len(ours)}':>13}")
        return same == len(ours)
    pairs = list(zip(ours, theirs["scores"], strict=True))
    chosen = [(mine.index(max(mine)), other.index(max(other))) for mine, other in pairs]
    apart = max(abs(one - two) for mine, other in pairs for one, two in zip(mine, other, strict=True))
    hits = sum(mine == row["right"] for (mine, _), row in zip(chosen, task.rows, strict=True)) / len(ours)
    same = sum(mine == other for mine, other in chosen)
    accuracy = f"{hits:15.4f}{theirs['accuracy']:9.4f}"
    print(f"{task.name:34}{len(ours):6}{accuracy}{apart:20.1e}{f'{same} of {len(ours)}':>13}")
    return same == len(ours) and apart < CLOSE and abs(hits - theirs["accuracy"]) < 1e-9


if __name__ == "__main__":
    main()
