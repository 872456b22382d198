from dataclasses import asdict, replace
from typing import get_args

import pytest

from store import NotApproved, Workspace
from store.goals import Goal
from tests.data.conftest import said_yes
from tools import TOOLS, ToolError
from tools.evaluate._registry import GOALS
from tools.goal._measures import ANSWERS, METRICS, Metric


def test_the_metric_follows_the_task(empty: Workspace):
    said_yes(empty, "set_goal", description="Sort mails into folders", task="classify", target=0.9)
    assert empty.goals.get() == Goal("Sort mails into folders", "classify", "accuracy", 0.9)
    said_yes(empty, "set_goal", description="Answer mails", task="generate")
    assert empty.goals.get() == Goal("Answer mails", "generate", "rouge_l")


def test_the_card_shows_what_it_replaces(empty: Workspace):
    said_yes(empty, "set_goal", description="Sort mails", task="classify")
    shown = TOOLS["set_goal"].show_first(empty, {"description": "Answer mails", "task": "generate", "users": "clerks"})
    assert "It replaces: sort mails. It is judged by accuracy." in shown.text
    assert ("used by", "clerks") in shown.tables[0].rows


def test_nothing_is_set_without_a_yes(empty: Workspace):
    with pytest.raises(NotApproved):
        TOOLS["set_goal"].run(empty, {"description": "Sort mails", "task": "classify"})
    assert empty.goals.get() is None


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (
            {"description": "x y", "task": "classify", "metric": "bleu"},
            "bleu does not judge a model that is to classify",
        ),
        ({"description": "x y", "task": "generate", "metric": "accuracy"}, "Take rouge_l or bleu or exact_match"),
        (
            {"description": "x y", "task": "generate", "metric": "auroc"},
            "auroc does not judge a model that is to generate",
        ),
        ({"description": "x y", "task": "classify", "metric": "chrf"}, "There are also balanced_accuracy, weighted_f1"),
        ({"description": "  ", "task": "classify"}, "The goal is empty"),
        ({"description": "x y", "task": "classify", "target": 90}, "target: "),
        ({"description": "x y", "task": "paint"}, "task: "),
        ({"task": "classify"}, "it needs description"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(empty: Workspace, arguments: dict[str, object], told: str):
    with pytest.raises(ToolError, match=told):
        TOOLS["set_goal"].show_first(empty, arguments)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ({"description": "The target is 0.85.", "task": "generate", "target": 0.85}, {"target": 0.85}),
        (
            {
                "description": "Judge it by macro F1 please, because some get few",
                "task": "generate",
                "metric": "macro_f1",
            },
            {"metric": "macro_f1"},
        ),
        (
            {"description": "Judge it by recall, not precision", "task": "generate", "metric": "macro_recall"},
            {"metric": "macro_recall"},
        ),
        (
            {"description": "The target is 90 percent matthews correlation", "task": "classify", "target": 0.9},
            {"target": 0.9},
        ),
        (
            {"description": "and it is for clerks", "task": "generate", "users": "clerks"},
            {"users": "clerks"},
        ),
        (
            {"description": "nothing leaves the house", "task": "classify", "constraints": "nothing leaves the house"},
            {"constraints": "English only; nothing leaves the house"},
        ),
    ],
)
def test_what_only_says_how_it_is_judged_leaves_the_rest_of_the_goal(
    empty: Workspace, said: dict[str, object], kept: dict[str, object]
):
    before = Goal("Sort mails into folders", "classify", "accuracy", 0.9, constraints="English only")
    said_yes(empty, "set_goal", **{key: value for key, value in asdict(before).items() if value})
    said_yes(empty, "set_goal", **said)
    assert empty.goals.get() == replace(before, **kept)


def test_how_good_is_good_enough_is_asked_once(empty: Workspace):
    first = said_yes(empty, "set_goal", description="Sort mails", task="classify")
    assert "How good does it have to be" in first.text
    assert first.next[0] == "The target is 90 percent accuracy"
    then = said_yes(empty, "set_goal", description=first.next[0], task="classify", target=0.9)
    assert "How good" not in then.text
    assert empty.goals.get() == Goal("Sort mails", "classify", "accuracy", 0.9)


def test_every_metric_that_a_goal_can_have_is_one_that_evaluations_compute():
    goals = {*GOALS["labels"], *GOALS["text"]}
    assert goals == {*get_args(Metric)}
    assert all(METRICS[task][0] in GOALS[ANSWERS[task]] for task in METRICS)


@pytest.mark.parametrize(("task", "metric"), [("classify", "auroc"), ("generate", "field_f1"), ("generate", "chrf")])
def test_a_goal_can_be_judged_by_any_that_fits_the_task(empty: Workspace, task: str, metric: str):
    said_yes(empty, "set_goal", description="Read mails", task=task, metric=metric)
    goal = empty.goals.get()
    assert goal is not None and goal.metric == metric
