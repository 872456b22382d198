import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.stats import ttest_1samp

from benchmarks.states import training
from store import Workspace
from store.worker import write_last
from tests.tiny_run import add_tickets, plan
from tools.audit._driving import Without, drivers, kind_of, log_odds, without_each
from tools.audit._pieces import changed, fine
from tools.audit._run_words_show import shown
from tools.audit._told_by_data import Told, telling, told_by_data
from tools.audit.explain_run import explain_run
from tools.evaluate._answers import Answer
from tools.evaluate._rows import Question
from tools.tool import ToolError


def said(label: str, odds: float) -> Answer:
    other = "b" if label == "a" else "a"
    chance = 1 / (1 + math.exp(-odds))
    return Answer(label, {label: chance, other: 1 - chance}, {label: math.log(chance), other: math.log(1 - chance)})


def without(place: int, word: str, odds: float) -> tuple[Without, Answer]:
    return Without(place, word, Question(0, [], "", "")), said("a", odds)


def test_log_odds_are_those_of_one_label_against_the_others_together() -> None:
    answer = Answer("a", {}, {"a": math.log(0.5), "b": math.log(0.3), "c": math.log(0.2)})
    assert log_odds(answer, "a") == pytest.approx(0)
    assert log_odds(answer, "c") == pytest.approx(math.log(0.2 / 0.8))


def test_a_words_figures_are_those_of_scipy() -> None:
    lost = [1.0, 1.5, 0.5, 2.0, 1.2, 0.9]
    found, few = drivers(
        [said("a", 3.0)] * 6,
        [without(place, "refund", 3.0 - loss) for place, loss in enumerate(lost)] + [without(0, "rare", 1.0)],
        {("a", "refund"): Told(9, 1, 4.0)},
    )
    (driver,) = found
    test = ttest_1samp(lost, 0.0)
    ends = test.confidence_interval(0.95)
    assert few == 1 and driver.rows == 6 and driver.tells and driver.in_data == (9, 1)
    assert driver.mean == pytest.approx(np.mean(lost)) and driver.p == pytest.approx(test.pvalue, abs=1e-9)
    assert (driver.low, driver.high) == pytest.approx((ends.low, ends.high), abs=1e-6)


def test_chance_words_are_not_certain_and_planted_ones_are() -> None:
    """200 words without effect and one with: Holm's correction holds the false ones down."""
    draw = np.random.default_rng(3)
    noise = [without(place, f"w{word}", 3.0 + draw.normal()) for word in range(200) for place in range(10)]
    real = [without(place, "refund", 1.0 + draw.normal() / 2) for place in range(10)]
    found, _ = drivers([said("a", 3.0)] * 10, [*noise, *real], {})
    assert [one.word for one in found if one.certain] == ["refund"] and found[0].word == "refund"


def test_a_word_that_always_does_the_same_is_held_to_a_sign_test() -> None:
    found, _ = drivers([said("a", 3.0)] * 5, [without(place, "x", 2.0) for place in range(5)], {})
    assert found[0].p == pytest.approx(2 * 0.5**5) and found[0].low == pytest.approx(found[0].high)
    none, _ = drivers([said("a", 3.0)] * 5, [without(place, "x", 3.0) for place in range(5)], {})
    assert none[0].p == 1


def test_a_word_is_left_out_wherever_it_stands_and_marks_are_words_of_their_own() -> None:
    asked = Question(1, [{"role": "user", "content": "Sort: Pay me, pay me!!"}], "Pay me, pay me!!", "")
    found, passed = without_each([asked], seed=0)
    by_word = {one.word: one.question for one in found}
    assert passed == 0 and set(by_word) == {"pay", "me", ",", "!!"}
    assert by_word["pay"].text == "me, me!!" and by_word["pay"].messages[0]["content"] == "Sort: me, me!!"
    assert by_word["!!"].text == "Pay me, pay me"
    long = Question(1, [], " ".join(f"w{number}" for number in range(100)), "")
    assert len(without_each([long], seed=0)[0]) == 40 and without_each([long], seed=0)[1] == 60
    assert without_each([Question(1, [], "alone", "")], seed=0) == ([], 0)


@pytest.mark.parametrize(
    ("word", "kind"),
    [("12345", "a number or code"), ("ab-12", "a number or code"), ("!!", "marks"), ("fatima", "a first name"),
     ("she", "a gendered word"), ("please", "a little word"), ("refund", ""), ("退", "")],
)  # fmt: skip
def test_words_that_seldom_ought_to_decide_are_known(word: str, kind: str) -> None:
    assert kind_of(word) == kind


