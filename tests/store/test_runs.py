"""Training runs as the store keeps them. What a worker does is tested in tests/train."""

import pytest

from store import NotApproved, NotFound, StoreError, Workspace


def test_a_finished_run_keeps_its_plan_its_version_and_its_weights(trained: Workspace):
    run = trained.runs.get("run-1")
    assert (run.dataset, run.version, run.state) == ("tickets", 1, "done")
    assert run.plan["technique"] == "lora"
    assert run.model_folder == run.folder / "model"
    assert trained.runs.progress("run-1")[-1].fraction == 1
    with Workspace(trained.home) as reopened:
        assert reopened.runs.get("run-1") == run


def test_a_run_needs_a_yes(trained: Workspace):
    for start in (lambda: trained.runs.start("tickets", 1, {}), lambda: trained.runs.resume("run-1")):
        with pytest.raises(NotApproved, match="Nothing changes without a yes"):
            start()
    assert trained.runs.names() == ["run-1"]


def test_a_run_that_is_done_is_not_resumed(trained: Workspace):
    with trained.approvals.typed("resume_training", {}), pytest.raises(StoreError, match="run-1 is done"):
        trained.runs.resume("run-1")


def test_an_unknown_run_is_refused_with_those_that_are_here(trained: Workspace):
    with pytest.raises(NotFound, match="no run named 'run-9'. Runs here: run-1"):
        trained.runs.get("run-9")


def test_a_run_that_could_not_start_leaves_nothing(empty: Workspace):
    with empty.approvals.typed("start_training", {}), pytest.raises(NotFound, match="no version named 'tickets 1'"):
        empty.runs.start("tickets", 1, {})
    assert empty.runs.names() == []


def test_each_project_numbers_its_own_runs(trained: Workspace):
    with Workspace(trained.home, "other") as other:
        assert other.runs.names() == []
        with pytest.raises(NotFound, match="none yet"):
            other.runs.get("run-1")
