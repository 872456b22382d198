"""Fine-tune the encoder on the sayings with the project's own tools, and keep the adapter if it is the better for it.

    python -m assistant.tune [--epochs 4]

Takes one saying in sixteen for the test, prints what `start_training` and `evaluate_run` say, and writes the adapter to
`tuned/`. After the sayings were changed, run `python -m assistant.listen` first.
"""

import argparse
import csv
import shutil
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zlib import crc32

from safetensors.numpy import load_file, save_file

from assistant.ear import NAME, TUNED
from assistant.encoder import ABOUT, LONGEST
from assistant.meant import sayings
from store import Progress, Workspace
from store.jobs import watched
from tools import TOOLS, Result

SETTINGS = {"technique": "lora", "task": "classify", "rank": 16, "batch_size": 32, "max_length": LONGEST}
RATE = 5e-4
TESTED = 16
"""One in so many is for the test."""


def main() -> None:
    """Train, evaluate, keep."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--epochs", type=int, default=4)
    options = parser.parse_args()
    tune(NAME, TUNED, sayings(), epochs=options.epochs)


def tune(base: str, target: Path, said: Sequence[tuple[str, str]], *, epochs: int, learning_rate: float = RATE) -> None:
    """Train an adapter, evaluate it beside the untuned model, and keep what `Encoder` needs of it.

    Args:
        base: Name or folder of the encoder.
        target: The folder to write.
        said: Texts, and what each means.
        epochs: How often each text is seen.
        learning_rate: How large the steps are.

    Raises:
        StoreError: It cannot be trained; the message says why.
    """
    with tempfile.TemporaryDirectory() as folder, Workspace(Path(folder), readable=(Path(folder),)) as ws:
        file = _written(Path(folder) / "sayings.csv", said)
        trained = train(ws, file, base_model=base, epochs=epochs, learning_rate=learning_rate, **SETTINGS)
        run_tool(ws, "evaluate_run", run="run-1")
        keep(trained, target)


def train(ws: Workspace, file: Path, **training: Any) -> Path:
    """Load a file and train on it, in a workspace without a run; gives the folder of the trained model."""
    run_tool(ws, "load_dataset", source=str(file))
    run_tool(ws, "start_training", dataset=file.stem, **training)
    with watched(_tell, threading.Event()):
        ws.jobs.wait(ws.runs.get("run-1").job.id)
    trained = ws.runs.get("run-1").model_folder
    assert trained, "a training that was waited for has ended"
    return trained


def keep(trained: Path, target: Path) -> None:
    """Copy what `Encoder` needs of a trained model, in half precision."""
    target.mkdir(parents=True, exist_ok=True)
    for name in ("adapter_config.json", ABOUT):
        shutil.copy(trained / name, target / name)
    weights = load_file(trained / "adapter_model.safetensors")
    save_file(
        {name: weight.astype("float16") for name, weight in weights.items()}, target / "adapter_model.safetensors"
    )


def _written(file: Path, said: Sequence[tuple[str, str]]) -> Path:
    rows = [(text, tool, "train" if crc32(text.encode()) % TESTED else "test") for text, tool in dict(said).items()]
    with file.open("w", newline="") as opened:
        csv.writer(opened).writerows([("text", "label", "split"), *rows])
    return file


def run_tool(ws: Workspace, name: str, **arguments: Any) -> None:
    """Run one tool; who typed the command approves it."""
    with ws.approvals.typed(name, arguments), watched(_tell, threading.Event()):
        result: Result = TOOLS[name].run(ws, arguments)
    sys.stdout.write(f"{result.text}\n")


def _tell(progress: Progress) -> None:
    sys.stderr.write(f"\r{progress.fraction:4.0%} {progress.text}\033[K")


if __name__ == "__main__":
    main()
