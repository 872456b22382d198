"""Train: run as `python -m tools.train._worker FOLDER`, in a process of its own."""
# pyright: basic

import gc
import shutil
from pathlib import Path
from typing import Any

import psutil
import torch

from store import NoSpace, StoreError, Workspace
from store.errors import disk_is_full
from store.worker import Stopped, Worker, serve
from tools.evaluate._batches import out_of_memory
from tools.train import _ranks as ranks
from tools.train._beginnings import begin
from tools.train._checkpoints import discard_torn, last_whole, step_of
from tools.train._curves import metrics_in
from tools.train._evaluations import Evaluations
from tools.train._judge import Judge
from tools.train._memory import Room, lift_limit, limit_to_what_is_free
from tools.train._quiet import quiet
from tools.train._rows import Rows, read_rows, rows_again
from tools.train._sampling import Sampler
from tools.train._save import save
from tools.train._setup import build_trainer, load_for_training
from tools.train._smaller import fitted, remember, rows_at_once, smaller, told
from tools.train._sound import sound_checkpoint
from tools.train._techniques import trainable_weights
from tools.train._trainer import AnswerTrainer
from tools.train._usage import peak_bytes, processor_seconds, seconds_alive
from tools.train._watch import NotANumber, Watch
from tools.train._weights import Loaded

ASKED = ("generate", "classify")
"""Tasks whose rows are asked, and whose answers are measured, while the model learns."""
CUT_SHORT = ("unexpected pos", "iostream error", "pytorchstreamwriter failed")
"""What torch says when a file that it writes takes no more bytes."""
Plan = dict[str, Any]


def train(worker: Worker) -> dict[str, Any]:
    """Train as the plan says, from the last whole checkpoint if there is one, and save the model.

    Raises:
        Stopped: The user asked for it; a checkpoint and the model as it is are saved.
        StoreError: It cannot go on; the message says why.
    """
    task = worker.payload
    plan, folder = task["plan"], Path(task["folder"])
    data = Path(task["data"]) if "data" in task else _data(worker)
    folder.mkdir(parents=True, exist_ok=True)
    cache = folder / ".rows"
    try:
        while True:
            plan = fitted(plan, folder)
            try:
                return _train(worker, plan, folder, data, cache)
            except (RuntimeError, MemoryError) as error:
                if not out_of_memory(error):
                    raise _in_words(error, folder) or error from error
            plan = _made_smaller(worker, plan, folder)
    finally:  # also gives a full disk some room to tell what happened
        if ranks.first():
            shutil.rmtree(cache, ignore_errors=True)
            discard_torn(folder / "checkpoints")


def _data(worker: Worker) -> Path:
    with Workspace(worker.home, worker.project) as ws:
        return ws.datasets.version(worker.payload["dataset"], worker.payload["version"]).path


def _train(worker: Worker, plan: Plan, folder: Path, data: Path, cache: Path) -> dict[str, Any]:
    worker.progress(
        0, f"Loading {Path(plan['base_model']).name}", seconds_left=plan.get("estimates", {}).get("seconds")
    )
    if "search" in plan:
        return _searched(worker, plan, folder, data, cache)
    ranks.join()
    loaded = load_for_training(plan, worker)
    rows = ranks.once_a_machine(lambda: read_rows(data, plan, loaded.tokenizer, cache), lambda: rows_again(cache))
    begin(loaded, rows, plan, folder)
    trainer, watch, evaluations = _watched(worker, plan, folder, loaded, rows)
    checkpoint = _to_go_on_from(worker, folder / "checkpoints")
    trainer.args.eval_on_start = bool(plan["task"] in ASKED and rows.evaluation and not checkpoint)
    broke = _stepped(trainer, checkpoint)
    step, steps = trainer.state.global_step, trainer.state.max_steps
    facts = {
        "run": worker.payload["run"],
        "step": step,
        "steps": steps,
        "resumed_from": step_of(checkpoint) if checkpoint else None,
        "weights_trained": trainable_weights(loaded.model),
        "tokens_per_second": watch.tokens_per_second,
        **_taken(plan, rows),
        **watch.latest,
        **evaluations.settle(step, broken=broke is not None),
        **({"ended_early": True} if evaluations.ended_early else {}),
    }
    if broke and "model_of_step" not in facts:
        raise broke
    weights = trainer.accelerator.get_state_dict(trainer.model) if trainer.is_fsdp_enabled else None
    if ranks.first():
        save(loaded, plan, folder / "model", facts, weights)
    ranks.leave()
    if broke:
        raise StoreError(f"{broke} The weights of step {facts['model_of_step']}, from before, are kept.")
    if step < steps and not evaluations.ended_early:
        raise Stopped(f"Stopped after step {step} of {steps}, and saved. Resume it to go on from there.")
    evaluations.forget()
    return facts


