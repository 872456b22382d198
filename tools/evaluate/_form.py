"""Whether answers keep the form that training has: a label and nothing else, JSON, the language, an end."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tools.data._language import language
from tools.evaluate._rows import Exam, Question

if TYPE_CHECKING:
    from tools.evaluate._answers import Answered, Side
    from tools.train._weights import Loaded

MOST_WRITTEN = 24
"""Questions that a model which chooses among labels is let write an answer to."""
FEWEST = 5
"""Rows from which a kind of form is looked at."""
REPEATS = 3
NEXT_TURN = re.compile(
    r"<\|im_(?:start|end)\|>|<\|(?:user|assistant|system)\|>|\[/?INST\]|^\s*(?:User|Human|### \w+):", re.MULTILINE
)


def free_writing(loaded: "Loaded", labels: Sequence[str], questions: Sequence[Question]) -> dict[str, list[bool]]:
    """Left to write, does it write one of the labels and nothing else, and does it stop?

    Scoring by the likelihood of the labels hides both, and in use the model writes.
    """
    from tools.evaluate._answers import answer  # noqa: PLC0415 - torch

    spread = sorted({n * len(questions) // MOST_WRITTEN for n in range(MOST_WRITTEN)})
    longest = max(labels, key=len)
    asked = [replace(questions[place], reference=longest) for place in spread]
    said = [given.text for given in answer(loaded, {"task": "generate", "labels": None}, asked)]
    tokens: Any = loaded.tokenizer
    room = len(tokens(longest, add_special_tokens=False)["input_ids"])
    used = [len(tokens(text, add_special_tokens=False)["input_ids"]) for text in said]
    return {"label": [text in labels for text in said], "stops": [many < room + room // 2 + 14 for many in used]}


def as_written(exam: Exam, answered: "Mapping[Side, Answered]") -> dict[str, dict[str, list[int]]]:
    """The form of the written answers to the test, for each model and kind that these rows can tell of."""
    references = [asked.reference for asked in exam.questions]
    made = [_is_json(reference) for reference in references]
    spoken = [language(reference) for reference in references]
    found: dict[str, dict[str, list[int]]] = {}
    for side, given in answered.items():
        texts = [each.text for each in given.answers]
        pairs = list(zip(texts, references, strict=True))
        kinds = {
            "run_on": [not runs_on(text, reference) for text, reference in pairs],
            "json": [_is_json(text) for text, json_there in zip(texts, made, strict=True) if json_there],
            "language": [language(text) in (None, code) for text, code in zip(texts, spoken, strict=True) if code],
        }
        found[side] = {kind: [int(flag) for flag in flags] for kind, flags in kinds.items() if len(flags) >= FEWEST}
    return found


def runs_on(text: str, reference: str) -> bool:
    """Whether an answer goes on after it should have ended: it says a line again and again, or takes the next turn."""
    if NEXT_TURN.search(text) and not NEXT_TURN.search(reference):
        return True
    lines = [line.strip() for line in re.split(r"[\n.!?]+", text) if len(line.strip()) > 8]
    said = max((lines.count(line) for line in set(lines)), default=0)
    return said >= REPEATS and len(text) > len(reference)


def _is_json(text: str) -> bool:
    if not text.lstrip().startswith(("{", "[")):
        return False
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
