"""The rounds of a federation, told as the steps of an ordinary run."""
# pyright: basic

import json
import shutil
from pathlib import Path
from typing import Any

from store.worker import Worker
from tools.train._checkpoints import mark_whole, step_of, whole
from tools.train._federated_local import put
from tools.train._round_files import last_round, load_round, told
from tools.train._weights import Loaded
from tools.weights.progress import duration

KEPT_CHECKPOINTS = 2
SHARE_OF_ROUNDS = 0.6
"""Of the progress, where other ways to train are compared with afterwards."""


class Mirror:
    """Tells the rounds of Flower as the steps of an ordinary run: metrics, progress, checkpoints."""

    def __init__(self, worker: Worker, plan: dict[str, Any], folder: Path, loaded: Loaded) -> None:
        self._worker, self._plan, self._folder, self._loaded = worker, plan, folder, loaded
        self._rounds = folder / "rounds"
        self._seen = len(told(self._rounds))
        self._now = ""
        self._share = SHARE_OF_ROUNDS if plan["compare"] else 1.0
        self.latest: dict[str, Any] = {}

    @property
    def stopping(self) -> bool:
        """Whether the user asked for a stop."""
        return self._worker.stopping

    def look(self) -> None:
        """Tell what is new."""
        for line in told(self._rounds)[self._seen :]:
            self._seen += 1
            self._tell(line)
        file = self._rounds / "now.json"
        now = file.read_text() if file.exists() else ""
        if now and now != self._now:
            self._now = now
            doing = json.loads(now)
            done = last_round(self._rounds) / self._plan["rounds"] * self._share
            self._worker.progress(
                done, f"{doing['text']}, {doing['answered']} of {doing['of']}", seconds_left=self._left()
            )

    def _tell(self, line: dict[str, Any]) -> None:
        number, rounds = line["round"], self._plan["rounds"]
        told: dict[str, Any] = {"step": number, "steps": rounds, "epoch": number * self._plan["local_epochs"]}
        if line["client_losses"]:
            told |= {"loss": _mean(line["client_losses"]), "client_losses": line["client_losses"]}
        if measured := line.get("client_eval_losses"):
            rows = sum(rows for _, rows in measured.values())
            told["eval_loss"] = sum(loss * rows for loss, rows in measured.values()) / rows
            told["client_eval_losses"] = {name: loss for name, (loss, _) in measured.items()}
        if line["epsilon"] is not None:
            told |= {"epsilon": line["epsilon"], "delta": self._plan["delta"]}
        told |= {"bytes_sent": line["bytes"], "seconds": line["seconds"]}
        with (self._folder / "metrics.jsonl").open("a") as file:
            file.write(json.dumps(told) + "\n")
        self.latest = {name: told[name] for name in ("loss", "eval_loss", "epsilon", "delta") if name in told}
        self._checkpoint(number)
        left, loss = self._left(), told.get("eval_loss", told.get("loss"))
        words = f"Round {number} of {rounds}" + (f", loss {loss:.3f}" if loss is not None else "")
        left_words = f", {duration(left)} left" if left is not None else ""
        self._worker.progress(number / rounds * self._share, words + left_words, seconds_left=left, **told)

    def _checkpoint(self, number: int) -> None:
        """The model after a round, as an adapter that can be loaded like any checkpoint."""
        if last_round(self._rounds) != number:
            return  # the next round is through already: its checkpoint is what counts
        put(self._loaded.model, load_round(self._rounds, number))
        folder = self._folder / "checkpoints" / f"checkpoint-{number}"
        shutil.rmtree(folder, ignore_errors=True)
        self._loaded.model.save_pretrained(str(folder))
        mark_whole(folder)
        for old in sorted(whole(folder.parent), key=step_of)[:-KEPT_CHECKPOINTS]:
            shutil.rmtree(old)

    def _left(self) -> float | None:
        lines = told(self._rounds)
        if not lines:
            return None
        a_round = sum(line["seconds"] for line in lines) / len(lines)
        whole_run = a_round * self._plan["rounds"]
        return a_round * (self._plan["rounds"] - last_round(self._rounds)) + whole_run * (1 / self._share - 1)


def _mean(losses: dict[str, float]) -> float:
    return sum(losses.values()) / len(losses)
