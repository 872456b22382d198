"""What stays and what changes when a run is repeated."""

from pathlib import Path

from store import Workspace
from tests.tiny_model import build
from tests.tiny_run import add_tickets, start
from tools.train.repeat_training import repeat_training


def test_on_a_newer_version_of_its_dataset_the_settings_stay(empty: Workspace, tmp_path: Path):
    add_tickets(empty)
    base = build(tmp_path / "tiny")
    start(empty, base, task="classify", worker="tests.monitor.done_at_once")
    with empty.approvals.typed("learn_from_use", {}):
        empty.datasets.derive("tickets", "select * from parent", sentence="Grown.", recipe={})
    shown = repeat_training.show_first(empty, {"run": "run-1", "dataset": "tickets"})
    assert "tickets, version 2 instead of tickets, version 1" in shown.text
    assert shown.data
    changed = {name: shown.data["plan"][name] for name in ("learning_rate", "rank", "alpha", "batch_size", "epochs")}
    assert changed == {"learning_rate": 2e-2, "rank": 4, "alpha": 8, "batch_size": 8, "epochs": 5}
