"""What is kept of a goal that the language model read, and what is said of goals that it need not read."""

from typing import Any

import pytest

from assistant.arguments import fill
from assistant.goal_talk import EXAMPLES, HELD_TO, heard, request
from assistant.transcript import Turn
from store import Workspace
from tools import TOOLS

TOLD = {"does": "", "gives": "label", "field": "", "users": "", "judged": "", "limits": ""}


def test_the_request_ends_with_the_message_and_its_beginning_is_always_the_same() -> None:
    one, other = request("sort letters"), request("write poems")
    assert one[:-1] == other[:-1]
    assert one[-1]["content"] == "sort letters"
    assert all(len(said) == len(HELD_TO) for _, said in EXAMPLES)


def test_words_that_the_user_did_not_say_are_left_out() -> None:
    told = TOLD | {"does": "sort letters", "users": "vegan cooks", "limits": "no cloud", "field": "mail"}
    assert heard(told, "sort our letters", []) == {"description": "sort letters", "task": "classify", "domain": "mail"}


def test_a_description_that_is_made_up_is_the_message_itself() -> None:
    assert heard(TOLD | {"does": "improve shareholder value"}, "Sort letters", [])["description"] == "Sort letters"


@pytest.mark.parametrize(
    ("wish", "limit"),
    [
        ("sort letters; nothing may leave the house network", "nothing may leave the house network"),
        ("sort letters for our council", ""),
        ("sort letters, and it has to work offline", "it has to work offline"),
        ("rewrite deeds, the data is confidential. Quickly please", "the data is confidential"),
        ("sort mail on a machine with 8 GB of memory", "sort mail on a machine with 8 GB of memory"),
    ],
)
def test_what_is_said_of_privacy_and_machines_is_kept_even_if_the_model_overlooks_it(wish: str, limit: str) -> None:
    assert heard(TOLD, wish, []).get("constraints", "") == limit


def test_what_is_among_the_limits_already_is_not_said_twice_and_a_measure_is_no_limit() -> None:
    told = TOLD | {"limits": "it has to work offline; F1 of 80 %"}
    assert heard(told, "F1 of 80 %, it has to work offline", [])["constraints"] == "it has to work offline"


@pytest.mark.parametrize(("numbers", "target"), [([0.75], 0.75), ([0.75, 0.5], None), ([12.0], None), ([], None)])
def test_a_single_share_is_the_target(numbers: list[float], target: float | None) -> None:
    assert heard(TOLD, "sort letters", numbers).get("target") == target


@pytest.mark.parametrize(
    ("wish", "meant"),
    [
        ("sort mails by topic, right nine times in ten", {"task": "classify", "target": 0.9}),
        ("draft replies, BLEU should reach 30 percent", {"task": "generate", "metric": "bleu", "target": 0.3}),
        ("tag clauses, every class matters equally, 95 per cent", {"metric": "macro_f1", "target": 0.95}),
        ("tag clauses, balanced accuracy of 80 percent", {"metric": "balanced_accuracy", "target": 0.8}),
        ("tag clauses and judge it by the area under the ROC curve, AUC 0.9", {"metric": "auroc", "target": 0.9}),
        ("flag urgent calls, what counts is recall, at least 95 %", {"metric": "macro_recall", "target": 0.95}),
        ("flag fraud, average precision above 0.7", {"metric": "average_precision", "target": 0.7}),
        ("flag fraud, Matthews correlation of 0.6", {"metric": "matthews_correlation", "target": 0.6}),
        ("flag fraud, weighted F1 0.9", {"metric": "weighted_f1", "target": 0.9}),
        ("translate menus, judged by chrF", {"task": "generate", "metric": "chrf"}),
        ("answer questions, token F1 of 0.7", {"task": "generate", "metric": "token_f1", "target": 0.7}),
        ("summarise rulings, ROUGE-2 is what we go by", {"task": "generate", "metric": "rouge_2"}),
        ("flag fraud, 0.88 or better", {"task": "classify", "target": 0.88}),
    ],
)
def test_task_metric_and_target_are_read_without_the_model(ws: Workspace, wish: str, meant: dict[str, Any]) -> None:
    found = fill(TOOLS["set_goal"], ws, [Turn(wish)], [], lambda *_: TOLD)
    assert {name: found.get(name) for name in meant} == meant
