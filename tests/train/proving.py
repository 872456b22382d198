"""What a technique does on a task, found by a real training of the tiny model: run as a program, it is written down.

`python -m tests.train.proving` trains every technique on every task and writes `tools/train/proven.json`, from which
the README's table is made; the tests find the same again.
"""

import gc
import json
import shutil
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

from store import Workspace
from store.worker import Worker, write_last
from tests.tiny_model import build
from tests.tiny_run import add_tickets, plan
from tools.deploy._questions import questions
from tools.deploy._worker import work
from tools.train._beginnings import begin
from tools.train._checkpoints import step_of, whole
from tools.train._proven import FILE
from tools.train._quiet import quiet
from tools.train._rows import Rows, read_rows
from tools.train._save import save
from tools.train._setup import build_trainer, load_for_training
from tools.train._technique import FORMS
from tools.train._watch import Watch
from tools.train._weights import Loaded, load
from tools.train._worker import train
from tools.train.techniques import TECHNIQUES

RATES = {
    "adalora": (1e-1, 5e-2),
    "boft": (5e-2, 2e-2),
    "eva": (2e-2, 5e-3),
    "full": (1e-2, 5e-3),
    "ia3": (1e-1, 5e-2),
    "layer_norm": (1e-1, 2e-2),
    "llama_adapter": (2e-1, 0),
    "loha": (5e-2, 2e-2),
    "lokr": (5e-2, 2e-2),
    "oft": (5e-2, 2e-2),
    "olora": (1e-2, 5e-3),
    "p_tuning": (5e-2, 2e-2),
    "prefix_tuning": (2e-1, 2e-2),
    "prompt_tuning": (1e-1, 3e-2),
    "vera": (2e-1, 5e-2),
}
"""Where other learning rates than 0.02 suit the tiny model, in its few steps, to generate and to classify."""
FALL = 0.9
"""The evaluation loss after training is at most this part of the untuned model's."""
SAME = 1e-4


@dataclass(frozen=True)
class Place:
    """Where trainings happen: a workspace with `tickets`, the tiny base, and a folder."""

    ws: Workspace
    base: Path
    folder: Path

    def worker(self, settings: dict[str, Any], run: Path, **payload: Any) -> Worker:
        """The worker's side of a job."""
        job = run / "job"
        shutil.rmtree(job, ignore_errors=True)
        job.mkdir(parents=True)
        told = {"run": "run-1", "folder": str(run), "dataset": "tickets", "version": 1, "plan": settings, **payload}
        write_last(job / "job.json", {"home": str(self.ws.home), "project": self.ws.project, "payload": told})
        return Worker(job)

    def rows(self, settings: dict[str, Any], loaded: Loaded, cache: Path) -> Rows:
        """The rows of tickets as tokens."""
        return read_rows(self.ws.datasets.head("tickets").path, settings, loaded.tokenizer, cache)


def proven(technique: str, task: str, place: Place) -> list[str]:
    """What of `DOES` it was seen to do."""
    run = place.folder / f"{technique}-{task}"
    settings = settings_for(technique, task, place.base)
    trained, rows, loss = _trained(place, settings, run)
    labels = settings["labels"] if task == "classify" else None
    untuned = load(str(place.base), task=task, labels=labels)  # pyright: ignore
    again = load(str(place.base), run / "model", task=task, labels=labels)  # pyright: ignore
    found: list[str] = []
    if loss < FALL * _loss(untuned, rows, settings, run):
        found.append("trains")
    if _furthest(trained, again, rows) < SAME:
        found.append("reloads")
    if _resumes(place, settings, run, loss):
        found.append("resumes")
    return found + [form for form in FORMS if _exports(place, settings, run, form)]


def settings_for(technique: str, task: str, base: Path) -> dict[str, Any]:
    """A plan that takes a second."""
    generate, classify = RATES.get(technique, (2e-2, 2e-2))
    rate = classify if task == "classify" else generate
    return plan(base, technique=technique, task=task, epochs=2, learning_rate=rate, save_steps=6, batch_size=8)


def _trained(place: Place, settings: dict[str, Any], run: Path) -> tuple[Loaded, Rows, float]:
    """As the worker does it, but the model is kept."""
    worker = place.worker(settings, run)
    loaded = load_for_training(settings, worker)
    rows = place.rows(settings, loaded, run / "cache")
    begin(loaded, rows, settings, run)
    watch = Watch(worker, run / "metrics.jsonl", settings["task"])
    watch.trainer = build_trainer(loaded, rows, settings, run / "checkpoints", eval_steps=1000)
    watch.trainer.add_callback(watch)
    with quiet():
        watch.trainer.train()
    save(loaded, settings, run / "model", {})
    loaded.model.eval()
    return loaded, rows, watch.latest["eval_loss"]


def _loss(loaded: Loaded, rows: Rows, settings: dict[str, Any], run: Path) -> float:
    plain = {**settings, "technique": "full"}
    return float(build_trainer(loaded, rows, plain, run / "untuned").evaluate()["eval_loss"])


@torch.inference_mode()
def _furthest(one: Loaded, other: Loaded, rows: Rows) -> float:
    """The largest difference between the outputs for some rows, of which two are padded."""
    assert rows.evaluation
    texts = [row["input_ids"] for row in rows.evaluation.select(range(3))]  # pyright: ignore
    width = max(map(len, texts))
    tokens = torch.tensor([text + [0] * (width - len(text)) for text in texts])
    mask = torch.tensor([[1] * len(text) + [0] * (width - len(text)) for text in texts])
    first, second = (each.model(input_ids=tokens, attention_mask=mask).logits for each in (one, other))
    if first.dim() == 3:  # learned tokens stand before the text in the model that is trained, not in one that is used
        first, second = first[:, -width:] * mask[..., None], second * mask[..., None]
    return float((first - second).abs().max())


def _resumes(place: Place, settings: dict[str, Any], run: Path, loss: float) -> bool:
    """Whether it ends as if nothing had happened when it goes on from its checkpoint before the last."""
    shutil.rmtree(max(whole(run / "checkpoints"), key=step_of))
    facts = train(place.worker(settings, run))
    return facts["resumed_from"] == 12 and abs(facts["eval_loss"] - loss) < SAME


def _exports(place: Place, settings: dict[str, Any], run: Path, form: str) -> bool:
    if form not in TECHNIQUES[settings["technique"]].forms:
        return False
    _, asked = questions(place.ws.datasets.head("tickets"), settings, most=20)
    payload = {
        "model": str(run / "model"),
        "target": str(run / form),
        "form": form,
        "kind": None,
        "file": "model.safetensors",
        "asked": [asdict(each) for each in asked],
        "metric": None,
    }
    return bool(work(place.worker(settings, run, **payload))["largest_difference"] < SAME)


def main() -> None:
    """Train all and write down what was seen."""
    gc.freeze()  # the trainer looks for garbage before it begins, and the libraries are much to look through
    folder = Path(tempfile.mkdtemp())
    with Workspace(folder / "home", readable=(folder,)) as ws:
        add_tickets(ws)
        place = Place(ws, build(folder / "tiny"), folder)
        found = {
            name: {task: proven(name, task, place) for task in technique.rates}
            for name, technique in TECHNIQUES.items()
            if not technique.four_bits
        }
    FILE.write_text(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    main()
