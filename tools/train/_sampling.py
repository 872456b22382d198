"""Ask the model that is being trained the same few rows of the evaluation side, again and again."""
# pyright: basic

import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch
from datasets import Dataset

from tools.evaluate._write import Ending, written
from tools.train._examples import IGNORED, conversation, label_name, question
from tools.train._samples import FILE, SHOWN
from tools.train._weights import Loaded
from tools.train.tasks import TASKS

MOST_NEW_TOKENS = 64
LONG_TOKENS = 12
"""Expected answers longer than this, on average, are measured by their words too (ROUGE-L)."""
MEASURED = 8
"""Rows whose answers are measured by their words."""
LOOKED_THROUGH = 200
Plan = dict[str, Any]


class Sampler:
    """The rows that are asked, fixed for the whole run: the first of each label, or the first rows.

    Args:
        loaded: The model that is trained.
        plan: The plan of its run.
        rows: The rows of the evaluation side, as they stand in the dataset.
        folder: Of the run; the answers go into `samples.jsonl` there.
    """

    def __init__(self, loaded: Loaded, plan: Plan, rows: Dataset | None, folder: Path) -> None:
        self._loaded, self._plan, self._file = loaded, plan, folder / FILE
        self._head = TASKS[plan["task"]].head
        lines = TASKS[plan["task"]].lines(loaded.tokenizer, plan)
        seen: set[str] = set()
        first: Any = rows.select(range(min(len(rows), LOOKED_THROUGH))) if rows else ()
        usable = [one for row in first if (one := self._read(row, lines(row)))]
        fresh = [one for one in usable if not (one["expected"] in seen or seen.add(one["expected"]))]
        others = [one for one in usable if one not in fresh]
        chosen = [*fresh, *others] if plan["labels"] else usable
        mean = sum(len(one["reference"]) for one in usable) / max(1, len(usable))
        self._by_words = self._head == "causal" and not plan["labels"] and mean > LONG_TOKENS
        self._asked: list[dict[str, Any]] = chosen[: MEASURED if self._by_words else SHOWN]

    def ask(self, step: int) -> dict[str, float]:
        """Ask, and write the answers down; `rouge_l` from 0 to 1 where answers are long, else nothing.

        Neither the model's mode nor anything random is different afterwards.
        """
        if not self._asked:
            return {}
        with undisturbed(self._loaded.model), self._precision():
            answers = self._chosen() if self._head == "classes" else self._written()
        asked = [{name: one[name] for name in ("question", "expected")} for one in self._asked]
        with self._file.open("a") as file:
            file.write(json.dumps({"step": step, "answers": answers[:SHOWN], "asked": asked[:SHOWN]}) + "\n")
        if not self._by_words:
            return {}
        from tools.train._words_shared import rouge_l  # noqa: PLC0415 - takes seconds, and most tasks do not need it

        return {"rouge_l": rouge_l(answers, [one["expected"] for one in asked])}

    def _read(self, row: dict[str, Any], line: dict[str, Any]) -> dict[str, Any] | None:
        """A row as a question: its text, the answer that is expected, and the tokens of both."""
        tokens, labels, plan = line["input_ids"], line["labels"], self._plan
        if isinstance(labels, int):
            if labels == IGNORED:
                return None
            text, label = str(row[plan["text"]]), label_name(row[plan["label"]])
            return {"question": text, "expected": label, "prompt": tokens, "reference": []}
        taught = [place for place, label in enumerate(labels) if label != IGNORED]
        if not taught or line["cut"]:
            return None
        begin = max(place for place in taught if place == 0 or labels[place - 1] == IGNORED)
        turns = question(conversation(row, plan))
        expected = str(self._loaded.tokenizer.decode(tokens[begin : taught[-1] + 1], skip_special_tokens=True)).strip()
        asked = turns[-1]["content"] if turns else ""
        return {"question": asked, "expected": expected, "prompt": tokens[:begin], "reference": tokens[begin:]}

    def _chosen(self) -> list[str]:
        answers: list[str] = []
        for one in self._asked:
            scores = self._loaded.model(input_ids=torch.tensor([one["prompt"]], device=self._loaded.device)).logits[0]
            chance, place = scores.float().softmax(-1).max(-1)
            answers.append(f"{self._plan['labels'][int(place)]} ({float(chance):.0%})")
        return answers

    def _written(self) -> list[str]:
        tokenizer: Any = self._loaded.tokenizer
        longest = max(len(one["reference"]) for one in self._asked)
        ending = Ending(
            min(MOST_NEW_TOKENS, longest + longest // 2 + 4), [tokenizer.eos_token_id], tokenizer.pad_token_id
        )
        answers = [""] * len(self._asked)
        for places, texts in written(self._loaded.model, [one["prompt"] for one in self._asked], ending):  # pyright: ignore
            for place, tokens in zip(places, texts, strict=True):
                answers[place] = tokenizer.decode(tokens, skip_special_tokens=True).strip()
        return answers

    def _precision(self) -> Any:
        half = self._plan["dtype"] == "bfloat16"
        return torch.autocast(torch.device(self._loaded.device).type, dtype=torch.bfloat16, enabled=half)


@contextmanager
def undisturbed(model: torch.nn.Module) -> Iterator[None]:
    """Use a model in the middle of its training: no gradients, and all that is random goes on as if it were not."""
    training, python, arrays = model.training, random.getstate(), np.random.get_state()
    with torch.random.fork_rng(), torch.no_grad():
        model.eval()
        try:
            yield
        finally:
            model.train(training)
            random.setstate(python)
            np.random.set_state(arrays)
