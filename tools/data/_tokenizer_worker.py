"""The process that converts the tokenizer of a GGUF file: `python -m tools.data._tokenizer_worker FOLDER`."""
# pyright: basic

import os
import shutil
from pathlib import Path
from typing import Any

from transformers import AutoTokenizer

from store.worker import Worker, serve


def work(worker: Worker) -> dict[str, Any]:
    """Save the tokenizer in the usual layout, whole or not at all."""
    task = worker.payload
    target = Path(task["target"])
    worker.progress(0.0, f"Reading the tokenizer of {task['gguf_file']}")
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    tokenizer: Any = AutoTokenizer.from_pretrained(task["folder"], gguf_file=task["gguf_file"], trust_remote_code=False)
    tokenizer.save_pretrained(beside)
    if target.exists():
        shutil.rmtree(beside)
    else:
        beside.rename(target)
    return {"folder": str(target)}


if __name__ == "__main__":
    serve(work)
