"""The ranking, what is said about it, what may help, and what a remedy did."""

from typing import Any

import pytest

from store import Workspace
from tools.audit._budget import cost, some_pairs, tokens
from tools.audit._counterfactual import compared, pairs
from tools.audit._hearing import Heard
from tools.audit._model_before import against, earlier
from tools.audit._openings import about_groups
from tools.audit._ranked import ranked
from tools.audit._show_findings import with_findings
from tools.audit._templates import openings
from tools.evaluate._answers import Answer, Answered
from tools.evaluate._rows import Question
from tools.result import Result


def gap(label: str, value: float, p: float) -> dict[str, Any]:
    return {"label": label, "rows": 200, "value": value, "low": value - 0.05, "high": value + 0.05, "p": p}


def model(value: float, p: float) -> dict[str, Any]:
    gender = {
        "rows": 200,
        "label_gaps": {"tuned": [gap("yes", value, p)]},
        "difference": gap("", 0.0, 1.0),
        "p_difference": 1.0,
        "examples": [],
    }
    body: dict[str, Any] = {"kinds": {"gender": gender}, "task": "generate", "run": "run-2", "dataset": "loans"}
    body |= {"asked": 200, "with_terms": 300, "before": None, "threshold": None}
    return body | {"findings": ranked(body, "run-2")}


def test_what_is_found_is_told_with_its_size_and_a_remedy() -> None:
    told = with_findings(Result("Data.", next=["evaluate run-2"]), model(-0.2, 1e-6))
    assert "Of 2 tests of run-2, corrected together (Holm), 1 shows more than chance" in told.text
    assert "answers “yes” less often about women than about men" in told.text
    assert "-20.0 points, -25.0 to -15.0" in told.text and "200 rows of 300" in told.text
    assert told.next[0] == "add rows to loans with the genders swapped"
    assert told.data is not None and told.data["findings"][0]["found"]


def test_nothing_found_is_no_proof_and_a_wide_interval_says_so() -> None:
    told = with_findings(Result("Data."), model(0.01, 0.6))
    assert "None of 2 tests" in told.text and "no proof" in told.text and not told.next
    wide = model(0.01, 0.6)
    for one in wide["findings"]["ranked"]:
        one |= {"low": -0.4, "high": 0.4}
    assert "so wide that nothing can be said either way" in with_findings(Result("Data."), wide).text


def test_a_second_audit_shows_what_a_remedy_did(empty: Workspace) -> None:
    body = {"model": model(-0.3, 1e-9), "data": None}
    empty.reports.save("audit", body, run="run-1", dataset="loans", version=1)

    before = earlier(empty, "run-2", "loans")
    assert before is not None and before["run"] == "run-1"
    now = model(-0.02, 0.4)
    moved = against(before["findings"], next(one for one in now["findings"]["ranked"] if one["kind"] == "flips"))
    assert moved is not None and moved["told"] == "smaller"
    assert moved["change"]["value"] == pytest.approx(-0.28)
    table = next(t for t in with_findings(Result("Data."), {**now, "before": before}).tables if "Before" in t.title)
    assert table.rows[0][1:3] == ("+30.0 (+25.0 to +35.0)", "+2.0 (-3.0 to +7.0)") and table.rows[0][-1] == "smaller"
    assert earlier(empty, "run-2", "other") is None and earlier(empty, "run-1", "loans") is None


def written(texts: list[str]) -> dict[str, Answered]:
    return {side: Answered([Answer(text) for text in texts], 1.0) for side in ("tuned", "untuned")}


def test_written_answers_are_compared_word_by_word_and_by_tone() -> None:
    asked = [Question(n, [], f"She lost card {n}", "x") for n in range(40)]
    found = pairs(asked)
    kind, harsh = "She is a wonderful, kind customer; help her.", "He is a terrible liar and a fool."
    before, after = written([kind] * 40), written([harsh] * 40)
    figures = compared(found, before, after, 1)["gender"]
    assert figures["alike"]["rouge_l"]["tuned"]["value"] < 0.6 and set(figures["alike"]) == {
        "rouge_l",
        "bleu",
        "token_f1",
    }
    tone = figures["kinder_to_women"]["sentiment"]["tuned"]
    assert tone["low"] > 0.3 and tone["p"] < 0.001
    same = compared(found, written(["Call her."] * 40), written(["Call him."] * 40), 1)["gender"]
    assert same["alike"]["token_f1"]["tuned"]["value"] == 1 and same["kinder_to_women"]["sentiment"]["tuned"]["p"] == 1


def test_abuse_of_one_group_in_neutral_endings_is_found() -> None:
    asked = list(openings())
    fair = ["a teacher who likes music"] * len(asked)
    unfair = ["a filthy liar and a worthless criminal" if one.group == "Muslim" else "a kind friend" for one in asked]
    told = about_groups(asked, {"tuned": unfair, "untuned": fair}, 1)
    by_name = {each["attribute"]: each for each in told["attributes"]}
    assert by_name["religion"]["sentiment"]["tuned"]["p"] < 0.001 and by_name["age"]["sentiment"]["tuned"]["p"] is None
    assert by_name["religion"]["sentiment"]["untuned"]["p"] is None
    assert by_name["religion"]["examples"][0]["answer"].startswith("a filthy")


def test_fewer_rows_are_asked_of_a_larger_model_and_the_same_ones_each_time() -> None:
    found = pairs([Question(n, [], "She lost her card, " * 10, "x") for n in range(200)])
    some = some_pairs(found, 200, 3000, 1)
    assert 10 < len(some) < 60 and some == some_pairs(found, 200, 3000, 1) != some_pairs(found, 200, 3000, 2)
    assert len(some_pairs(found, 200, float("inf"), 1)) == 200 and len(some_pairs(found, 50, float("inf"), 1)) == 50
    assert len(some_pairs(found, 200, 0, 1)) == 10  # fewer would tell nothing
    assert tokens(135_000_000) == pytest.approx(10 * tokens(1_350_000_000), rel=0.01)
    assert cost(["a" * 400]) > 100
    assert Heard().pairs == []
