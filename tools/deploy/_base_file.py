"""The base model of an adapter as a GGUF file, kept with the exports for all adapters on it."""
# pyright: basic

import hashlib
import os
from pathlib import Path
from typing import Any

from filelock import FileLock

from tools.deploy.gguf._families import family
from tools.deploy.gguf._model import write_model
from tools.train._weights import base_folder

KIND = "f16"


def base_file(base_model: str, tokenizer: Any, config: Any, folder: Path) -> Path:
    """A GGUF file of an untuned base in a folder, made once, with the tokenizer and the chat template of training.

    The file that a base was loaded from would not do: it may have another template, or cut text in another way.

    Raises:
        StoreError: Its architecture cannot be written.
    """
    family(config)
    source = base_folder(base_model)
    weights = [f"{file.name} {file.stat().st_size} {file.stat().st_mtime_ns}" for file in sorted(source.glob("*.saf*"))]
    said = [str(source), *weights, tokenizer.backend_tokenizer.to_str(), str(tokenizer.chat_template)]
    key = hashlib.sha256("\n".join(said).encode()).hexdigest()[:8]
    target = folder / f"{source.name}-{KIND}-{key}.gguf"
    target.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{target}.lock"):
        if not target.exists():
            beside = target.with_name(f".{target.name}.{os.getpid()}")
            write_model(source, beside, KIND, tokenizer=tokenizer)
            beside.rename(target)
    return target
