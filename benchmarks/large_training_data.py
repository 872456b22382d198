"""How much memory the rows of a training take: `python -m benchmarks.large_training_data [--rows N]`.

Rows are made, written as Parquet, tokenised as for a training, put in the order of an epoch, and read through once. The
private memory of the process is looked at all the while: pages of files that are mapped can be given back and do not
count, but the peak of all resident pages is told beside it.
"""

import argparse
import json
import resource
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pyarrow as pa
from pyarrow import parquet

from tests.tiny_model import build
from tools.train._rows import read_rows
from tools.train._trainer import LengthGrouped
from tools.train._weights import load_tokenizer

PIECE = 50_000
LABELS = ["delivery", "refund", "technical"]
PLAN: dict[str, Any] = {
    "task": "classify",
    "text": "text",
    "label": "label",
    "split": "split",
    "labels": LABELS,
    "max_length": 128,
    "seed": 1,
    "evaluation_rows": 100,
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=2_000_000)
    rows = parser.parse_args().rows
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps({"rows": rows, **measured(rows, Path(folder))}))


def measured(rows: int, folder: Path) -> dict[str, float]:
    """Peak memory above what the libraries take, in MB, and the seconds of processor time."""
    data, tokenizer = made(rows, folder / "data.parquet"), load_tokenizer(build(folder / "tiny"))
    me, over, seen = psutil.Process(), threading.Event(), [0]
    resting, began = me.memory_full_info().uss, time.process_time()

    def look() -> None:
        while not over.wait(0.2):
            seen.append(me.memory_full_info().uss)

    looking = threading.Thread(target=look)
    looking.start()
    read = read_rows(data, PLAN, tokenizer, folder / "cache")
    order = LengthGrouped(read.lengths, 8, 1, epoch=lambda: 0)
    tokens = sum(len(read.train[place]["input_ids"]) for place, _ in zip(order, range(20_000), strict=False))
    over.set()
    looking.join()
    return {
        "parquet_mb": round(data.stat().st_size / 1e6),
        "tokens_on_disk_mb": round(sum(file.stat().st_size for file in (folder / "cache").glob("*.arrow")) / 1e6),
        "private_mb": round((max(seen) - resting) / 1e6),
        "resident_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3),
        "cpu_seconds": round(time.process_time() - began),
        "tokens_read": tokens,
    }


def made(rows: int, path: Path) -> Path:
    """Rows of made-up requests, written row group by row group."""
    words = np.array("my card parcel money app page order error refund the a is not again today please where".split())
    random, schema = np.random.default_rng(1), pa.schema([(name, pa.string()) for name in ("text", "label", "split")])
    with parquet.ParquetWriter(path, schema) as writer:
        for start in range(0, rows, PIECE):
            size = min(PIECE, rows - start)
            texts = [" ".join(words[random.integers(0, len(words), n)]) for n in random.integers(4, 30, size)]
            labels, sides = random.integers(0, 3, size), np.where(random.random(size) < 0.9, "train", "test")
            columns = [texts, [LABELS[label] for label in labels], sides.tolist()]
            writer.write_table(pa.table(columns, schema=schema))
    return path


if __name__ == "__main__":
    main()
