"""Numbers go to the argument whose word stands beside them."""

from typing import Any

import pytest

from assistant.numbers import bound, counts_something_else, is_number
from assistant.parts import plain
from store import Workspace
from tools import TOOLS


@pytest.mark.parametrize(
    ("tool", "wish", "values"),
    [
        ("start_training", "train a model on it with LoRA, one epoch is enough", {"epochs": 1}),
        ("start_training", "again, this time with DoRA and two epochs", {"epochs": 2}),
        (
            "start_training",
            "lr 1e-3, rank 8 and batches of two rows",
            {"learning_rate": 1e-3, "rank": 8, "batch_size": 2},
        ),
        (
            "start_training",
            "3 passes, a learning rate of 2e-4, max 64 tokens",
            {"epochs": 3, "learning_rate": 2e-4, "max_length": 64},
        ),
        ("start_training", "max length 128, batches of two rows", {"max_length": 128, "batch_size": 2}),
        ("start_training", "train on the 2,000 rows", {}),
        ("augment_dataset", "20 percent more of them", {"share": 0.2}),
        ("augment_dataset", "25 % for the test, 20 % more rows", {}),
        ("start_training", "train on 20 % of it", {}),
        ("start_training", "train a new one with batches of four", {"batch_size": 4}),
        ("split_dataset", "keep 20 % for test and 10 % for validation", {"test": 0.2, "validation": 0.1}),
        ("split_dataset", "70 train, 15 dev, 15 test, seed 7", {"test": 0.15, "validation": 0.15, "seed": 7}),
        ("split_dataset", "hold back a quarter, no validation part", {"test": 0.25, "validation": 0}),
        ("undo_change", "back to version 2", {"to_version": 2}),
        ("explain_prediction", "why did row 12 go wrong with run-1", {"row": 12}),
        ("evaluate_run", "evaluate on 50 rows", {"rows": 50}),
        ("evaluate_run", "test the sturdy one on validation rows only", {}),
        ("start_training", "train the clever one for one epoch", {"epochs": 1}),
        ("audit_bias", "swap the names in 25 messages", {"rows": 25}),
        ("undo_change", "no, all the way back to version 1", {"to_version": 1}),
        ("augment_dataset", "grow it by a third", {"share": 1 / 3}),
        ("set_goal", "at least 90 percent right", {"target": 0.9}),
        ("set_goal", "sort letters so that each one reaches the right desk", {}),
    ],
)
def test_a_number_belongs_to_the_word_beside_it(ws: Workspace, tool: str, wish: str, values: dict[str, Any]) -> None:
    schema = TOOLS[tool].schema(ws)
    parts = {name: plain(part, schema.get("$defs", {})) for name, part in schema["properties"].items()}
    assert bound(wish, {name: part for name, part in parts.items() if is_number(part)})[0] == pytest.approx(values)


def test_numbers_that_count_something_else_are_no_arguments(ws: Workspace) -> None:
    schema = TOOLS["plan_training"].schema(ws)
    parts = {name: plain(part, schema.get("$defs", {})) for name, part in schema["properties"].items()}
    numbers = {name: part for name, part in parts.items() if is_number(part)}
    assert counts_something_else("what suits 10 rows and 4 GB, with 3 epochs", numbers) == [10, 4]
