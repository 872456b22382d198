"""What is looked at before a start, and the way out that is offered."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from store import Workspace
from tests.tiny_model import build
from tests.tiny_run import ROWS, add_tickets, plan
from tests.train.test_estimates import MEASURED
from tests.train.test_plan_training import add
from tools import ToolError
from tools.train._checks import checks, refuse_if_impossible
from tools.train._machine import Machine
from tools.train._material import Material, examine
from tools.train._plan import Planned
from tools.train._rows import read_rows
from tools.train._weights import load_tokenizer

MACHINE = Machine("a processor", 2, 8 << 30, 6 << 30, "", 0, 100 << 30)


def planned(material: Material, machine: Machine = MACHINE, **changes: Any) -> Planned:
    cost = {"seconds": 60, "memory_bytes": 2 << 30, "disk_bytes": 1 << 30, "kept_bytes": 1 << 29}
    made = {**plan(Path("tiny")), **material.columns, "task": material.task, "labels": material.labels}
    measured = {**MEASURED, "left_out": 0, "cut": 0, "context": 96, "busy": False}
    return Planned(material, machine, {**made, "estimates": cost, **changes}, [], measured, [])


def wrong(each: Planned) -> dict[str, str]:
    return {check.told: check.way for check in checks(each) if not check.good}


@pytest.fixture
def tickets(empty: Workspace) -> Material:
    add_tickets(empty)
    return examine(empty, "tickets", "classify")


def test_a_label_that_no_training_row_has_and_a_rare_one_are_told(empty: Workspace):
    rows = ", ".join(f"('text {n}', '{'ab'[n % 2]}', 'train')" for n in range(20))
    rows += ", ('c one', 'c', 'test'), ('c two', 'c', 'validation'), ('rare', 'd', 'train'), ('x', 'a', 'test')"
    add(empty, "odd", f"from (values {rows}) t(text, label, split)", text="text", label="label", split="split")
    material = examine(empty, "odd", None)
    assert (material.unseen, material.rarest) == ({"c": 2}, ("d", 1))
    told = wrong(planned(material))
    unseen = next(
        line for line in told if line.startswith("2 rows outside the training rows have a label that none of")
    )
    assert "(c): the model could never answer them." in unseen
    assert told[unseen] == "split odd again"
    assert "The label d has only 1 training row: it will hardly be learned." in told


def test_rows_longer_than_the_base_model_reads_are_told(tickets: Material):
    told = wrong(planned(tickets, max_length=32))
    assert [way for line, way in told.items() if "would be cut at 32" in line] == ["plan it with a max length of 64"]
    at_most = planned(tickets, max_length=96)
    at_most.measured["cut"] = 3
    assert [way for line, way in wrong(at_most).items() if "the most that the base model reads" in line] == [
        "plan it with another base model"
    ]


def test_too_little_memory_and_disk_are_told_with_a_way_out_and_refused_where_they_are_sure(tickets: Material):
    assert wrong(planned(tickets)) == {}
    refuse_if_impossible(planned(tickets))
    busy = replace(MACHINE, free_bytes=1 << 30)
    assert "plan it with a batch size of 2" in wrong(planned(tickets, busy)).values()
    refuse_if_impossible(planned(tickets, busy))  # what other programs take may come free
    with pytest.raises(ToolError, match="needs about 2.1 GB of memory, and this machine has 1.1 GB in all. Take"):
        refuse_if_impossible(planned(tickets, replace(MACHINE, memory_bytes=1 << 30)))
    with pytest.raises(ToolError, match="needs 1.1 GB of disk, and 1 MB are free. Free some space"):
        refuse_if_impossible(planned(tickets, replace(MACHINE, disk_bytes=1_000_000)))


def test_a_sample_of_the_rows_has_every_label(empty: Workspace, tmp_path: Path):
    add_tickets(empty)
    tokenizer = load_tokenizer(build(tmp_path / "tiny"))
    few = plan(tmp_path / "tiny", task="classify", sample=3)
    rows = read_rows(empty.datasets.head("tickets").path, few, tokenizer, tmp_path / "cache")
    assert sorted(rows.train["labels"]) == list(range(len(ROWS)))
    again = read_rows(empty.datasets.head("tickets").path, few, tokenizer, tmp_path / "again")
    assert again.train["input_ids"] == rows.train["input_ids"]
