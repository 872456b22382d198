"""The rows that a run trains on and those that it is checked on, as tokens.

Rows and tokens stay on the disk, read by row groups and mapped into memory piece by piece, so that a dataset may be
larger than the memory. What is held are a few bytes a row: its place, and its length.
"""
# pyright: basic

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from datasets import Dataset, disable_progress_bars, load_dataset
from transformers import PreTrainedTokenizerBase

from store import StoreError
from tools.train._examples import IGNORED
from tools.train.tasks import TASKS

HELD_OUT = 0.1
"""Share of the training rows set aside for the evaluation loss when the dataset has no validation rows."""
FEWEST_TO_HOLD_OUT = 20
PIECE = 20_000
"""Rows that are looked at together."""
Plan = dict[str, Any]
Places = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True)
class Rows:
    """Rows as tokens: each has `input_ids`, `labels` (a list for text, one number for a class) and `length`."""

    train: Dataset
    evaluation: Dataset | None
    cut: int
    """How many training rows are longer than the limit."""
    left_out: int
    """How many training rows have nothing to learn: no text, no label, or an answer beyond the limit."""
    checked: Dataset | None = None
    """The rows of `evaluation` as they stand in the dataset."""
    taken: int = 0
    """How many training rows they were made of; fewer or more than there are in blocks of plain text."""

    @property
    def lengths(self) -> np.ndarray[Any, np.dtype[np.int32]]:
        """Tokens of each training row, of shape (rows,)."""
        return _column(self.train, "length").astype(np.int32)


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
    train, evaluation = divided(data, plan)
    size = len(train)
    train = _tokens(train, plan, tokenizer, cache / "train.arrow")
    taken = len(train)
    cut = int(_column(train, "cut").sum()) if taken else 0
    if not len(train):
        raise StoreError(
            f"None of the {size} training rows can be trained on: they have no text, no answer, or an answer beyond "
            f"max_length, which is {plan['max_length']} tokens."
        )
    checked = _tokens(evaluation, plan, tokenizer, cache / "evaluation.arrow") if len(evaluation) else evaluation
    checked = checked if len(checked) else None
    if TASKS[plan["task"]].packed:
        train = packed(train, plan["max_length"], cache / "train.packed.arrow")
        checked = packed(checked, plan["max_length"], cache / "evaluation.packed.arrow") if checked else None
    return Rows(train, checked, cut, size - taken, evaluation, taken)


def rows_again(cache: Path) -> Rows:
    """The rows that another process of this machine has read into `cache`; only that one knows what was cut."""
    evaluation = cache / "evaluation.arrow"
    return Rows(_opened(cache / "train.arrow"), _opened(evaluation) if evaluation.exists() else None, 0, 0)


def _opened(file: Path) -> Dataset:
    if (packed_file := file.with_suffix(".packed.arrow")).exists():
        return Dataset.from_file(str(packed_file))
    kept = file.with_suffix(".kept.arrow")
    return Dataset.from_file(str(file), indices_filename=str(kept) if kept.exists() else None)


def _column(data: Dataset, name: str) -> np.ndarray[Any, Any]:
    """A column of numbers or short texts, of shape (rows,), read piece by piece."""
    pieces = data.select_columns([name]).with_format("arrow").iter(PIECE)
    found = [piece.column(0).to_numpy() for piece in pieces]  # pyright: ignore
    return np.concatenate(found) if found else np.empty(0)


def divided(data: Dataset, plan: Plan) -> tuple[Dataset, Dataset]:
    """Training rows, and rows for the evaluation loss: the validation split, or a seeded part of the training rows."""
    train, checked = sides_of(data, plan.get("split"))
    generator = torch.Generator().manual_seed(plan["seed"])
    wanted = plan["evaluation_rows"]
    if not len(checked) and len(train) >= FEWEST_TO_HOLD_OUT:
        train, checked = _held_out(data, train, min(wanted, int(len(train) * HELD_OUT)), generator)
    drawn = torch.randperm(len(checked), generator=generator)[:wanted].sort().values.numpy()
    if most := plan.get("sample"):
        train = _drawn(data, train, most, plan, generator)
    return data.select(train), data.select(checked[drawn])


def sides_of(data: Dataset, split: str | None) -> tuple[Places, Places]:
    """The places of the training rows and of the validation rows."""
    if not split:
        return np.arange(len(data)), np.empty(0, dtype=np.int64)
    train: list[Places] = []
    checked: list[Places] = []
    for number, piece in enumerate(data.select_columns([split]).with_format("arrow").iter(PIECE)):
        sides = piece.column(0).to_numpy()  # pyright: ignore
        train.append(np.flatnonzero(sides == "train") + number * PIECE)
        checked.append(np.flatnonzero(sides == "validation") + number * PIECE)
    return np.concatenate(train), np.concatenate(checked)


def _held_out(data: Dataset, train: Places, wanted: int, generator: torch.Generator) -> tuple[Places, Places]:
    """Set some original rows aside, and leave out the rows that were made from them."""
    made_from = _column(data, "_from").astype(float)[train] if "_from" in data.column_names else None
    originals = train if made_from is None else train[np.isnan(made_from)]
    aside = originals[torch.randperm(len(originals), generator=generator)[:wanted].numpy()]
    kept = ~np.isin(train, aside)
    if made_from is not None and "_row" in data.column_names:
        kept &= ~np.isin(made_from, np.array(data[aside]["_row"]))
    return train[kept], np.sort(aside)


def _drawn(data: Dataset, train: Places, most: int, plan: Plan, generator: torch.Generator) -> Places:
    """A part of the training rows, with at least one of every label as long as there is room."""
    order = train[torch.randperm(len(train), generator=generator).numpy()]
    if label := plan.get("label"):
        names = _column(data, label)[order].astype(str)
        first = np.zeros(len(order), dtype=bool)
        first[np.unique(names, return_index=True)[1]] = True
        order = np.concatenate([order[first], order[~first]])
    return np.sort(order[:most])


def _tokens(data: Dataset, plan: Plan, tokenizer: PreTrainedTokenizerBase, cache: Path) -> Dataset:
    made = TASKS[plan["task"]].lines(tokenizer, plan)
    lines = data.map(made, remove_columns=data.column_names, load_from_cache_file=False, cache_file_name=str(cache))
    first = 1 if TASKS[plan["task"]].head == "causal" else 0  # nothing comes before the first token to write it from

    def teaches(row: dict[str, Any]) -> bool:
        labels = row["labels"]
        return labels != IGNORED if isinstance(labels, int) else any(label != IGNORED for label in labels[first:])

    return lines.filter(teaches, load_from_cache_file=False, cache_file_name=str(cache.with_suffix(".kept.arrow")))


def packed(data: Dataset, max_length: int, cache: Path) -> Dataset:
    """Rows one after the other, cut into blocks of `max_length` tokens; of each thousand rows the last may be short."""

    def blocks(rows: dict[str, list[Any]]) -> dict[str, list[Any]]:
        tokens = [token for row in rows["input_ids"] for token in row]
        cut = [tokens[at : at + max_length] for at in range(0, len(tokens), max_length)]
        if len(cut) > 1 and len(cut[-1]) < 2:
            cut.pop()
        return {"input_ids": cut, "labels": cut, "length": [len(block) for block in cut], "cut": [False] * len(cut)}

    made = data.map(
        blocks,
        batched=True,
        remove_columns=data.column_names,
        load_from_cache_file=False,
        cache_file_name=str(cache),
    )
    return made
