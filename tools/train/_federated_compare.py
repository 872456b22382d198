"""What else could have been done with the same rows: all in one place, or each client alone; on the same test rows."""
# pyright: basic

import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from store import Workspace
from store.worker import Stopped, Worker, write_last
from tools.evaluate._answers import answer
from tools.evaluate._intervals import wilson
from tools.evaluate._rows import Question, exam
from tools.train._federated_local import put
from tools.train._round_files import load_round
from tools.train._rows import read_rows
from tools.train._setup import build_trainer
from tools.train._weights import Loaded, load

TEST_ROWS = 1000
FILE = "comparison.json"
ALL = "all.parquet"
"""The rows of all clients together, which only the comparison reads."""
TOGETHER, CENTRAL = "federated", "all rows in one place"


def compare(worker: Worker, plan: dict[str, Any], folder: Path, loaded: Loaded, done: float) -> None:
    """Train on each client's rows alone and on all of them, for as many epochs, and test all on the same rows.

    What is finished is kept in `comparison.json`; a resumed run goes on with the rest.
    """
    file = folder / FILE
    found: dict[str, Any] = json.loads(file.read_text()) if file.exists() else {}
    fresh = load_round(folder / "rounds", 0)
    questions = _questions(worker)
    ways = list(_ways(plan, folder / "rounds" / "clients"))
    for place, (name, rows) in enumerate(ways):
        if name in found:
            continue
        if worker.stopping:
            raise Stopped(
                "Stopped before all was compared; the federation's model is saved. Resume it to compare the rest."
            )
        share = done + (1 - done) * place / len(ways)
        worker.progress(share, f"Comparing: {name}", seconds_left=None)
        began = time.monotonic()
        facts: dict[str, Any] = {}
        if rows is not None:
            put(loaded.model, fresh)
            facts = _train(loaded, rows, plan, folder / ".compare")
        model = folder / ("model" if rows is None else ".compare/model")
        right = [said.text == asked.reference for said, asked in _answered(model, plan, questions)]
        shutil.rmtree(folder / ".compare", ignore_errors=True)
        accuracy = wilson(sum(right) / len(right), len(right))
        facts |= {
            "test_rows": len(right),
            "accuracy": accuracy.as_json(),
            "seconds": round(time.monotonic() - began, 1),
        }
        found[name] = facts
        write_last(file, found)


def _ways(plan: dict[str, Any], clients: Path) -> Iterator[tuple[str, Path | None]]:
    yield TOGETHER, None
    yield CENTRAL, clients / ALL
    for place, name in enumerate(plan["client_names"]):
        yield f"{name} alone", clients / str(place) / "rows.parquet"


def _train(loaded: Loaded, file: Path, plan: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Train on the rows of a file as an ordinary run does, and save the model beside."""
    shutil.rmtree(folder, ignore_errors=True)
    rows = read_rows(file, plan, loaded.tokenizer, folder / "rows")
    loaded.model.train()
    build_trainer(loaded, rows, plan, folder / "out", eval_strategy="no", save_strategy="no").train()
    loaded.model.save_pretrained(str(folder / "model"))
    loaded.tokenizer.save_pretrained(str(folder / "model"))
    return {"rows": len(rows.train)}


def _questions(worker: Worker) -> list[Question]:
    with Workspace(worker.home, worker.project) as ws:
        run = ws.runs.get(worker.payload["run"])
        return exam(ws, run, None, "test", TEST_ROWS, run.plan["seed"]).questions


def _answered(model: Path, plan: dict[str, Any], questions: list[Question]) -> Iterator[tuple[Any, Question]]:
    """As an evaluation has them: from the model as it is saved."""
    settings = {name: plan[name] for name in ("task", "labels", "dtype")}
    return zip(answer(load(plan["base_model"], model, **settings), plan, questions), questions, strict=True)
