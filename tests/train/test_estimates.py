"""The arithmetic of the estimates, and that a real run takes what was estimated."""

from pathlib import Path

import pytest

from store import Workspace
from tests.tiny_run import add_tickets, start
from tools import TOOLS
from tools.train._estimate import along, batch_tokens, costs, evaluations, memory_at
from tools.train._usage import folder_bytes

UPDATE = {"seconds": 0.1, "processor_seconds": 0.2}
STEP = {"rows": 8, "first": {"seconds": 3.0, "processor_seconds": 6.0}, "gpu_peak_bytes": 0, "loss": 1.0}
MEASURED = {
    "rows": 90,
    "drawn": 100,
    "lengths": [40] * 90,
    "tokens": {"mean": 40, "median": 40, "p95": 40, "max": 80},
    "rank": 16,
    "weights": 1_000_000,
    "weights_trained": 60_000,
    "weights_by_rank": 40_000,
    "imports": {"seconds": 5.0, "processor_seconds": 5.0},
    "loading": {"seconds": 2.0, "processor_seconds": 2.0, "peak_bytes": 700_000_000},
    "few": {"rows": 50, "seconds": 1.0, "processor_seconds": 1.0},
    "all": {"rows": 100, "seconds": 1.5, "processor_seconds": 1.5},
    "row_bytes": 1000,
    "evaluation": {"tokens": 320, "seconds": 0.3, "processor_seconds": 0.6},
    "saving": {"tokenizer_bytes": 2_000_000, "bytes_per_second": 100_000_000},
    "peak_bytes": 1,
    "gpu_peak_bytes": 0,
    "steps": [
        {
            **STEP,
            "tokens": tokens,
            "peak_bytes": peak,
            "pass": took,
            "update": {"seconds": 0.1, "processor_seconds": 0.2},
        }
        for tokens, peak, took in (
            (80, 800_000_000, {"seconds": 0.4, "processor_seconds": 0.8}),
            (320, 1_000_000_000, {"seconds": 1.0, "processor_seconds": 2.0}),
            (640, 1_300_000_000, {"seconds": 2.0, "processor_seconds": 4.0}),
        )
    ],
}
PLAN = {
    "task": "generate",
    "batch_size": 8,
    "gradient_accumulation": 1,
    "epochs": 2,
    "max_length": 96,
    "rank": 16,
    "evaluation_rows": 100,
}
SIDES = {"train": 1000, "validation": 100, "test": 0}


def estimates(**changes: object) -> dict[str, float]:
    return costs({**PLAN, **changes}, SIDES, MEASURED)["estimates"]


def test_values_between_and_beyond_what_was_measured_lie_on_a_line():
    points = [(100, 1.0), (200, 2.0), (400, 3.0)]
    assert along(150, points, 1.0) == pytest.approx(1.5)
    assert along(300, points, 1.0) == pytest.approx(2.5)
    assert along(600, points, 1.0) == pytest.approx(4.0)
    assert along(10, points, 1.0) == pytest.approx(0.1)
    assert along(200, [(100, 2.0), (200, 1.0)], 1.0) == 2.0, "a smaller batch cannot take longer"
    assert along(50, [(100, 2.0)], 1.0) == 1.0
    assert along(50, [(100, 2.0)], 0.0) == 2.0


def test_batches_are_made_of_rows_of_like_length():
    assert batch_tokens([10, 50] * 8, rows=16, micro=8) == [80, 400]
    assert sum(batch_tokens([10] * 100, rows=40, micro=8)) == 400


def test_time_is_the_sum_of_its_parts():
    cost = estimates()
    steps = 2 * 113  # nine in ten rows can be trained on
    reading = 1.0 + (1000 + 100 - 50) * 0.01
    looks = 5 * 90 * 40 / 320 * 0.3  # one of the untouched model
    model = steps * 1.0 + steps * 0.1 + looks + 2.0
    start, written = 5.0 + (3.0 - 0.4 - 0.1), (4 * (60_000 * 12 + 40_000) + 240_000) / 1e8
    assert cost["seconds"] == pytest.approx(start + reading + model + written, rel=0.01)
    assert cost["processor_seconds"] > 1.5 * cost["seconds"] - 20
    assert estimates(epochs=4)["seconds"] > 1.8 * (cost["seconds"] - start - reading)
    assert estimates(sample=100)["seconds"] < cost["seconds"] / 4


def test_blocks_without_padding_are_counted_as_such():
    assert batch_tokens([10, 50] * 8, rows=16, micro=8, packed=True) == [80, 400]
    assert sum(batch_tokens([10, 20, 30, 40], rows=4, micro=4, packed=True)) == 100
    assert evaluations(100_000, 100, 3) == 10
    assert evaluations(100, 100, 1) == 4


def test_memory_follows_the_largest_batch_and_the_rank():
    assert memory_at(640, MEASURED) == 1_300_000_000
    assert estimates()["memory_bytes"] == 1_300_000_000
    assert estimates(batch_size=4)["memory_bytes"] == 1_000_000_000
    assert estimates(rank=32)["memory_bytes"] == 1_300_000_000 + 40_000 * 16
    assert estimates(batch_size=1, max_length=32)["memory_bytes"] >= 700_000_000


def test_disk_is_weights_and_optimizer_by_the_checkpoints_that_are_kept():
    short, long = estimates(sample=80), estimates(epochs=10)
    checkpoint, model, lines = 60_000 * 12, 60_000 * 4 + 2_000_000, 10 * 113 * 180
    assert short["kept_bytes"] == pytest.approx(checkpoint + model, rel=0.1)
    assert long["kept_bytes"] == pytest.approx(2 * checkpoint + model + 3 * lines, rel=0.05)
    assert long["disk_bytes"] > long["kept_bytes"]


def test_a_real_run_keeps_what_was_estimated_and_reports_what_it_used(trained: Workspace, empty: Workspace):
    base = trained.runs.get("run-1").plan["base_model"]
    add_tickets(empty)
    run = start(empty, Path(base))  # forked, as the measurement is: the first of a process alone is not, and takes more
    asked = {"dataset": "tickets", "base_model": run.plan["base_model"], "rank": run.plan["rank"], "batch_size": 8}
    used = empty.jobs.wait(run.job.id)
    planned = TOOLS["plan_training"].run(empty, asked)
    assert planned.data
    cost = planned.data["plan"]["estimates"]
    assert used["peak_bytes"] == pytest.approx(cost["memory_bytes"], rel=0.2)
    assert 0 < used["processor_seconds"]
    checkpoints = len(list((run.folder / "checkpoints").glob("checkpoint-*")))
    kept = cost["kept_bytes"] + (checkpoints - 1) * (used["weights_trained"] * 12 + 40_000)
    assert folder_bytes(run.folder) == pytest.approx(kept, rel=0.2)
