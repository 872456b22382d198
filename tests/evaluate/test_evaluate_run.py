from collections.abc import Iterator
from pathlib import Path

import pytest
from sklearn.metrics import accuracy_score, f1_score

from store import Workspace
from store.engine import engine, fetch
from tests.tiny_run import ROWS, add_tickets, plan
from tools.evaluate._rows import exam
from tools.evaluate._runs import usable
from tools.evaluate.evaluate_run import evaluate_run
from tools.tool import ToolError


@pytest.fixture
def untrained(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace(tmp_path / "home") as workspace:
        add_tickets(workspace)
        yield workspace


def predictions(ws: Workspace, file: str) -> list[dict[str, object]]:
    with engine([Path(file).parent], {"said": Path(file)}) as connection:
        return fetch(connection, "from said order by _row")


def test_the_figures_are_those_of_the_predictions(trained: Workspace) -> None:
    result = evaluate_run(trained, "run-1")
    assert result.data is not None
    said = predictions(trained, result.files[0])
    assert len(said) == 12 == result.data["rows"]
    right = [row["reference"] for row in said]
    for side in ("tuned", "untuned"):
        answers = [row[side] for row in said]
        metrics = result.data["metrics"]
        assert metrics["accuracy"][side]["value"] == pytest.approx(accuracy_score(right, answers))
        assert metrics["macro_f1"][side]["value"] == pytest.approx(
            f1_score(right, answers, average="macro", zero_division=0)
        )
        assert set(answers) <= set(ROWS)
    for found in result.data["metrics"].values():
        for part in ("tuned", "untuned", "difference"):
            assert found[part]["low"] <= found[part]["value"] <= found[part]["high"]


def test_it_shows_scores_labels_and_plots(trained: Workspace) -> None:
    result = evaluate_run(trained)
    assert "12 test rows of tickets" in result.text and "95 % interval" in result.text
    assert "the intervals are wide" in result.text
    assert [table.title for table in result.tables][:2] == [
        "Scores on 12 rows",
        "Label by label, the weakest first (run-1)",
    ]
    assert [plot.mark for plot in result.plots] == ["interval", "bar", "heatmap", "line", "interval"]
    assert all(plot.svg().startswith("<svg") for plot in result.plots)


def test_the_same_evaluation_is_not_made_twice(trained: Workspace) -> None:
    first, second = evaluate_run(trained, "run-1"), evaluate_run(trained, "run-1", rows=1000)
    assert first.files == second.files


def test_test_rows_that_were_trained_on_are_counted(trained: Workspace) -> None:
    run = trained.runs.get("run-1")
    own = exam(trained, run, None, "test", 1000, 0)
    assert own.split == "test" and not own.seen
    again = exam(trained, run, None, "train", 10, 0)
    assert again.available == 72 and len(again.seen) == len(again.questions) == 10


def test_the_rows_are_drawn_by_the_seed(trained: Workspace) -> None:
    run = trained.runs.get("run-1")
    drawn = [[asked.row for asked in exam(trained, run, None, "train", 8, seed).questions] for seed in (1, 1, 2)]
    assert drawn[0] == drawn[1] != drawn[2]


def test_rows_without_a_text_or_an_answer_are_left_out(trained: Workspace) -> None:
    values = "('a', 'refund', 'Which? a', 'refund'), ('b', null, 'Which? b', null), (null, 'refund', '  ', 'refund')"
    with trained.approvals.typed("load_dataset", {}):
        trained.datasets.add(
            "gaps",
            f"from (values {values}) t(text, label, prompt, completion)",
            sentence="Loaded 3 rows.",
            recipe={},
            roles={"text": "text", "label": "label", "prompt": "prompt", "completion": "completion"},
        )
    found = exam(trained, trained.runs.get("run-1"), "gaps", None, 10, 0)
    assert (found.available, found.left_out, found.split) == (3, 2, "all")


def test_an_unformatted_file_is_asked_as_training_asked(trained: Workspace) -> None:
    values = "('My parcel has not arrived', 'delivery'), ('Money!', 'refund'), (' ', 'refund'), ('Hello', null)"
    with trained.approvals.typed("load_dataset", {}):
        trained.datasets.add(
            "mails",
            f"from (values {values}) t(body, topic)",
            sentence="Loaded 4 rows.",
            recipe={},
            roles={"body": "text", "topic": "label"},
        )
    found = exam(trained, trained.runs.get("run-1"), "mails", None, 10, 0)
    assert [(asked.text, asked.reference) for asked in found.questions] == [
        ("My parcel has not arrived", "delivery"),
        ("Money!", "refund"),
    ]
    assert found.questions[1].messages == [{"role": "user", "content": "Which kind of request is this?\n\nMoney!"}]
    assert found.left_out == 2 and found.seen == {1}


def test_rows_that_are_all_empty_are_said_with_what_to_do(trained: Workspace) -> None:
    for name, values in (("blank", "('a', null), ('b', ' ')"), ("single", "('a', null)")):
        with trained.approvals.typed("load_dataset", {}):
            trained.datasets.add(
                name,
                f"from (values {values}) t(prompt, completion)",
                sentence="Loaded rows.",
                recipe={},
                roles={"prompt": "prompt", "completion": "completion"},
            )
    run = trained.runs.get("run-1")
    with pytest.raises(ToolError, match="None of the 2 rows of blank has both a question and an answer. Look at its"):
        exam(trained, run, "blank", None, 10, 0)
    with pytest.raises(ToolError, match="The only one of the rows of single has no question or no answer"):
        exam(trained, run, "single", None, 10, 0)


def test_a_run_that_was_taught_every_row_says_so(untrained: Workspace, tmp_path: Path) -> None:
    with untrained.approvals.typed("edit", {}):
        untrained.datasets.add(
            "whole",
            "select 'a' as prompt, 'refund' as completion, 'train' as split",
            sentence="Loaded 1 row.",
            recipe={},
            roles={"prompt": "prompt", "completion": "completion", "split": "split"},
        )
    with untrained.approvals.typed("start_training", {}):
        run = untrained.runs.start("whole", 1, plan(tmp_path / "no_such_model"))
    with pytest.raises(ToolError, match="run-1 was trained on all rows of whole.*Split whole and train again"):
        exam(untrained, run, None, None, 10, 0)


def test_a_dataset_of_another_shape_is_refused_with_its_reason(trained: Workspace) -> None:
    with trained.approvals.typed("load_dataset", {}):
        trained.datasets.add("notes", "select 'hello' as body", sentence="Loaded 1 row.", recipe={})
    with pytest.raises(ToolError, match="notes has no column prompt and no column completion.*Format notes first"):
        exam(trained, trained.runs.get("run-1"), "notes", None, 10, 0)


def test_a_split_that_is_not_there_is_named_with_those_that_are(trained: Workspace) -> None:
    with trained.approvals.typed("load_dataset", {}):
        trained.datasets.add(
            "unsplit",
            "select 'a' as prompt, 'refund' as completion",
            sentence="Loaded 1 row.",
            recipe={},
            roles={"prompt": "prompt", "completion": "completion"},
        )
    with pytest.raises(ToolError, match="unsplit has no validation rows; it has no splits"):
        exam(trained, trained.runs.get("run-1"), "unsplit", "validation", 10, 0)


def test_nothing_trained_yet_is_said(untrained: Workspace) -> None:
    with pytest.raises(ToolError, match="Nothing has been trained yet"):
        evaluate_run(untrained)


def test_a_run_without_weights_says_why(untrained: Workspace, tmp_path: Path) -> None:
    with untrained.approvals.typed("start_training", {}):
        run = untrained.runs.start("tickets", 1, plan(tmp_path / "no_such_model"))
    with pytest.raises(ToolError, match="run-1 is still"):
        usable(untrained, "run-1")
    while untrained.runs.get(run.id).job.live:
        pass
    with pytest.raises(ToolError, match="run-1 has no weights: it is failed .*Resume it, or name another run"):
        evaluate_run(untrained)
