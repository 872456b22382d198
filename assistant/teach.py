"""Teach the language model this program's tools, with the project's own tools, and keep the adapter.

    python -m assistant.teach [--model qwen2.5-coder-1.5b] [--epochs 1.75]

Trains a LoRA adapter on the lessons and writes it to `tuned/` as the GGUF file that llama.cpp loads. The one that ships
took five minutes on one H200, where its batches need not be divided; on two processor cores it would take days.
"""

import argparse
import json
import tempfile
from collections.abc import Iterable
from pathlib import Path

from assistant.ear import TUNED
from assistant.lessons import Lesson, choices, lessons
from assistant.tune import run_tool, train
from store import Workspace
from tools import TOOLS
from tools.weights.catalogue import default
from tools.weights.gguf_adapter import write_gguf

SETTINGS = {"technique": "lora", "task": "generate", "rank": 8, "batch_size": 64, "max_length": 768}
RATE = 2e-4


def main() -> None:
    """Train, evaluate, keep."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default=default("chat").name)
    parser.add_argument("--epochs", type=float, default=1.75)
    options = parser.parse_args()
    teach(options.model, TUNED / f"{options.model}.gguf", lessons(), epochs=options.epochs)
    (TUNED / "tools.txt").write_text("\n".join([*sorted(TOOLS), "answer", "ask", ""]))
    (TUNED / "choices.txt").write_text("".join(f"{name} {value}\n" for name, value in choices()))


def teach(
    base: str, target: Path, told: Iterable[tuple[Lesson, str]], *, epochs: float, learning_rate: float = RATE
) -> None:
    """Train an adapter for a language model and write it as a GGUF file.

    Args:
        base: Name or folder of the model.
        target: The file to write.
        told: Conversations, and for each the side of the split that it is on.
        epochs: How often each is seen.
        learning_rate: How large the steps are.

    Raises:
        StoreError: It cannot be trained, or not be written as GGUF; the message says why.
    """
    with tempfile.TemporaryDirectory() as folder, Workspace(Path(folder), readable=(Path(folder),)) as ws:
        file = Path(folder) / "lessons.jsonl"
        with file.open("w") as opened:
            opened.writelines(f"{json.dumps({'messages': one, 'split': side})}\n" for one, side in told)
        trained = train(ws, file, base_model=base, epochs=epochs, learning_rate=learning_rate, **SETTINGS)
        run_tool(ws, "check_training", run="run-1")
        write_gguf(trained, target)


if __name__ == "__main__":
    main()
