import json
from dataclasses import replace
from pathlib import Path

from store import Workspace
from tools.train._curves import metrics


def test_what_was_measured_before_a_kill_no_longer_counts_where_steps_are_made_again(
    trained: Workspace, tmp_path: Path
):
    told = [*((step, "loss") for step in range(1, 6)), (5, "eval_loss"), (3, "loss"), (4, "loss")]
    lines = [json.dumps({"step": step, name: float(place)}) + "\n" for place, (step, name) in enumerate(told)]
    (tmp_path / "metrics.jsonl").write_text("".join(lines))
    found = metrics(replace(trained.runs.get("run-1"), folder=tmp_path))
    assert [(one["step"], one["loss"]) for one in found] == [(1, 0.0), (2, 1.0), (3, 6.0), (4, 7.0)]
