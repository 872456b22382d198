"""Small datasets for every task, with plans for the tiny model: seconds each."""

from pathlib import Path
from typing import Any

from store import Workspace
from store.engine import literal
from tests.tiny_run import plan

NAMES = ["Anna", "Bert", "Cleo", "Dora", "Emil", "Fatma", "Gert", "Hana"]
SIDES = "case when n % 6 = 5 then 'test' when n % 6 = 4 then 'validation' else 'train' end as split"
PLACES = ["Rome", "Oslo", "Cairo", "Lima", "Bonn", "Quito"]


def add(ws: Workspace, name: str, select: str, **roles: str) -> None:
    """A dataset from a SELECT."""
    with ws.approvals.typed("load_dataset", {}):
        ws.datasets.add(name, select, sentence="Loaded.", recipe={}, roles=roles)


def add_tagged(ws: Workspace, name: str = "people") -> None:
    """48 sentences, words with BIO tags, as lists: 32 to train on, 8 to watch, 8 to test."""
    rows: list[str] = []
    for n, (person, place) in enumerate((person, place) for person in NAMES for place in PLACES):
        words = [person, "went", "to", *(["New", place] if n % 3 == 0 else [place]), "today"]
        tags = ["B-PER", "O", "O", *(["B-LOC", "I-LOC"] if n % 3 == 0 else ["B-LOC"]), "O"]
        side = "test" if n % 6 == 5 else "validation" if n % 6 == 4 else "train"
        rows.append(f"({[*words]!r}, {[*tags]!r}, {literal(side)})")
    add(ws, name, f"from (values {', '.join(rows)}) t(tokens, tags, split)", split="split")


def add_pairs(ws: Workspace, name: str = "votes") -> None:
    """48 questions with a better and a worse answer: 32 to train on, 8 to watch, 8 to test."""
    rows = [
        f"({literal(f'{greeting} {person}, please')}, 'hello, thanks', 'error {n % 3}', "
        f"{literal('test' if n % 6 == 5 else 'validation' if n % 6 == 4 else 'train')})"
        for n, (greeting, person) in enumerate((g, p) for g in ("Hi", "Yes", "Oh", "So", "My", "No") for p in NAMES)
    ]
    roles = {"prompt": "prompt", "completion": "chosen", "rejected": "rejected", "split": "split"}
    named = {column: role for role, column in roles.items()}
    add(ws, name, f"from (values {', '.join(rows)}) t(prompt, chosen, rejected, split)", **named)


def add_texts(ws: Workspace, name: str = "manuals") -> None:
    """60 short texts without answers: 40 to train on, 10 to watch, 10 to test."""
    select = (
        "select 'The app shows an error when card ' || n % 7 || ' is refused. Please return payment ' || n || '.' text,"
        f" {SIDES} from range(60) t(n)"
    )
    add(ws, name, select, text="text", split="split")


def add_sums(ws: Workspace, name: str = "sums") -> None:
    """24 questions with short answers: 16 to train on, 4 to watch, 4 to test."""
    select = (
        "select 'delivery or refund? ' || n prompt, case when n % 2 = 0 then 'refund' else 'delivery' end completion,"
        f" {SIDES} from range(24) t(n)"
    )
    add(ws, name, select, prompt="prompt", completion="completion", split="split")


def task_plan(base: Path, task: str, **changes: Any) -> dict[str, Any]:
    """A plan for the dataset of a task."""
    none = dict.fromkeys(("prompt", "completion", "messages", "text", "label", "labels"))
    of_task: dict[str, dict[str, Any]] = {
        "tag": {"tokens": "tokens", "tags": "tags", "labels": ["O", "B-LOC", "B-PER", "I-LOC"], "epochs": 6},
        "dpo": {"prompt": "prompt", "completion": "chosen", "rejected": "rejected", "epochs": 2},
        "pretrain": {"text": "text", "max_length": 64, "epochs": 3},
        "grpo": {"prompt": "prompt", "completion": "completion", "epochs": 1, "batch_size": 4, "reward": "length",
                 "pattern": "2", "generations": 4, "answer_tokens": 6},
    }  # fmt: skip
    others = dict.fromkeys(("rejected", "tokens", "tags", "spans"))
    return plan(base, **{**none, **others, "task": task, "evaluation_rows": 4, **of_task[task], **changes})


ADD = {"tag": add_tagged, "dpo": add_pairs, "pretrain": add_texts, "grpo": add_sums}
DATASET = {"tag": "people", "dpo": "votes", "pretrain": "manuals", "grpo": "sums"}
