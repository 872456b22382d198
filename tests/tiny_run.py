"""A small dataset of support tickets, and a real training of the tiny model on it: seconds."""

from pathlib import Path
from typing import Any

from store import TrainingRun, Workspace
from store.engine import literal
from tests.tiny_model import build

ROWS = {
    "delivery": [
        "My parcel has not arrived",
        "Where is my order",
        "The courier never came",
        "My card is still missing",
    ],
    "refund": ["I want my money back", "Please refund the second payment", "You charged me twice", "Return my payment"],
    "technical": ["The app shows an error", "I cannot log in", "The page does not load", "My password is refused"],
}
ENDINGS = ["", ", thanks", " again", ", please", " today", " since Monday", ", she said", ", he wrote"]


def add_tickets(ws: Workspace, name: str = "tickets") -> None:
    """96 rows in three classes, formatted as pairs and split 72 / 12 / 12."""
    cases = [
        (f"{text}{ending}", label)
        for ending in ENDINGS
        for texts in zip(*([(text, label) for text in texts] for label, texts in ROWS.items()), strict=True)
        for text, label in texts
    ]
    values = ", ".join(
        f"({literal(text)}, {literal(label)}, {literal('Which kind of request is this? ' + text)}, {literal(label)}, "
        f"{literal('test' if n % 8 == 7 else 'validation' if n % 8 == 6 else 'train')})"
        for n, (text, label) in enumerate(cases)
    )
    with ws.approvals.typed("load_dataset", {"source": f"{name}.csv"}):
        ws.datasets.add(
            name,
            f"from (values {values}) t(text, label, prompt, completion, split)",
            sentence=f"Loaded {len(cases)} rows from {name}.csv.",
            recipe={
                "tool": "format_dataset",
                "style": "pairs",
                "text": "text",
                "label": "label",
                "instruction": "Which kind of request is this?",
                "labels": sorted(ROWS),
            },
            roles={
                "text": "text",
                "label": "label",
                "prompt": "prompt",
                "completion": "completion",
                "split": "split",
            },
        )


def plan(base: Path, **changes: Any) -> dict[str, Any]:
    """A plan for the tiny model, as plan_training makes them."""
    task = changes.get("task", "generate")
    return {
        "base_model": str(base),
        "task": task,
        "technique": "lora",
        "prompt": "prompt",
        "completion": "completion",
        "messages": None,
        "text": "text",
        "label": "label",
        "split": "split",
        "labels": sorted(ROWS),
        "max_length": 96,
        "epochs": 5,
        "learning_rate": 2e-2,
        "batch_size": 8,
        "gradient_accumulation": 1,
        "rank": 4,
        "alpha": 8,
        "dropout": 0.0,
        "target_modules": "all-linear",
        "dtype": "float32",
        "seed": 1,
        "evaluation_rows": 12,
        "save_steps": 10,
        "estimates": {"seconds": 20, "memory_bytes": 600_000_000, "disk_bytes": 1_000_000},
        **changes,
    }


def start(ws: Workspace, base: Path, **changes: Any) -> TrainingRun:
    """Start a training of the tiny model on tickets."""
    with ws.approvals.typed("start_training", {"dataset": "tickets"}):
        return ws.runs.start("tickets", ws.datasets.head("tickets").number, plan(base, **changes))


def make(ws: Workspace, folder: Path) -> None:
    """Tickets and a finished run-1."""
    add_tickets(ws)
    ws.jobs.wait(start(ws, build(folder / "tiny")).job.id)
