"""What an evaluation says where there is little to say, and what it advises."""

from pathlib import Path
from typing import Any

import pytest

from store import Workspace
from tests.evaluate.kept import a_run, add_rows, keep, labelled
from tools.evaluate._advice import steps
from tools.evaluate._answers import Answer
from tools.evaluate._figures import telling
from tools.evaluate._fit import fit
from tools.evaluate._rows import Question
from tools.evaluate._show import shown

LABELS = ["delivery", "refund", "technical"]


def asked(many: int, label: str = "") -> list[Question]:
    return [Question(n, [], f"case {n} " + "more " * (n % 7), label or LABELS[n % 3]) for n in range(1, many + 1)]


def kept(ws: Workspace, tmp_path: Path, questions: list[Question], answers: list[str], **more: Any) -> dict[str, Any]:
    rows = [{"text": one.text, "label": one.reference, "split": "test"} for one in questions]
    rows += [{"text": f"taught {n}", "label": label, "split": "train"} for n in range(60) for label in LABELS]
    add_rows(ws, "tickets", rows)
    closed = more.pop("labels", LABELS)
    say = (lambda text: labelled(text, 0.8, closed)) if closed else Answer
    return keep(
        ws,
        a_run("run-1", "tickets", tmp_path),
        questions,
        list(map(say, answers)),
        list(map(say, answers)),
        closed,
        **more,
    )


def test_ten_rows_of_one_class_say_little(empty: Workspace, tmp_path: Path) -> None:
    told = kept(empty, tmp_path, asked(10, "refund"), ["refund"] * 5 + ["delivery"] * 5)["result"]["text"]
    assert "With 10 rows the intervals are wide" in told
    assert "is so wide that nothing can be said yet about how good it is" in told
    assert "All the rows have one and the same label, so this says little." in told
    assert "No group of rows has the 10 rows it takes to be compared" in told


def test_empty_answers_and_other_scripts_are_counted(empty: Workspace, tmp_path: Path) -> None:
    questions = [Question(n, [], f"case {n}", "It is on its way.") for n in range(1, 41)]
    answers = ["", "", "Посылка в пути"] + ["It is on its way."] * 37
    told = kept(empty, tmp_path, questions, answers, labels=None)["result"]["text"]
    assert "2 answers of 40 are empty." in told
    assert "1 answer of 40 is in another script than the reference (Cyrillic for Latin)." in told


def test_validation_rows_are_said_to_be_no_test(empty: Workspace, tmp_path: Path) -> None:
    questions = asked(60)
    body = kept(empty, tmp_path, questions, [one.reference for one in questions], split="validation")
    assert "There are no test rows, so these are the validation rows" in body["result"]["text"]


def test_what_others_found_comes_last_in_the_paragraph(empty: Workspace, tmp_path: Path) -> None:
    questions = asked(60)
    body = kept(empty, tmp_path, questions, [one.reference for one in questions])
    body["cautions"] = ["It lost 12 points of general ability."]
    assert shown(a_run("run-1", "tickets", tmp_path), "tickets", body).text.endswith(body["cautions"][0])


def test_the_plots_of_a_larger_test(empty: Workspace, tmp_path: Path) -> None:
    questions = asked(120)
    answers = [one.reference if n % 5 else "refund" for n, one in enumerate(questions)]
    result = kept(empty, tmp_path, questions, answers)["result"]
    assert [plot["mark"] for plot in result["plots"]] == ["interval", "bar", "heatmap", "point"]
    assert [table["title"].split(":")[0].split(" (")[0] for table in result["tables"]] == [
        "Scores on 120 rows",
        "Label by label, the weakest first",
        "Groups of rows against the rest",
        "Mistakes it was surest of",
        "All scores",
        "What to do next",
    ]


@pytest.fixture
def body(empty: Workspace, tmp_path: Path) -> dict[str, Any]:
    questions = asked(300)
    return kept(empty, tmp_path, questions, [one.reference for one in questions])


def advised(body: dict[str, Any], tmp_path: Path) -> list[str]:
    return [step.ask for step in steps(a_run("run-1", "tickets", tmp_path), "tickets", body)]


def test_where_nothing_is_amiss_nothing_is_advised(body: dict[str, Any], tmp_path: Path) -> None:
    assert advised(body, tmp_path) == []


def test_each_finding_has_its_advice(body: dict[str, Any], tmp_path: Path) -> None:
    assert advised(body | {"seen_in_training": 12}, tmp_path) == ["split tickets into train, validation and test"]
    doubtful = [{"marks": ["label may be wrong"]}, {"marks": []}]
    assert advised(body | {"mistakes": doubtful}, tmp_path) == ["look for problems in tickets"]
    over = {"fit": "overfit", "epochs": 2, "best_step": 40, "points": []}
    assert advised(body | {"curve": over}, tmp_path) == ["plan a training on tickets for 2 epochs"]
    worse = {"kind": "group", "by": "gender", "group": "f", "worse": True}
    assert advised(body | {"slices": {"compared": [worse]}}, tmp_path) == ["check run-1 for bias"]
    wide = body["metrics"] | {"macro_f1": {"tuned": {"value": 0.5, "low": 0.2, "high": 0.8}, "told_apart": True}}
    assert advised(body | {"metrics": wide}, tmp_path) == ["split tickets with 40 percent for the test"]
    assert advised(body | {"metrics": wide, "available": 2000}, tmp_path) == ["evaluate run-1 on 2000 rows"]
    like = body["metrics"] | {"macro_f1": {"tuned": {"value": 0.5, "low": 0.45, "high": 0.55}, "told_apart": False}}
    assert advised(body | {"metrics": like}, tmp_path) == ["plan a training on tickets for 8 epochs"]
    few = body["training_rows_by_label"] | {"refund": 4}
    labels = [label | ({"recall": {"value": 0.4}} if label["label"] == "refund" else {}) for label in body["labels"]]
    found = advised(body | {"training_rows_by_label": few, "labels": labels}, tmp_path)
    assert found == ["add examples for the small labels of tickets"]


def test_the_course_of_the_loss_tells_too_long_from_too_short() -> None:
    assert fit([(10, 1.0), (20, 0.5), (30, 0.6), (40, 0.7)], 4) == {"fit": "overfit", "epochs": 2, "best_step": 20}
    assert fit([(10, 1.0), (20, 0.8), (30, 0.6)], 3) == {"fit": "underfit", "epochs": 6}
    assert fit([(10, 1.0), (20, 0.6), (30, 0.601)], 3)["fit"] is None
    assert fit([(10, 1.0), (20, 2.0)], 3)["fit"] is None


def test_many_scores_leave_the_first_table_short() -> None:
    names = "accuracy macro_f1 balanced_accuracy weighted_f1 micro_f1 auroc ece brier matthews_correlation".split()
    first = telling({"primary": "weighted_f1", "metrics": dict.fromkeys(names)})
    assert first == ["weighted_f1", "accuracy", "macro_f1", "balanced_accuracy", "matthews_correlation", "auroc"]
