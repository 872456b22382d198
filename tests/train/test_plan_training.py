"""What a plan says, and what it refuses."""

from pathlib import Path

import pytest

from store import NotFound, StoreError, Workspace
from store.goals import Goal
from tests.tiny_run import add_tickets
from tools import TOOLS, ToolError
from tools.train._machine import look
from tools.train._material import examine
from tools.train._settings import in_parts, micro_rows


def add(ws: Workspace, name: str, select: str, **roles: str) -> None:
    with ws.approvals.typed("load_dataset", {}):
        ws.datasets.add(name, select, sentence="Loaded.", recipe={}, roles=roles)


def test_a_plan_has_every_setting_with_a_reason_and_is_measured_once(trained: Workspace):
    base = trained.runs.get("run-1").plan["base_model"]
    asked = {"dataset": "tickets", "base_model": base, "learning_rate": 0.01, "batch_size": 16, "seed": 7}
    first = TOOLS["plan_training"].run(trained, asked)
    measured = len(trained.jobs.all("probe"))
    assert first.data
    plan = first.data["plan"]
    assert (plan["learning_rate"], plan["batch_size"], plan["seed"], plan["technique"]) == (0.01, 16, 7, "lora")
    assert (plan["task"], plan["prompt"], plan["completion"], plan["split"]) == (
        "generate",
        "prompt",
        "completion",
        "split",
    )
    assert plan["dtype"] in ("bfloat16", "float32")
    assert all(plan["estimates"][name] > 0 for name in ("seconds", "memory_bytes", "disk_bytes"))
    settings, checks, _, dial, reads = first.tables
    assert all(value and why for _, value, why, *_ in settings.rows)
    assert ("yes", "Split: 72 train, 12 validation, 12 test.", "") in checks.rows
    assert all(good == "yes" for good, *_ in checks.rows)
    assert [row[0] for row in dial.rows] == ["quick look", "balanced", "best"]
    assert reads.rows[0][1] in ("delivery<|im_end|>", "refund<|im_end|>", "technical<|im_end|>")
    longer = TOOLS["start_training"].show_first(trained, {**asked, "epochs": 2})
    assert longer.text.startswith("This will train tiny on 72 rows of tickets with LoRA for 2 epochs: about")
    assert len(trained.jobs.all("probe")) == measured, "it was measured again"
    assert trained.runs.names() == ["run-1"]


def test_the_task_follows_the_format_the_goal_and_the_wish(empty: Workspace):
    add_tickets(empty)
    assert examine(empty, "tickets", None).task == "generate"
    assert examine(empty, "tickets", "classify").labels == ["delivery", "refund", "technical"]
    add(empty, "plain", "from (values ('a', 1), ('b', 2)) t(text, label)", text="text", label="label")
    assert examine(empty, "plain", None).task == "classify"
    assert examine(empty, "plain", None).labels == ["1", "2"]
    with empty.approvals.typed("set_goal", {}):
        empty.goals.set(Goal("sort the mail", "classify", "accuracy"))
    assert "goal" in examine(empty, "plain", None).why.why
    with pytest.raises(ToolError, match="not formatted"):
        examine(empty, "plain", "generate")


def test_leakage_is_counted_after_normalising(empty: Workspace):
    rows = "('Hello!', 'a', 'train'), ('bye', 'b', 'train'), ('hello', 'a', 'test'), ('new', 'b', 'test')"
    add(empty, "leaky", f"from (values {rows}) t(text, label, split)", text="text", label="label", split="split")
    assert examine(empty, "leaky", None).leaked == 1


@pytest.mark.parametrize(
    ("select", "roles", "sentence"),
    [
        ("select 1 as price, 2 as size", {}, "not ready for training"),
        ("from (values ('a', 'x'), ('b', 'x')) t(text, label)", {"text": "text", "label": "label"}, "at least two"),
        (
            "from (values ('a', 'x', 'test'), ('b', 'y', 'test')) t(text, label, split)",
            {"text": "text", "label": "label", "split": "split"},
            "no training rows: 0 train, 0 validation, 2 test",
        ),
        (
            "select 'a' || n as text, n as label from range(1200) t(n)",
            {"text": "text", "label": "label"},
            "more than 1,000 different values",
        ),
    ],
)
def test_what_cannot_be_trained_on_is_refused_in_words(
    select: str, roles: dict[str, str], sentence: str, empty: Workspace
):
    add(empty, "odd", select, **roles)
    with pytest.raises(ToolError, match=sentence):
        TOOLS["plan_training"].run(empty, {"dataset": "odd"})


@pytest.mark.parametrize(
    ("base", "sentence"),
    [
        ("gpt-5-ultra", "There is no model named 'gpt-5-ultra'"),
        ("./nowhere", "There is no folder or file nowhere"),
        ("/proc/version", "is no GGUF file"),
    ],
)
def test_a_base_model_that_does_not_exist_is_refused_before_anything_starts(
    base: str, sentence: str, trained: Workspace
):
    jobs = len(trained.jobs.all())
    for tool in ("plan_training", "start_training"):
        with pytest.raises(StoreError, match=sentence), trained.approvals.typed(tool, {}):
            TOOLS[tool].run(trained, {"dataset": "tickets", "base_model": base})
    assert len(trained.jobs.all()) == jobs


def test_an_unknown_dataset_and_a_wild_setting_are_refused(ws: Workspace):
    with pytest.raises(NotFound, match="no dataset named 'nope'. Datasets here: reviews"):
        TOOLS["plan_training"].run(ws, {"dataset": "nope"})
    with pytest.raises(ToolError, match="epochs: input should be less than or equal to 100"):
        TOOLS["plan_training"].run(ws, {"dataset": "reviews", "epochs": 1e9})
    with pytest.raises(ToolError, match="technique: input should be 'lora', .* or 'full'"):
        TOOLS["plan_training"].run(ws, {"dataset": "reviews", "technique": "magic"})


def test_long_rows_go_through_in_parts():
    assert in_parts(8, micro_rows(8, 100)) == {"batch_size": 8, "gradient_accumulation": 1}
    assert in_parts(8, micro_rows(8, 1024)) == {"batch_size": 8, "gradient_accumulation": 2}
    assert in_parts(6, micro_rows(6, 2048)) == {"batch_size": 6, "gradient_accumulation": 3}


def test_the_machine_is_looked_at_without_torch(tmp_path: Path):
    machine = look(tmp_path)
    assert machine.cores >= 1
    assert machine.free_bytes > 0
    assert "of memory free" in str(machine)
