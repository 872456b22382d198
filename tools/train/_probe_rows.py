"""The rows that a training is measured on: some drawn at random, and the longest."""
# pyright: basic

import shutil
from typing import Any

from datasets import Dataset, concatenate_datasets
from transformers import PreTrainedTokenizerBase

from store import StoreError, Workspace
from store.worker import Worker
from tools.train._probe_steps import clock, since
from tools.train._rows import Rows, read_rows, sides_of
from tools.train._usage import folder_bytes

DRAWN, LONGEST, FEW = 1000, 16, 50
LOOKED_AT = 100_000
"""Rows, drawn at random, among which the longest are looked for."""
READ = ("prompt", "completion", "messages", "text", "rejected", "tokens")
Plan = dict[str, Any]


def sample(worker: Worker, plan: Plan) -> tuple[Dataset, Dataset]:
    """Training rows of the version that is planned for: drawn at random, and the longest of the others by letters."""
    with Workspace(worker.home, worker.project) as ws:
        version = ws.datasets.version(worker.payload["dataset"], worker.payload["version"])
    data = Dataset.from_parquet(str(version.path), cache_dir=str(worker.folder / "version"))
    train, _ = sides_of(data, plan.get("split"))  # pyright: ignore
    data = data.select(train).shuffle(seed=0)  # pyright: ignore
    drawn = min(DRAWN, len(data))
    columns = [column for name in READ if (column := plan.get(name))]
    rest = data.select(list(range(drawn, min(len(data), LOOKED_AT)))).select_columns(columns)
    letters = [sum(len(str(value)) for value in row.values()) for row in rest]  # pyright: ignore
    longest = sorted(range(len(rest)), key=letters.__getitem__)[-LONGEST:]
    return data.select(list(range(drawn))), data.select([drawn + place for place in longest])


def tokenised(
    worker: Worker, rows: tuple[Dataset, Dataset], plan: Plan, tokenizer: PreTrainedTokenizerBase
) -> tuple[Rows, dict[str, Any]]:
    """The rows as tokens, the drawn ones first, and what reading takes.

    Returns:
        The rows, and how many `rows` of them were drawn and teach something, of how many `drawn`; the time to read a
        `few` of them and `all`; and the bytes on the disk for each row read.

    Raises:
        StoreError: None of the rows can be trained on.
    """
    drawn, longest = rows
    read, took, bytes_ = _read(worker, drawn, plan, tokenizer)
    few = _read_if_any(worker, drawn.select(list(range(min(FEW, len(drawn))))), plan, tokenizer)
    more = _read_if_any(worker, longest, plan, tokenizer)
    train = concatenate_datasets([read.train, more[0].train]) if more else read.train
    found = {
        "rows": len(read.train),
        "drawn": len(drawn),
        "few": {"rows": min(FEW, len(drawn)), **(few[1] if few else took)},
        "all": {"rows": len(drawn), **took},
        "row_bytes": bytes_ / len(drawn),
    }
    return Rows(train, None, read.cut, read.left_out, taken=read.taken), found


Read = tuple[Rows, dict[str, float], int]


def _read_if_any(worker: Worker, data: Dataset, plan: Plan, tokenizer: PreTrainedTokenizerBase) -> Read | None:
    try:
        return _read(worker, data, plan, tokenizer) if len(data) else None
    except StoreError:  # there are others to train on
        return None


def _read(worker: Worker, data: Dataset, plan: Plan, tokenizer: PreTrainedTokenizerBase) -> Read:
    cache, path = worker.folder / "rows", worker.folder / "sample.parquet"
    shutil.rmtree(cache, ignore_errors=True)
    data.to_parquet(path)
    began = clock()
    rows = read_rows(path, {**plan, "evaluation_rows": 0}, tokenizer, cache)
    took, bytes_ = since(began), folder_bytes(cache)
    path.unlink()
    shutil.rmtree(cache)  # what is mapped into the memory stays there
    return rows, took, bytes_