def test_the_words_of_the_data_are_cut_as_those_of_the_model(trained: Workspace) -> None:
    told = told_by_data(trained, trained.runs.get("run-1"))
    assert {label for label, _ in told} == {"delivery", "refund", "technical"}
    text = "My parcel's not arrived, she said!"
    assert [piece.text for piece in fine(text)] == ["My", "parcel's", "not", "arrived", ",", "she", "said", "!"]
    assert told["delivery", "parcel"].others == 0 and told["delivery", "parcel"].z > 2
    assert told["delivery", "she"].z < 1 and ("delivery", ",") in told
    assert "parcel" in telling(told, "delivery", 8, sure=False) and telling(told, "delivery", 8) == []


def test_pieces_go_with_a_space_and_keep_the_rest() -> None:
    pieces = fine("a b, c")
    assert [changed("a b, c", pieces, {place: ""}) for place in range(4)] == ["b, c", "a, c", "a b c", "a b,"]
    assert changed("a b, c", pieces, {0: "x", 3: "y"}) == "x b, y"


def test_a_run_tells_the_words_of_each_label_beside_those_of_the_data(trained: Workspace) -> None:
    result = explain_run(trained, "run-1", label="Refund", rows=12)
    assert result.data is not None and result.data["rows"] == 12 and result.data["settings"]["label"] == "refund"
    assert sum(result.data["given"].values()) == 12
    assert result.tables[-1].title.startswith("What the data alone says")
    kept = len(trained.reports.all(kind="words"))
    again = explain_run(trained, "run-1", label="refund", rows=12)
    assert again.text == result.text and len(trained.reports.all(kind="words")) == kept


def a_body(words: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "rows": 40, "available": 200, "split": "test", "given": {"a": 40, "b": 0}, "right": 31, "asked": 300,
        "tested": len(words), "too_few": 7, "passed_over": 0, "words": {"a": words, "b": []},
        "data": {"a": ["refund", "money"], "b": []},
    }  # fmt: skip


def a_word(word: str, mean: float, p: float = 0.001, kind: str = "", *, tells: bool = False) -> dict[str, Any]:
    ends = {"low": mean - 0.5, "high": mean + 0.5}
    return {
        "label": "a", "word": word, "rows": 9, "mean": mean, **ends, "p": p, "kind": kind, "in_data": (8, 1),
        "z": 4.0 if tells else 0.5, "tells": tells, "certain": p < 0.05,
    }  # fmt: skip


def test_shortcuts_stand_beside_what_the_data_says() -> None:
    words = [a_word("refund", 2.1, tells=True), a_word("4711", 1.7, kind="a number or code"), a_word("pay", 1.2)]
    result = shown("run-1", a_body([*words, a_word("so", 0.1, p=0.6)]), None)
    assert '"a" (40 rows) is driven most by "refund" (+2.1), "4711" (+1.7), "pay" (+1.2).' in result.text
    assert 'Look at "4711" (a number or code) for "a"' in result.text
    assert 'one would not tell "pay" for "a"' in result.text
    assert [row[-1] for row in result.tables[0].rows] == [
        "tells it in the data too", "a number or code; not told by the data", "not told by the data", "may be chance",
    ]  # fmt: skip
    assert result.tables[1].rows == [("a", "refund, money", "refund")]
    assert result.plots[0].svg().startswith("<svg")


def test_what_cannot_be_said_is_said(trained: Workspace) -> None:
    assert "No word stands in at least 5 rows" in shown("run-1", a_body([]), None).text
    assert '"b" was the answer to none of these rows' in shown("run-1", a_body([a_word("x", 1.0)]), "b").text
    with pytest.raises(ToolError, match='has no label "spam". Its labels are delivery, refund, technical.'):
        explain_run(trained, "run-1", label="spam")


def test_a_run_that_writes_open_text_says_what_can_be_had(empty: Workspace, tmp_path: Path) -> None:
    add_tickets(empty)
    model = training(empty, "result.json", {}, "tickets", plan(tmp_path, labels=None)) / "model"
    (model / "adapter_model.safetensors").write_bytes(b"")
    write_last(model / "done.json", {})
    with pytest.raises(ToolError, match="What can be had is the words behind one answer"):
        explain_run(empty, "run-1")
