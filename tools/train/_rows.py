"""The rows that a run trains on and those that it is checked on, as tokens."""
# pyright: basic

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset, disable_progress_bars, load_dataset
from transformers import PreTrainedTokenizerBase

from store import StoreError
from tools.train._examples import IGNORED, Example, answer_example, conversation, label_name, text_example

HELD_OUT = 0.1
"""Share of the training rows set aside for the evaluation loss when the dataset has no validation rows."""
FEWEST_TO_HOLD_OUT = 20
Plan = dict[str, Any]


@dataclass(frozen=True)
class Rows:
    """Rows as tokens: each has `input_ids`, `labels` (a list for text, one number for a class) and `length`."""

    train: Dataset
    evaluation: Dataset | None
    cut: int
    """How many training rows are longer than the limit."""
    left_out: int
    """How many training rows have nothing to learn: no text, no label, or an answer beyond the limit."""


def read_rows(path: Path, plan: Plan, tokenizer: PreTrainedTokenizerBase, cache: Path) -> Rows:
    """Read a dataset version for a plan. Test rows are never read.

    Args:
        path: Parquet file of the version.
        plan: The plan of a run.
        tokenizer: The base model's.
        cache: Folder for the memory-mapped copies.

    Raises:
        StoreError: No row is left to train on.
    """
    disable_progress_bars()
    data: Dataset = load_dataset("parquet", data_files=str(path), split="train", cache_dir=str(cache))  # pyright: ignore
    train, evaluation = _divided(data, plan)
    size = len(train)
    train = _tokens(train, plan, tokenizer, cache / "train.arrow")
    cut = int(sum(train["cut"]))
    if not len(train):
        raise StoreError(
            f"None of the {size} training rows can be trained on: they have no text, no answer, or an answer beyond "
            f"max_length, which is {plan['max_length']} tokens."
        )
    checked = _tokens(evaluation, plan, tokenizer, cache / "evaluation.arrow") if len(evaluation) else evaluation
    return Rows(train, checked if len(checked) else None, cut, size - len(train))


def _divided(data: Dataset, plan: Plan) -> tuple[Dataset, Dataset]:
    """Training rows, and rows for the evaluation loss: the validation split, or a seeded part of the training rows."""
    split = plan.get("split")
    sides = data[split] if split else ["train"] * len(data)
    train = [place for place, side in enumerate(sides) if side == "train"]
    checked = [place for place, side in enumerate(sides) if side == "validation"]
    generator = torch.Generator().manual_seed(plan["seed"])
    wanted = plan["evaluation_rows"]
    if not checked and len(train) >= FEWEST_TO_HOLD_OUT:
        train, checked = _held_out(data, train, min(wanted, int(len(train) * HELD_OUT)), generator)
    drawn = torch.randperm(len(checked), generator=generator)[:wanted].sort().values.tolist()
    return data.select(train), data.select([checked[place] for place in drawn])


def _held_out(data: Dataset, train: list[int], wanted: int, generator: torch.Generator) -> tuple[list[int], list[int]]:
    """Set some original rows aside, and leave out the rows that were made from them."""
    made_from = data["_from"] if "_from" in data.column_names else [None] * len(data)
    originals = [place for place in train if made_from[place] is None]
    drawn = torch.randperm(len(originals), generator=generator)[:wanted].tolist()
    aside = {originals[place] for place in drawn}
    numbers = {data["_row"][place] for place in aside} if "_row" in data.column_names else set()
    kept = [place for place in train if place not in aside and made_from[place] not in numbers]
    return kept, sorted(aside)


def _tokens(data: Dataset, plan: Plan, tokenizer: PreTrainedTokenizerBase, cache: Path) -> Dataset:
    classes = {label: id_ for id_, label in enumerate(plan["labels"] or [])}

    def of_text(row: dict[str, Any]) -> dict[str, Any]:
        text, label = row[plan["text"]], row[plan["label"]]
        known = text is not None and label is not None and label_name(label) in classes
        example = text_example(tokenizer, str(text or ""), plan["max_length"])
        return _line(example, classes[label_name(label)] if known and example.tokens else IGNORED)

    def of_conversation(row: dict[str, Any]) -> dict[str, Any]:
        messages = conversation(row, plan)
        example = answer_example(tokenizer, messages, plan["max_length"])
        return _line(example, example.labels)

    made = of_text if plan["task"] == "classify" else of_conversation
    lines = data.map(made, remove_columns=data.column_names, load_from_cache_file=False, cache_file_name=str(cache))
    return lines.filter(_teaches, load_from_cache_file=False, cache_file_name=str(cache.with_suffix(".kept.arrow")))


def _line(example: Example, labels: list[int] | int) -> dict[str, Any]:
    return {"input_ids": example.tokens, "labels": labels, "length": len(example.tokens), "cut": example.cut}


def _teaches(row: dict[str, Any]) -> bool:
    labels = row["labels"]
    return labels != IGNORED if isinstance(labels, int) else any(label != IGNORED for label in labels[1:])
