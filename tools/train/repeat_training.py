"""Train once more like an earlier run, with what shall be different."""

from store import NoSpace, Workspace
from tools.kinds import BaseModel, Dataset, Run
from tools.result import Result, Table
from tools.tool import tool
from tools.train._again import differences, plan_again
from tools.train._begun import begun
from tools.train._machine import look
from tools.train._newest import run_meant
from tools.train._plan import SPARE_BYTES
from tools.train._queue import would_wait
from tools.train._wishes import BatchSize, Epochs, LearningRate, MaxLength, Rank, Seed, Task, Technique, Wishes
from tools.weights.progress import duration, size


@tool(
    effect="trains",
    asks=[
        ("repeat run-1", {"run": "run-1"}),
        ("do run-2 again with seed 7", {"run": "run-2", "seed": 7}),
        ("the same training once more, but 5 epochs", {"epochs": 5}),
        ("duplicate run-3 with half the learning rate, 1e-4", {"run": "run-3", "learning_rate": 0.0001}),
        ("like run-1, only with dora", {"run": "run-1", "technique": "dora"}),
        ("run-4 with the same settings on claims instead", {"run": "run-4", "dataset": "claims"}),
        ("make a copy of run-2 that uses rank 32", {"run": "run-2", "rank": 32}),
        ("try the last one again with a larger batch of 16", {"batch_size": 16}),
        ("was run-1 luck? repeat it with another seed, 99", {"run": "run-1", "seed": 99}),
        ("clone run-5 and let it see the rows eight times, 8 epochs", {"run": "run-5", "epochs": 8}),
        ("retrain exactly as in run-2", {"run": "run-2"}),
        ("once more with feeling: same as run-3 but ia3", {"run": "run-3", "technique": "ia3"}),
    ],
)
def repeat_training(
    ws: Workspace,
    run: Run | None = None,
    dataset: Dataset | None = None,
    base_model: BaseModel | None = None,
    technique: Technique | None = None,
    task: Task | None = None,
    epochs: Epochs | None = None,
    learning_rate: LearningRate | None = None,
    batch_size: BatchSize | None = None,
    rank: Rank | None = None,
    max_length: MaxLength | None = None,
    seed: Seed | None = None,
) -> Result:
    """Train again like an earlier run: the same rows and settings, except for those that are given.

    Args:
        run: The run to repeat; the newest if none is named.
        dataset: Another dataset, or the same one as it is now; the very rows of the run if not given.
        base_model: Another model to start from.
        technique: Another technique: lora, dora, ia3, or full for all the weights.
        task: Another task: generate to write answers, classify for a head that chooses a label.
        epochs: How often each row is seen.
        learning_rate: How large the steps are.
        batch_size: Rows to a step.
        rank: Size of a LoRA or DoRA adapter.
        max_length: Tokens after which a row is cut.
        seed: Fixes the order of the rows and all that is drawn.

    Example:
        >>> print(repeat_training.show_first(trained, {"run": "run-1", "epochs": 2}))
        This will train like run-1 ..., with 1 setting changed: epochs 2 instead of 5...
    """
    earlier = run_meant(ws, run, lambda _: True, "has been started yet")
    changes = Wishes(base_model, technique, task, epochs, learning_rate, batch_size, rank, max_length, seed)
    plan, name, version, rows = plan_again(ws, earlier, dataset, changes)
    if look(ws.home).disk_bytes < plan["estimates"]["disk_bytes"] + SPARE_BYTES:
        raise NoSpace
    return begun(ws, ws.runs.start(name, version, plan), rows)


@repeat_training.preview
def _preview(ws: Workspace, run: str | None = None, dataset: str | None = None, **named: object) -> Result:
    earlier = run_meant(ws, run, lambda _: True, "has been started yet")
    plan, name, version, rows = plan_again(ws, earlier, dataset, Wishes(**named))  # pyright: ignore[reportArgumentType]
    changed = differences(earlier, plan, name, version)
    settings = f"{len(changed)} setting{'' if len(changed) == 1 else 's'} changed"
    listed = ", ".join(f"{setting} {after} instead of {before}" for setting, before, after in changed[:4])
    told = f"with {settings}: {listed}{', ...' if len(changed) > 4 else ''}" if changed else "with nothing changed"
    cost = plan["estimates"]
    same = "" if changed else " On the same machine it gives the same numbers."
    return Result(
        f"This will train like {earlier.called} on {rows:,} rows of {name}, version {version}, {told}. It should take "
        f"about {duration(cost['seconds'])}, {size(cost['memory_bytes'])} of memory and {size(cost['disk_bytes'])} of "
        f"disk.{same}{would_wait(ws)}",
        tables=[Table("Changes", ("setting", earlier.id, "now"), changed)] if changed else [],
        data={"plan": plan},
    )
