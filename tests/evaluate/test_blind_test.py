"""People compare answers blind: what is asked, what is hidden, and what it comes to."""

from typing import Any

import pytest

from assistant.blind import BlindPanel
from assistant.labelling import Said
from assistant.opened import Opened
from store import StoreError, Workspace
from store.blind_tests import BlindTest
from tests.evaluate.made_answers import Answers, evaluated
from tests.tiny_run import ROWS, add_tickets
from tools.evaluate._blind_desk import finished, keep, next_pair, outcomes, progress, stands_first
from tools.evaluate._sides import Sides, sides
from tools.evaluate.blind_test import blind_test
from tools.evaluate.evaluate_run import evaluate_run
from tools.tool import ToolError

GOOD, POOR = "Your parcel number {n} is on its way", "no idea"


def answers(rows: int = 20, same: int = 5) -> Answers:
    """Rows on which the tuned model is right and the untuned one is not; on the last ones both are."""
    good = [GOOD.format(n=n) for n in range(rows)]
    return [(f"Where is parcel {n}?", said, said, said if n >= rows - same else POOR) for n, said in enumerate(good)]


@pytest.fixture
def runs(empty: Workspace) -> Workspace:
    """Tickets, on which two runs will have been evaluated."""
    add_tickets(empty)
    return empty


def begun(ws: Workspace, **arguments: Any) -> BlindTest:
    blind_test(ws, "run-1", **arguments)
    found = ws.blind_tests.newest()
    assert found
    return found


def judge_all(ws: Workspace, test: BlindTest, who: str, prefers: str, rows: int | None = None) -> None:
    """Somebody who always prefers one side, wherever it stands."""
    for _ in range(rows or test.asked):
        pair = next_pair(ws, test, who)
        assert pair
        pick = "first" if stands_first(test, who, pair.row) == prefers else "second"
        keep(ws, test, who, pair.row, pick, 2.0)


def test_without_answers_it_says_what_to_do_first(runs: Workspace) -> None:
    result = blind_test(runs, "run-1")
    assert "no stored answers of run-1" in result.text and result.next == ["evaluate run-1"]
    evaluated(runs, "run-1", answers())
    result = blind_test(runs, "run-1", "run-2")
    assert result.next == ["evaluate run-2"] and "run-2" in result.text and not runs.blind_tests.all()
    assert blind_test(runs, "run-1", dataset="tickets").text.startswith("15 pairs")


def test_same_answers_are_ties_that_nobody_is_asked_about(runs: Workspace) -> None:
    evaluated(runs, "run-1", answers(20, 5))
    result = blind_test(runs)
    assert "15 pairs" in result.text and "On 5 rows of 20 both answer the same; these are ties" in result.text
    evaluated(runs, "run-2", [(text, right, f"  {said}", said) for text, right, said, _ in answers(8)])
    with pytest.raises(ToolError, match="run-2 and the untuned model answer the same on all 8 rows"):
        blind_test(runs, "run-2")
    with pytest.raises(ToolError, match="run-1 cannot be compared with itself"):
        blind_test(runs, "run-1", "run-1")


def test_two_runs_are_compared_on_the_rows_that_both_answered(runs: Workspace) -> None:
    evaluated(runs, "run-1", answers(12, 0))
    evaluated(runs, "run-2", [(text, right, "hm", "hm") for text, right, _, _ in answers(9, 0)])
    test = begun(runs, other="run-2", rows=5)
    assert (test.rows, test.asked, test.same) == (9, 5, 0)
    assert {pair.other for pair in runs.blind_tests.pairs(test.number)} == {"hm"}


def test_order_is_by_chance_for_each_person_and_the_same_again(runs: Workspace) -> None:
    evaluated(runs, "run-1", answers(200, 0))
    test = begun(runs, rows=200)
    rows = [pair.row for pair in runs.blind_tests.pairs(test.number)]
    assert rows != sorted(rows)
    ana, ben = ([stands_first(test, who, row) for row in rows] for who in ("Ana", "Ben"))
    assert 70 < ana.count("one") < 130 and 60 < sum(a == b for a, b in zip(ana, ben, strict=True)) < 140
    assert ana == [stands_first(runs.blind_tests.get(test.number), "Ana", row) for row in rows]


def test_names_are_told_only_at_the_end_and_then_with_everything(runs: Workspace) -> None:
    evaluated(runs, "run-1", answers(20, 5))
    test = begun(runs)
    judge_all(runs, test, "Ana", "one")
    judge_all(runs, test, "Ben", "one", 3)
    open_ = blind_test(runs, "run-1")
    assert "Ana has judged 15 of 15. Ben has judged 3 of 15." in open_.text and "preferred" not in str(open_.tables)
    assert open_.next == ["end the blind test of run-1 and show the result"]
    result = blind_test(runs, "run-1", step="end")
    assert result.text.startswith("People preferred run-1 to the untuned model on these rows, beyond what chance")
    assert "run-1 has 100 % (95 % interval 78 to 100 %); exact sign test, p below 0.001" in result.text
    assert "Ana and Ben judged 3 rows more than once and agree on 100%" in result.text
    assert "People and chrF against the reference prefer the same answer in 100 %" in result.text
    assert result.tables[0].rows[0][:5] == ("Ana", 15, 0, 0, 0)
    assert result.plots[0].svg().startswith("<svg")
    assert blind_test(runs, "run-1").text == result.text
    with pytest.raises(StoreError, match="has ended"):
        keep(runs, test, "Ben", runs.blind_tests.pairs(test.number)[5].row, "tie", 1.0)
    again = begun(runs, step="begin_anew")
    assert again.number != test.number and not again.ended


