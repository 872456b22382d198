"""What every technique was seen to do on every task, by trainings that the tests repeat."""

import json
from pathlib import Path

from tools.train.techniques import TECHNIQUES

FILE = Path(__file__).parent / "proven.json"
DOES = ("trains", "reloads", "resumes")


def proven() -> dict[str, dict[str, list[str]]]:
    """For each technique and task, what of `DOES` and of `FORMS` was seen. What needs a graphics card is not there."""
    return json.loads(FILE.read_text())


def table() -> str:
    """The README's table: a line for each technique and task."""
    head = ["| technique | say | task | trains | reloads | resumes | merges | exports as |", "|---" * 8 + "|"]
    lines = [_line(name, task, seen) for name, tasks in proven().items() for task, seen in tasks.items()]
    return "\n".join(head + lines)


def _line(name: str, task: str, seen: list[str]) -> str:
    technique = TECHNIQUES[name]
    merges = "" if not technique.config else _told("merged" in seen)
    forms = [told for form, told in (("merged", "whole model"), ("adapter", "adapter")) if form in seen]
    does = [_told(it in seen) for it in DOES]
    return f"| {' | '.join([technique.title, f'`{name}`', task, *does, merges, ', '.join(forms)])} |"


def _told(seen: bool) -> str:
    return "yes" if seen else "no"
