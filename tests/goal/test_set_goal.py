import pytest

from store import NotApproved, Workspace
from store.goals import Goal
from tests.data.conftest import said_yes
from tools import TOOLS, ToolError


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
        ({"description": "  ", "task": "classify"}, "The goal is empty"),
        ({"description": "x y", "task": "classify", "target": 90}, "target: "),
        ({"description": "x y", "task": "paint"}, "task: "),
        ({"task": "classify"}, "it needs description"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(empty: Workspace, arguments: dict[str, object], told: str):
    with pytest.raises(ToolError, match=told):
        TOOLS["set_goal"].show_first(empty, arguments)
