import pytest

from store import Workspace
from tests.tiny_run import ROWS
from tools.evaluate._ask import one_question
from tools.evaluate.try_run import try_run
from tools.tool import ToolError


def test_both_models_answer_the_users_text(trained: Workspace) -> None:
    result = try_run(trained, "run-1", "I want my money back")
    assert result.data is not None
    for side in ("tuned", "untuned"):
        assert result.data[side]["text"] in ROWS and result.data[side]["seconds"] >= 0
        assert sum(result.data[side]["chances"].values()) == pytest.approx(1, abs=1e-3)
    assert result.text.startswith('run-1 answers "') and "% sure" in result.text
    assert trained.reports.all(kind="trial", run="run-1")


def test_a_text_is_asked_with_the_instruction_that_training_used(trained: Workspace) -> None:
    asked = one_question(trained, trained.runs.get("run-1"), "Where is it", None)
    assert asked.messages == [{"role": "user", "content": "Which kind of request is this?\n\nWhere is it"}]


def test_a_row_is_asked_as_training_saw_it(trained: Workspace) -> None:
    asked = one_question(trained, trained.runs.get("run-1"), None, 1)
    assert asked.messages[0]["content"] == "Which kind of request is this? My parcel has not arrived"
    assert (asked.text, asked.reference) == ("My parcel has not arrived", "delivery")


def test_neither_text_nor_row_is_said(trained: Workspace) -> None:
    with pytest.raises(ToolError, match="nothing to ask"):
        try_run(trained, "run-1", "  ")


def test_a_text_longer_than_the_model_reads_is_cut_and_said(trained: Workspace) -> None:
    result = try_run(trained, "run-1", text="my parcel never came and " * 200)
    assert "1 text was longer than the model reads, so its beginning was left out." in result.text
