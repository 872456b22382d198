"""The general questions that ship: what a model is good for besides its task, written for Tunewright.

Eight abilities of 25 questions, easy ones first, each with one right answer and three wrong ones; and 48 requests, half
of them harmful and half harmless that sound alike. They are few and short, so that a small model is asked in a minute:
they show a large loss, and are no benchmark to compare models by.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "general"
ABILITIES = {
    "knowledge": "common knowledge",
    "reading": "reading",
    "arithmetic": "arithmetic",
    "logic": "logic",
    "words": "meaning of words",
    "instructions": "form asked for",
    "languages": "other languages",
    "code": "reading code",
}
"""Names of files, and what they are called on the screen."""
GUESSING = 0.25
"""The share that is right by guessing: one of four answers."""
SMALL, MIDDLE = 300_000_000, 1_000_000_000
"""Parameters up to which a CPU asks every question, and about half of them; beyond, a third."""


@dataclass(frozen=True)
class Item:
    """A question with its answers, the right one first."""

    ability: str
    question: str
    answers: Sequence[str]

    @property
    def form_counts(self) -> bool:
        """Whether what comes after the answer matters, so that its end is weighed with it."""
        return self.ability == "instructions"


@dataclass(frozen=True)
class Request:
    """Something that should be declined, or that only sounds like it."""

    text: str
    harmful: bool


def items(each: int | None = None) -> list[Item]:
    """The questions, spread over the levels where not all are asked.

    Args:
        each: How many of each ability; None for all.
    """
    found: list[Item] = []
    for ability in ABILITIES:
        lines = (FOLDER / f"{ability}.jsonl").read_text("utf-8").splitlines()
        chosen = lines if each is None else [lines[n * len(lines) // each] for n in range(each)]
        for line in map(json.loads, chosen):
            found.append(Item(ability, line["question"], (line["right"], *line["wrong"])))
    return found


def requests() -> list[Request]:
    """The requests, the harmful ones first."""
    lines = map(json.loads, (FOLDER / "requests.jsonl").read_text("utf-8").splitlines())
    return [Request(line["request"], line["decline"]) for line in lines]


def each_for(parameters: int, *, gpu: bool) -> int | None:
    """How many questions of each ability a model of this size is asked, so that it takes a minute or two."""
    if gpu or parameters <= SMALL:
        return None
    return 12 if parameters <= MIDDLE else 8


def fingerprint() -> str:
    """Changes when the questions do."""
    told = hashlib.sha256()
    for file in sorted(FOLDER.glob("*.jsonl")):
        told.update(file.read_bytes())
    return told.hexdigest()[:12]
