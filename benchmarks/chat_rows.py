"""A million rows of chat data, put together from the sentences of real questions and answers."""

import csv
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

SENTENCE = re.compile(r"(?<=[.!?])\s+")
BATCH = 50_000
REPEATED, RESPELLED, EMPTY = 0.03, 0.02, 0.002
"""Shares of rows that repeat a row, that repeat one in other spelling, and that lack the answer."""
Pair = tuple[str, str]


def pairs(folder: Path) -> list[Pair]:
    """The questions and answers of the collection."""
    found: list[Pair] = []
    for line in _lines(folder / "alpaca" / "gt_march12k.jsonl"):
        row = json.loads(line)["original"] or json.loads(line)["cleaned"]
        found.append((f"{row['instruction']} {row['input']}", row["output"]))
    for line in _lines(folder / "medquad" / "medquad_first4000.jsonl") + _lines(folder / "gsm8k" / "train.jsonl"):
        row = {name.lower(): value for name, value in json.loads(line).items()}
        found.append((row["question"], row["answer"]))
    for file in sorted((folder / "bitext_support").glob("*.csv")):
        with file.open(newline="", encoding="utf-8-sig") as rows:
            found += [(row["utterance"], f"{row['category']}: {row['intent']}") for row in csv.DictReader(rows)]
    folded = [(" ".join(asked.split()), " ".join(answered.split())) for asked, answered in found]
    return [pair for pair in folded if all(pair)]


def write(folder: Path, file: Path, rows: int, seed: int = 0) -> None:
    """Write so many rows to a Parquet file, with the columns prompt and completion."""
    columns = pa.schema([("prompt", pa.string()), ("completion", pa.string())])
    with pq.ParquetWriter(file, columns, compression="zstd") as writer:
        batch: list[Pair] = []
        for pair in recombined(pairs(folder), rows, random.Random(seed)):
            batch.append(pair)
            if len(batch) == BATCH:
                writer.write_table(_table(batch, columns))
                batch = []
        if batch:
            writer.write_table(_table(batch, columns))


def recombined(known: list[Pair], rows: int, chance: random.Random) -> Iterator[Pair]:
    """Questions of one or two real ones, answers of a few sentences each from real answers."""
    asked = [question for question, _ in known]
    said = [sentence for _, answer in known for sentence in SENTENCE.split(answer)]
    last: list[Pair] = [known[0]]
    for _ in range(rows):
        drawn = chance.random()
        if drawn < REPEATED:
            yield chance.choice(last)
        elif drawn < REPEATED + RESPELLED:
            question, answer = chance.choice(last)
            yield f"{question.upper()} !", answer
        else:
            question = " ".join(chance.choices(asked, k=chance.choice((1, 1, 2))))
            count = min(40, 1 + int(chance.expovariate(0.25)))
            answer = "" if drawn > 1 - EMPTY else " ".join(chance.choices(said, k=count))
            pair = (question, answer)
            if len(last) < 10_000:
                last.append(pair)
            else:
                last[chance.randrange(10_000)] = pair
            yield pair


def _lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


def _table(batch: list[Pair], columns: pa.Schema) -> pa.Table:
    return pa.table([[p for p, _ in batch], [c for _, c in batch]], schema=columns)
