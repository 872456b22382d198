from collections.abc import Iterator
from pathlib import Path

import pytest

from store import Workspace
from tests.evaluate.kept import a_run, add_rows, keep, labelled
from tools.evaluate._answers import Answer
from tools.evaluate._rows import Question
from tools.evaluate.ask_results import ask_results
from tools.tool import ToolError

LABELS = ["delivery", "refund", "technical"]
ROWS = [
    {
        "text": f"{label} case {n}" + " and a good deal more to say about it" * (n // 3 % 3),
        "label": label,
        "channel": "phone" if n % 2 else "mail",
        "split": "test" if n < 180 else "train",
    }
    for n in range(240)
    for label in [LABELS[n % 3]]
]
ASKED = [
    Question(n, [], str(row["text"]), str(row["label"]))
    for n, row in enumerate(ROWS, start=1)
    if row["split"] == "test"
]


def said(wrong_refunds: int, wrong_phone: int = 0) -> list[str]:
    """Answers that take some refunds for deliveries, and err on some rows of the phone."""
    answers, left, phone = [], wrong_refunds, wrong_phone
    for asked in ASKED:
        answer = asked.reference
        if answer == "refund" and left:
            answer, left = "delivery", left - 1
        elif answer == "technical" and ROWS[asked.row - 1]["channel"] == "phone" and phone:
            answer, phone = "refund", phone - 1
        answers.append(answer)
    return answers


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """Two evaluations on the same 180 rows: run-1 takes 30 of 60 refunds for deliveries, run-2 only 6."""
    folder = tmp_path_factory.mktemp("kept")
    with Workspace(folder / "home") as ws:
        add_rows(ws, "tickets", ROWS, {"channel": "other"})
        untuned = [labelled("delivery", 0.4, LABELS)] * len(ASKED)
        for name, answers in (("run-2", said(6, wrong_phone=20)), ("run-1", said(30))):  # the later run is tested first
            right = [asked.reference for asked in ASKED]
            sure = [0.95 if one == true else 0.7 for one, true in zip(answers, right, strict=True)]
            tuned = [labelled(text, chance, LABELS) for text, chance in zip(answers, sure, strict=True)]
            keep(ws, a_run(name, "tickets", folder), ASKED, tuned, untuned, LABELS)
        yield ws


def test_where_it_fails_is_told_from_the_newest_evaluation(kept: Workspace) -> None:
    result = ask_results(kept, "where does it fail?")
    assert "run-2 is wrong on 26 of 180 rows of tickets (test) (14.4 %, 95 % interval 10.1 to 20.3 %)" in result.text
    assert "technical" in result.text and "Weakest: " in result.text
    table = result.tables[0]
    assert table.title == "What it takes for what" and table.rows[0] == ("technical", "refund", 20, "33 %")


def test_a_label_getting_better_is_tested_on_the_rows_that_both_were_asked(kept: Workspace) -> None:
    result = ask_results(kept, "is refund getting better?")
    assert "On 60 rows of refund that both were asked, the share right went from 50.0 % (run-1) to 90.0 % (run-2)" in (
        result.text
    )
    assert "+40.0 points" in result.text and "McNemar" in result.text and "It got better, beyond" in result.text
    assert "When it answers refund, it is right in 100 % in run-1, 73 % in run-2." in result.text
    assert [row[0] for row in result.tables[0].rows] == ["run-1", "run-2"]
    assert [plot.mark for plot in result.plots] == ["interval"]


def test_one_or_many_of_a_label_and_since_when(kept: Workspace) -> None:
    result = ask_results(kept, "did the refunds improve since run-1 on short messages?", "run-1")
    assert result.data == {
        "report": "report-1",
        "run": "run-2",
        "about": "trend",
        "labels": ["refund"],
        "groups": ["length: short (up to 18 characters)"],
    }
    assert "refund and length short" in result.text


def test_what_was_taken_for_what_is_listed(kept: Workspace) -> None:
    result = ask_results(kept, "show me the refunds it took for delivery")
    assert "6 mistakes of run-2, refund taken for delivery, out of 60 rows (10.0 %, 95 % interval" in result.text
    assert {(row[2], row[3]) for row in result.tables[0].rows} == {("refund", "delivery")}
    assert len(ask_results(kept, "which refunds did run 1 call delivery?").tables[0].rows) == 30
    assert ask_results(kept, "show the deliveries it took for technical").text == (
        "run-2 made no such mistake, delivery taken for technical in 60 rows of tickets (test)."
    )


def test_labels_are_ranked_and_one_is_told_in_full(kept: Workspace) -> None:
    worst = ask_results(kept, "which label is worst in run-1?", "run-1").text
    assert "By F1, run-1 is weakest on refund (0.67; 30 of 60 refund rows right" in worst
    one = ask_results(kept, "how about refunds in run 1").text
    assert "It takes refund for delivery (30)." in one and "Of the 30 rows it calls refund, 100.0 %" in one


def test_groups_of_rows_are_told_with_their_correction(kept: Workspace) -> None:
    result = ask_results(kept, "does it depend on the channel?")
    assert "channel phone" in result.text and "beyond chance" in result.text and "(Holm)" in result.text
    length = ask_results(kept, "is it worse on long texts?")
    assert "may be chance" in length.text and length.plots
    both = ask_results(kept, "is it worse on long texts or by channel?")
    assert "length long" in both.text and "channel phone" in both.text


def test_how_sure_it_is_when_wrong(kept: Workspace) -> None:
    result = ask_results(kept, "how sure is it when it is wrong?")
    assert "in the 154 right ones 95 % on average, in the 26 wrong ones 70 % on average" in result.text
    assert "0 of the 26 wrong answers were given with 90 % or more" in result.text
    assert result.plots[0].diagonal


def test_every_label_is_followed_over_time(kept: Workspace) -> None:
    result = ask_results(kept, "which labels have improved over the runs?")
    assert "of 3 labels compared (Holm's correction), better: refund; worse: technical." in result.text


def test_an_unknown_label_is_told_with_those_there_are(kept: Workspace) -> None:
    with pytest.raises(ToolError, match="no label shipping .* run-2. Its labels: delivery, refund, technical"):
        ask_results(kept, "is shipping getting better?")
    assert ask_results(kept, "is refnd getting better?").data["labels"] == ["refund"]  # type: ignore[index]


def test_a_run_without_an_evaluation_is_told(kept: Workspace) -> None:
    with pytest.raises(ToolError, match="no run-7. Evaluated so far: run-1 and run-2"):
        ask_results(kept, "which label is worst in run-7?")


def test_without_an_evaluation_it_offers_one(trained: Workspace, ws: Workspace) -> None:
    assert "nothing has been trained" in ask_results(ws, "where does it fail?").text
    if not trained.reports.all(kind="evaluation"):
        asked = ask_results(trained, "where does it fail?")
        assert "run-1 has not been evaluated yet" in asked.text and list(asked.next) == ["evaluate run-1"]


def test_one_evaluation_is_no_course_over_time(empty: Workspace, tmp_path: Path) -> None:
    add_rows(empty, "tickets", ROWS)
    right = [labelled(asked.reference, 0.9, LABELS) for asked in ASKED]
    keep(empty, a_run("run-1", "tickets", tmp_path), ASKED, right, right, LABELS)
    assert "Only run-1 has been evaluated" in ask_results(empty, "is it getting better?").text
    assert "got all 180 rows of tickets (test) right" in ask_results(empty, "where does it fail?").text


def test_written_answers_are_told_by_what_they_share_with_the_reference(empty: Workspace, tmp_path: Path) -> None:
    add_rows(empty, "faq", ROWS)
    asked = [Question(one.row, [], one.text, f"Please call us about the {one.reference} today.") for one in ASKED]
    for name, good in (("run-1", 60), ("run-2", 150)):
        answers = [Answer(one.reference if n < good else "") for n, one in enumerate(asked)]
        keep(empty, a_run(name, "faq", tmp_path, "generate"), asked, answers, [Answer("no")] * len(asked), None)
    told = ask_results(empty, "where does it fail?").text
    assert "30 of 180 answers of run-2 on faq (test) differ from the reference. The furthest ten: empty." in told
    better = ask_results(empty, "is it getting better?").text
    assert "the token F1 went from 0.33 (run-1) to 0.83 (run-2)" in better and "It got better" in better
    assert "carry no probability" in ask_results(empty, "how sure is it when wrong?").text
    assert "is the token F1" in ask_results(empty, "is it worse for some channel?").text


def test_other_rows_only_hint(empty: Workspace, tmp_path: Path) -> None:
    for name, run in (("tickets", "run-1"), ("mails", "run-2")):
        add_rows(empty, name, ROWS)
        answers = [labelled(asked.reference, 0.9, LABELS) for asked in ASKED]
        keep(empty, a_run(run, name, tmp_path), ASKED, answers, answers, LABELS)
    assert "were not asked the same rows" in ask_results(empty, "is it getting better?").text
