from pathlib import Path

import pytest

from store import TrainingRun
from store.jobs import Job
from tools.evaluate._answers import Answer, Answered
from tools.evaluate._judge import judged
from tools.evaluate._rows import Exam, Question
from tools.evaluate._show import shown


def an_exam(references: list[str], seen: frozenset[int] = frozenset()) -> Exam:
    asked = [Question(n, [], f"text {n}", reference) for n, reference in enumerate(references)]
    return Exam("tickets", 1, "test", 0, len(asked) + 1, 1, asked, seen)


def sure(text: str, chance: float = 0.9) -> Answer:
    rest = {label: (1 - chance) / 2 for label in ("a", "b", "c") if label != text}
    return Answer(text, {text: chance, **rest}, {})


def a_run(task: str = "generate") -> TrainingRun:
    job = Job(1, "main", "train", "", {}, Path(), "done", "")
    return TrainingRun("run-1", "tickets", 1, {"task": task}, Path(), job, "")


def the_labels(tuned: list[Answer], untuned: list[Answer], exam: Exam, wanted: str | None = None) -> dict:
    said = {"tuned": Answered(tuned, 1.0), "untuned": Answered(untuned, 1.0)}
    return judged(exam, said, labels=["a", "b", "c"], wanted=wanted)


def test_the_goals_metric_comes_first() -> None:
    said = [sure("a")] * 4
    assert the_labels(said, said, an_exam(["a", "b"] * 2), "accuracy")["primary"] == "accuracy"
    assert the_labels(said, said, an_exam(["a", "b"] * 2), "bleu")["primary"] == "macro_f1"


def test_scores_without_the_rows_seen_in_training_are_told() -> None:
    exam = an_exam(["a"] * 10 + ["b"] * 30, frozenset(range(10)))
    body = the_labels([sure("a")] * 40, [sure("c")] * 40, exam, "accuracy")
    assert body["seen_in_training"] == 10 and body["unseen_only"]["metrics"]["accuracy"]["tuned"]["value"] == 0
    told = shown(a_run(), "tickets", body).text
    assert "10 of the 40 rows repeat a training row" in told and "without them accuracy is 0.0 %" in told
    assert "1 row without a text or an answer was left out." in told


def test_one_label_and_unknown_labels_are_said() -> None:
    body = the_labels([sure("a")] * 5, [sure("b")] * 5, an_exam(["d"] * 5))
    told = shown(a_run(), "tickets", body).text
    assert "All the rows have one and the same label" in told
    assert "5 rows have a label that run-1 was never taught" in told
    assert "With 5 rows the intervals are wide" in told


def test_an_untuned_head_is_said_to_guess() -> None:
    body = the_labels([sure("a")] * 5, [sure("b")] * 5, an_exam(["a", "b", "a", "b", "a"]))
    assert "new classification head here, so it stands for guessing" in shown(a_run("classify"), "tickets", body).text


def test_mistakes_show_each_confusion_before_more_of_the_same() -> None:
    exam = an_exam(["a", "a", "a", "b", "c"])
    body = the_labels([sure("b", 0.99), sure("b", 0.98), sure("a"), sure("c", 0.6), sure("c")], [sure("a")] * 5, exam)
    assert [mistake["row"] for mistake in body["mistakes"]] == [0, 3, 1]
    assert body["mistakes"][0]["chance"] == pytest.approx(0.99)


def test_written_answers_have_their_metrics_and_signature() -> None:
    references = [f"the order number {n} is on the way" for n in range(40)]
    exam = an_exam(references)
    said = {
        "tuned": Answered([Answer(text) for text in references[:-1]] + [Answer("")], 1.0),
        "untuned": Answered([Answer("no")] * 40, 1.0),
    }
    body = judged(exam, said, labels=None, wanted="bleu")
    wanted = ["bleu", "rouge_l", "exact_match", "token_f1", "chrf", "rouge_1", "rouge_2", "meteor"]
    assert body["primary"] == "bleu" and list(body["metrics"]) == wanted
    assert "tok:13a" in body["signatures"]["bleu"] and body["mistakes"][0]["row"] == 39
    told = shown(a_run(), "tickets", body)
    assert "run-1 reaches BLEU 9" in told.text and len(told.plots) == 1
    assert body["metrics"]["exact_match"]["difference"]["low"] > 0.8
