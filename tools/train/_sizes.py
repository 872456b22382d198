"""Train on a quarter, a half and all of the rows, to tell what more rows would bring."""
# pyright: basic

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import torch

from store import StoreError
from store.worker import Stopped, Worker
from tools.train._doubling import last_doubling, next_doubling
from tools.train._rows import Rows
from tools.train._save import save
from tools.train._short_run import Outcome, Plan, trained_once
from tools.train._time_budget import Budget

FILE = "sizes.jsonl"
PARTS = 4, 2, 1
"""All the rows divided by these; each part holds the one before."""
MOST_SEEDS = 3
FEWEST_ROWS = 40
CAUTION = 1.15


class Sizes:
    """One curve over the size of the data.

    Args:
        worker: The job.
        plan: How each part is trained; `plan["search"]` has `minutes` and, if there is a limit, `seeds`.
        rows: Rows to train on and to judge by.
        folder: The run's.
    """

    def __init__(self, worker: Worker, plan: Plan, rows: Rows, folder: Path) -> None:
        if rows.evaluation is None or len(rows.train) < FEWEST_ROWS:
            raise StoreError(f"A curve over the size of the data needs at least {FEWEST_ROWS} training rows.")
        self._worker, self._plan, self._rows, self._folder = worker, plan, rows, folder
        self._budget = Budget(60 * plan["search"]["minutes"], folder / "spent.json")
        self._lines = self._kept()
        self._parts = _nested(rows, plan["seed"])

    def run(self) -> dict[str, Any]:
        """Train each part, with as many seeds as the budget allows.

        Returns:
            sizes (rows of each part), losses (means), seeds, `measure`, `last` and `next`: the gains of the last and
            the next doubling.

        Raises:
            Stopped: The user asked for it; what was measured is kept.
        """
        most = self._plan["search"].get("seeds", MOST_SEEDS)
        for seed in range(self._plan["seed"], self._plan["seed"] + most):
            if seed > self._plan["seed"] and self._budget.left < CAUTION * self._round():
                break
            for part in PARTS:
                if not any((one["part"], one["seed"]) == (part, seed) for one in self._lines):
                    self._train(part, seed)
        return self._found()

    def _train(self, part: int, seed: int) -> None:
        rows = self._rows.train.select(self._parts[part])
        self._tell(f"training on {len(rows):,} rows")
        plan = {**self._plan, "seed": seed, "epochs": self._plan["epochs"] * max(1.0, part / 2)}
        outcome = trained_once(
            plan, self._rows, self._worker, self._folder / ".part", train=rows, over=lambda: self._worker.stopping
        )
        if self._worker.stopping:
            self._budget.keep()
            raise Stopped(f"Stopped after {len(self._lines)} trainings. Resume it to go on.")
        if outcome.loss is None:
            raise StoreError("The loss stopped being a number: try a smaller learning rate.")
        losses = each_loss(outcome, self._rows)
        if part == 1 and seed == self._plan["seed"]:
            self._save(outcome, plan)
        line = {"part": part, "seed": seed, "rows": len(rows), "losses": losses, "seconds": round(outcome.seconds, 2)}
        with (self._folder / FILE).open("a") as file:
            file.write(json.dumps(line) + "\n")
        self._lines.append(line)
        self._budget.keep()

    def _found(self) -> dict[str, Any]:
        by_part: dict[int, list[list[float]]] = defaultdict(list)
        for one in self._lines:
            by_part[one["part"]].append(one["losses"])
        seeds = min(len(losses) for losses in by_part.values())
        losses = [np.asarray(by_part[part][:seeds]) for part in PARTS]
        return {
            "sizes": [len(self._parts[part]) for part in PARTS],
            "losses": [float(each.mean()) for each in losses],
            "by_seed": [each.mean(axis=1).tolist() for each in losses],
            "seeds": seeds,
            "measure": measure(self._plan),
            "last": last_doubling(losses[1], losses[2]).as_json(),
            "next": next_doubling(*losses).as_json(),
            "seconds": round(self._budget.spent, 1),
        }

    def _save(self, outcome: Outcome, plan: Plan) -> None:
        state = outcome.trainer.state
        facts = {"run": self._worker.payload["run"], "step": state.global_step, "steps": state.max_steps}
        save(outcome.loaded, plan, self._folder / "model", {**facts, "eval_loss": outcome.loss})

    def _round(self) -> float:
        """Seconds for all parts with one seed."""
        first = [one["seconds"] for one in self._lines if one["seed"] == self._plan["seed"]]
        return sum(first) if first else float("inf")

    def _tell(self, words: str) -> None:
        left = max(self._budget.left, 0)
        share = self._budget.spent / (self._budget.spent + left)
        self._worker.progress(min(1.0, share), words.capitalize(), seconds_left=left)

    def _kept(self) -> list[dict[str, Any]]:
        file = self._folder / FILE
        lines = file.read_text().splitlines(keepends=True) if file.exists() else []
        return [json.loads(line) for line in lines if line.endswith("\n")]


def measure(plan: Plan) -> str:
    """What is counted: error for a classifier, evaluation loss for all else."""
    return "error" if plan["task"] == "classify" else "loss"


def each_loss(outcome: Outcome, rows: Rows) -> list[float]:
    """For every evaluation row, whether its class is wrong (1 or 0), or the mean loss of its answer's tokens."""
    trainer, model = outcome.trainer, outcome.loaded.model.eval()
    found: list[float] = []
    with torch.no_grad():
        for row in rows.evaluation or ():
            made: dict[str, Any] = trainer.data_collator([row])  # pyright: ignore[reportArgumentType]
            batch = {name: tensor.to(outcome.loaded.device) for name, tensor in made.items()}
            loss, outputs = trainer.compute_loss(model, batch, return_outputs=True)
            if batch["labels"].dim() == 1:
                found.append(float(outputs["logits"].argmax(-1)[0] != batch["labels"][0]))
            else:
                found.append(float(loss))
    return found


def _nested(rows: Rows, seed: int) -> dict[int, list[int]]:
    """Places of the rows of each part; the shares of the classes stay, as far as there are enough rows."""
    generator = np.random.default_rng(seed)
    labels = rows.train["labels"]
    classes: dict[Any, list[int]] = defaultdict(list)
    for place in generator.permutation(len(labels)).tolist():
        classes[labels[place] if isinstance(labels[place], int) else None].append(place)
    return {
        part: sorted(place for places in classes.values() for place in places[: max(1, -(-len(places) // part))])
        for part in PARTS
    }
