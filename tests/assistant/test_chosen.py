"""What choices mean without the words that tools name for them, learned from the requests that ship."""

import pytest

from assistant.chosen import Learned, learned
from store import Workspace


@pytest.mark.parametrize(
    ("tool", "wish", "argument", "value"),
    [
        ("change_service", "switch it off for the weekend", "change", "stop"),
        ("change_service", "hand out a new key for the pharmacy", "change", "new_key"),
        ("set_rule", "never suggest this to me again", "rule", "never"),
        ("set_rule", "from now on do that each time without asking me", "rule", "always"),
        ("mirror_runs", "show the curves in weights and biases", "tracker", "wandb"),
        ("label_rows", "we want to write the answers ourselves", "style", "answers"),
        ("blind_test", "close the vote and tell me who won", "step", "end"),
    ],
)
def test_a_choice_is_told_by_how_others_said_it(ws: Workspace, tool: str, wish: str, argument: str, value: str) -> None:
    assert learned(ws, wish, tool)[argument].value == value


def test_a_choice_that_is_not_said_is_none(ws: Workspace) -> None:
    assert learned(ws, "publish run-1 as acme/tickets", "publish_run")["public"].value is None


def test_a_tool_without_such_choices_learns_nothing(ws: Workspace) -> None:
    assert learned(ws, "call run-1 night shift", "rename_run") == {}


def test_words_that_a_tool_names_count_more_unless_nothing_else_comes_near() -> None:
    assert Learned("stop", sure=False).beside("start", needed=True) == "start"
    assert Learned("stop", sure=True).beside("start", needed=True) == "stop"
    assert Learned("stop", sure=False).beside(None, needed=True) == "stop"


def test_of_a_list_that_is_needed_the_words_may_name_too_many() -> None:
    copies = ["exact_duplicates", "near_duplicates"]
    assert Learned(["near_duplicates"], sure=False).beside(copies, needed=True) == ["near_duplicates"]
    assert Learned(["near_duplicates"], sure=False).beside(copies, needed=False) == copies
    assert Learned(["outliers"], sure=True).beside(copies, needed=True) == copies