def test_it_ends_by_itself_when_everybody_has_judged_everything(runs: Workspace) -> None:
    evaluated(runs, "run-1", answers(4, 0))
    test = begun(runs)
    judge_all(runs, test, "Ana", "other")
    assert finished(test, runs.blind_tests.standing(test.number))
    result = blind_test(runs, "run-1")
    assert "even full agreement could be chance" in result.text
    differ = result.tables[1]
    assert differ.title == "Where people chose otherwise than chrF, 4 rows"
    assert differ.rows[0][5] == "the untuned model" and differ.rows[0][6].startswith("100 / ")


def test_even_votes_are_ties_and_skips_do_not_count(runs: Workspace) -> None:
    evaluated(runs, "run-1", answers(6, 0))
    test = begun(runs)
    first, second, third, *_ = [pair.row for pair in runs.blind_tests.pairs(test.number)]
    for who, row, side in (("Ana", first, "one"), ("Ben", first, "other"), ("Ana", second, "one")):
        keep(runs, test, who, row, "first" if stands_first(test, who, row) == side else "second", 1.0)
    keep(runs, test, "Ben", second, "tie", 1.0)
    keep(runs, test, "Ana", third, "skip", 1.0)
    assert outcomes(runs.blind_tests.standing(test.number)) == {first: "tie", second: "one"}
    how_far = progress(runs, test, "Ana")
    assert (how_far.judged, how_far.skipped, how_far.seconds_left) == (2, 1, 3.0)


def test_labels_are_held_against_the_right_label(runs: Workspace) -> None:
    evaluated(runs, "run-1", [(f"text {n}", "refund", "refund", "delivery") for n in range(7)], kind="labels")
    test = begun(runs)
    judge_all(runs, test, "Ana", "one")
    assert "People and exact match against the reference prefer the same answer in 100 %" in blind_test(runs).text


def said(what: str, row: int = -1) -> Said:
    return Said(what, "", row, 1.5, None)


def test_the_panel_never_tells_whose_answer_it_is(runs: Workspace) -> None:
    evaluated(runs, "run-1", [("<b>Hi</b>", "x", "<script>alert(1)</script>", ""), *answers(6, 0)])
    test, panel, opened = begun(runs), BlindPanel(), Opened()
    assert "Who judges here?" in opened.draw(runs, "", 0)
    pages = [opened.draw(runs, "Ana", 0)]
    for _ in range(test.asked):
        pair = next_pair(runs, test, "Ana")
        assert pair
        pages.append(panel.act(runs, test, "Ana", said("second", pair.row)))
    assert not any(word in page for page in pages for word in ("run-1", "untuned", "<script", "<b>Hi"))
    assert any("This answer is empty." in page for page in pages)
    assert "You have judged every pair" in pages[-1]
    result = opened.act(runs, "Ana", said("end"))
    assert "run-1" in result and "Show the result" not in result
    assert opened.draw(runs, "Ana", test.opened) == ""


def test_what_is_taken_back_is_asked_again_where_it_stood(runs: Workspace) -> None:
    evaluated(runs, "run-1", answers(6, 0))
    test, panel = begun(runs), BlindPanel()
    before = next_pair(runs, test, "Ana")
    assert before
    panel.act(runs, test, "Ana", said("first", before.row))
    assert f'data-row="{before.row}"' in panel.act(runs, test, "Ana", said("undo"))
    assert next_pair(runs, test, "Ana") == before and not runs.blind_tests.standing(test.number)
    with pytest.raises(StoreError, match="not one of those to judge"):
        panel.act(runs, test, "Ana", said("first", 999))


def test_the_newest_of_labelling_and_blind_test_is_shown(runs: Workspace) -> None:
    from tools.labelling.begin import planned  # noqa: PLC0415

    evaluated(runs, "run-1", answers(6, 0))
    opened, test = Opened(), begun(runs)
    runs.labellings.open(planned(runs, "tickets")[0])
    assert "Checking the labels of tickets" in opened.draw(runs, "Ana", 0)
    keep(runs, test, "Ana", runs.blind_tests.pairs(test.number)[0].row, "tie", 1.0)
    blind_test(runs, "run-1")
    assert "Which answer is better?" in opened.draw(runs, "Ana", 0)
    assert opened.number(runs) == 3


def test_real_answers_of_a_real_run_are_taken_from_its_evaluation(trained: Workspace) -> None:
    evaluate_run(trained, "run-1")
    found = sides(trained, "run-1", None, None)
    assert isinstance(found, Sides) and len(found.pairs) == 12 and found.answers == "labels"
    assert {pair.reference for pair in found.pairs} <= set(ROWS)
    with pytest.raises(StoreError, match="no run named 'run-7'"):
        blind_test.run(trained, {"run": "run-7"})
