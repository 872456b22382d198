"""Search for better settings under a budget of time, and confirm the winner on fresh seeds.

Trials are drawn by the tree-structured Parzen estimator (Bergstra et al. 2011) and ended early where their evaluation
loss is above the median of the earlier ones at the same point (Optuna's `MedianPruner`). Only the rows for the
evaluation loss judge; test rows are never read. The study and what was spent of the budget outlive a kill.
"""
# pyright: basic

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import optuna
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from optuna.trial import Trial, TrialState

from store import StoreError
from store.worker import Stopped, Worker
from tools.train import _search as search
from tools.train._rows import Rows
from tools.train._save import save
from tools.train._short_run import Outcome, Plan, trained_once
from tools.train._time_budget import Budget
from tools.train._trials import FILE

TRIALS_BEFORE_PRUNING = 3
EVALUATIONS_BEFORE_PRUNING = 2
FOLLOW = ("seed", "alpha", "batch_size", "gradient_accumulation")
"""Settings of the winner that are its own or follow from what was drawn."""
CAUTION = 1.15
"""How much longer than measured a training may take before the budget is broken."""


class Sweep:
    """One search.

    Args:
        worker: The job.
        plan: What would be trained without a search; `plan["search"]` has `minutes`, `vary` and, if there
            is a limit, the `most` trials.
        rows: Rows to train on and to judge by.
        folder: The run's.
    """

    def __init__(self, worker: Worker, plan: Plan, rows: Rows, folder: Path) -> None:
        if rows.evaluation is None:
            raise StoreError("There are too few rows to set some aside for judging settings: at least 20 are needed.")
        self._worker, self._plan, self._rows, self._folder = worker, plan, rows, folder
        self._vary: list[str] = plan["search"]["vary"]
        self._ranges = search.ranges(plan, self._vary, len(rows.train))
        self._budget = Budget(60 * plan["search"]["minutes"], folder / "spent.json")
        self._own = {name: plan[name] for name in self._vary}
        self._lines = self._kept()
        self._study = self._opened()

    def run(self) -> dict[str, Any]:
        """Try settings until only the time for the confirmation is left, then confirm.

        Returns:
            trials, pruned, the winner's `choice`, the fresh seeds' losses of `winner` and `plan`, and `facts` of the
            model that was kept.

        Raises:
            Stopped: The user asked for it; what was tried is kept.
        """
        while self._another():
            self._trial()
        return self._confirmed()

    def _another(self) -> bool:
        tried = self._of("trial")
        if not tried:
            return True
        if len(tried) >= self._plan["search"].get("most", len(tried) + 1):
            return False
        return self._budget.left > self._reserve() + self._expected(self._slowest())

    def _trial(self) -> None:
        trial = self._study.ask()
        choice = {name: self._suggested(trial, name) for name in self._vary}

        def hopeless(number: int, loss: float) -> bool:
            trial.report(loss, number)
            return trial.should_prune()

        ends = self._budget.left - self._reserve() if self._of("trial") else self._budget.left
        outcome = self._train(choice, self._plan["seed"], hopeless, ends)
        self._study.tell(trial, *_state(outcome))
        self._keep("trial", choice, outcome, self._plan["seed"])

    def _confirmed(self) -> dict[str, Any]:
        first = min((one for one in self._of("trial") if one["state"] == "done"), key=_loss, default=None)
        if first is None:
            raise StoreError(
                "No trial was trained to its end in the time given, so nothing can be said. Give it more minutes, or a "
                "smaller base model."
            )
        choice = {name: first["choice"][name] for name in self._vary}
        same = choice == self._own
        for seed in range(self._plan["seed"] + 1, self._plan["seed"] + 1 + search.SEEDS):
            for kind, settings in (("winner", choice), *([] if same else [("plan", self._own)])):
                if not any(one["kind"] == kind and one["seed"] == seed for one in self._lines):
                    self._confirm(kind, settings, seed)
        return {
            "choice": choice,
            "same": same,
            "trials": len(self._of("trial")),
            "pruned": sum(one["state"] == "pruned" for one in self._of("trial")),
            "winner": [one["loss"] for one in self._of("winner")],
            "plan": [one["loss"] for one in self._of("plan")],
            "seconds": round(self._budget.spent, 1),
        }

    def _confirm(self, kind: str, choice: dict[str, Any], seed: int) -> None:
        before = min((_loss(one) for one in self._of("winner")), default=float("inf"))
        if self._of(kind) and self._budget.left < self._expected(choice):
            return
        outcome = self._train(choice, seed, lambda *_: False, float("inf"))
        if kind == "winner" and outcome.loss is not None and outcome.loss < before:
            self._save(outcome, {**search.changed(self._plan, choice), "seed": seed})
        self._keep(kind, choice, outcome, seed)

    def _train(self, choice: dict[str, Any], seed: int, hopeless: Any, seconds: float) -> Outcome:
        ends = time.monotonic() + seconds
        self._tell(f"trying {search.told(choice)}")
        plan = {**search.changed(self._plan, choice), "seed": seed}
        outcome = trained_once(
            plan,
            self._rows,
            self._worker,
            self._folder / ".trial",
            hopeless=hopeless,
            over=lambda: self._worker.stopping or time.monotonic() > ends,
        )
        if self._worker.stopping:
            self._budget.keep()
            tried = len(self._of("trial"))
            raise Stopped(f"Stopped after {tried} trials. Resume it to go on with the time that is left.")
        return outcome

    def _save(self, outcome: Outcome, plan: Plan) -> None:
        trainer = outcome.trainer
        facts = {
            "run": self._worker.payload["run"],
            "step": trainer.state.global_step,
            "steps": trainer.state.max_steps,
            "rows": len(self._rows.train),
            "eval_loss": outcome.loss,
            "settings": {name: plan[name] for name in (*self._vary, *FOLLOW)},
        }
        save(outcome.loaded, plan, self._folder / "model", facts)

    def _suggested(self, trial: Trial, name: str) -> Any:
        within = self._ranges[name]
        if within.choices:
            return trial.suggest_categorical(name, list(within.choices))
        return float(f"{trial.suggest_float(name, within.low, within.high, log=True):.3g}")

    def _keep(self, kind: str, choice: dict[str, Any], outcome: Outcome, seed: int) -> None:
        line = {
            "kind": kind,
            "choice": choice,
            "loss": outcome.loss,
            "state": outcome.state,
            "seconds": round(outcome.seconds, 2),
            "seed": seed,
        }
        with (self._folder / FILE).open("a") as file:
            file.write(json.dumps(line) + "\n")
        self._lines.append(line)
        self._budget.keep()
        self._tell(f"{len(self._of('trial'))} trials made")

    def _tell(self, words: str) -> None:
        whole = self._budget.spent + max(self._budget.left, 0)
        left = max(self._budget.left, 0)
        self._worker.progress(min(1.0, self._budget.spent / whole), words.capitalize(), seconds_left=left)

    def _of(self, kind: str) -> list[dict[str, Any]]:
        return [one for one in self._lines if one["kind"] == kind]

    def _kept(self) -> list[dict[str, Any]]:
        file = self._folder / FILE
        lines = file.read_text().splitlines(keepends=True) if file.exists() else []
        return [json.loads(line) for line in lines if line.endswith("\n")]

    def _opened(self) -> optuna.Study:
        optuna.logging.set_verbosity(optuna.logging.ERROR)
        study = optuna.create_study(
            study_name="sweep",
            storage=JournalStorage(JournalFileBackend(str(self._folder / "study.log"))),
            sampler=optuna.samplers.TPESampler(seed=self._plan["seed"] + len(self._lines), n_startup_trials=5),
            pruner=optuna.pruners.MedianPruner(TRIALS_BEFORE_PRUNING, EVALUATIONS_BEFORE_PRUNING - 1),
            direction="minimize",
            load_if_exists=True,
        )
        for trial in study.get_trials(deepcopy=False, states=(TrialState.RUNNING,)):  # of a process that was killed
            study.tell(trial.number, state=TrialState.FAIL)
        if not self._lines:
            study.enqueue_trial(self._own)
        return study

    def _expected(self, choice: dict[str, Any]) -> float:
        """Seconds for a training to its end, by the slower ones so far."""
        ended = [one for one in self._lines if one["state"] == "done"]
        rates = sorted(one["seconds"] / search.work(search.changed(self._plan, one["choice"])) for one in ended)
        planned = self._plan["estimates"]["seconds"] / search.work(self._plan)
        usual = rates[-1 - len(rates) // 4] if rates else planned
        return CAUTION * usual * search.work(search.changed(self._plan, choice))

    def _reserve(self) -> float:
        """Seconds for the confirmation of the best so far."""
        best = min((one for one in self._of("trial") if one["state"] == "done"), key=_loss, default=None)
        choice = best["choice"] if best else self._own
        runs = [choice] if choice == self._own else [choice, self._own]
        return search.SEEDS * sum(self._expected(one) for one in runs)

    def _slowest(self) -> dict[str, Any]:
        """The longest training that may be drawn next."""
        epochs = self._ranges["epochs"].choices if "epochs" in self._vary else ()
        return {**self._own, **({"epochs": max(epochs)} if epochs else {})}


def _loss(line: dict[str, Any]) -> float:
    return float("inf") if line["loss"] is None else line["loss"]


def _state(outcome: Outcome) -> Iterator[Any]:
    """The arguments of `Study.tell`: the value, and the state where it is not complete."""
    match outcome.state:
        case "done":
            return iter((outcome.loss,))
        case "pruned":
            return iter((None, TrialState.PRUNED))
        case _:
            return iter((None, TrialState.FAIL))