def _searched(worker: Worker, plan: Plan, folder: Path, data: Path, cache: Path) -> dict[str, Any]:
    from tools.train._searches import searched  # noqa: PLC0415 - loads Optuna, which most runs do not need

    return searched(worker, plan, folder, data, cache)


def _to_go_on_from(worker: Worker, checkpoints: Path) -> Path | None:
    """The last checkpoint that can be loaded; what is torn or damaged is removed by the first process alone."""
    if ranks.first():
        discard_torn(checkpoints)
        sound_checkpoint(worker, checkpoints)
    ranks.together()
    return last_whole(checkpoints)


def _stepped(trainer: AnswerTrainer, checkpoint: Path | None) -> NotANumber | None:
    """Make the steps; gives what broke them off, if the loss did."""
    limit_to_what_is_free()
    broke: NotANumber | None = None
    try:
        with quiet():
            trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    except NotANumber as error:
        broke = error
    lift_limit()
    return broke


def _taken(plan: Plan, rows: Rows) -> dict[str, Any]:
    """The rows it took, and the time and the memory."""
    return {
        "rows": len(rows.train),
        "rows_cut": rows.cut,
        "rows_left_out": rows.left_out,
        "evaluation_rows": len(rows.evaluation) if rows.evaluation else 0,
        "seconds": round(seconds_alive(), 1),
        "processor_seconds": round(processor_seconds(), 1),
        "peak_bytes": torch.cuda.max_memory_allocated() if torch.cuda.is_available() else peak_bytes(),
        "rows_at_once": rows_at_once(plan),
        **({"processes": ranks.world()} if ranks.world() > 1 else {}),
    }


def _watched(
    worker: Worker, plan: Plan, folder: Path, loaded: Loaded, rows: Rows
) -> tuple[AnswerTrainer, Watch, Evaluations]:
    """The trainer, and all that looks at it."""
    watch = Watch(worker, folder / "metrics.jsonl", plan["task"])
    trainer = build_trainer(loaded, rows, plan, folder / "checkpoints")
    asked = plan["task"] in ASKED
    sampler = Sampler(loaded, plan, rows.checked if asked else None, folder)
    early = plan.get("early_stopping", True)
    evaluations = Evaluations(loaded, folder, sampler, lambda: metrics_in(folder), may_end_early=early)
    alone = ranks.world() == 1  # each of several processes sees only a share of the rows of an evaluation
    if alone and asked:
        judge = trainer.judge = Judge(plan["labels"])
        watch.scores = lambda step, steps: judge.take() | evaluations.scores(step, steps)
    judged = alone and plan["task"] != "grpo"  # whose loss says nothing by itself
    for callback in (watch, *((evaluations,) if judged else ()), *((Room(),) if alone else ())):
        trainer.add_callback(callback)
    watch.trainer = trainer
    return trainer, watch, evaluations


def _made_smaller(worker: Worker, plan: Plan, folder: Path) -> Plan:
    """Go on with fewer rows at once, from the last checkpoint.

    Raises:
        StoreError: There is nothing left that would change no more than the time it takes.
    """
    lift_limit()
    gc.collect()  # the error held on to what the step had computed
    torch.cuda.empty_cache()
    fits = smaller(plan)
    if fits is None:
        raise StoreError(
            f"The memory of this machine was not enough, even for one row of up to {plan['max_length']} tokens at a "
            "time with gradient checkpointing. Start again with a smaller max_length or base model, or close other "
            "programs and resume."
        )
    checkpoint = last_whole(folder / "checkpoints")
    remember(folder, fits, step_of(checkpoint) if checkpoint else 0)
    worker.progress(0, told(fits))
    return fits


def _in_words(error: BaseException, folder: Path) -> StoreError | None:
    """A sentence for what torch says of a full disk."""
    text = str(error).lower()
    nearly = "writ" in text and psutil.disk_usage(str(folder)).free < 10_000_000
    if nearly or disk_is_full(error) or any(sign in text for sign in CUT_SHORT):
        return NoSpace()
    return None


if __name__ == "__main__":
    serve(train)
