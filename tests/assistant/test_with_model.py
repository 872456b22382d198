"""With the real local model: fresh requests, and the main journey by chat."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.conversation import Conversation
from assistant.events import Asks, Called, Event, Finished
from assistant.models import Brain, open_brain
from assistant.settings import Settings
from benchmarks.decide import REQUESTS, decided
from store import Workspace

pytestmark = [pytest.mark.model, pytest.mark.timeout(1800)]
EVERY = 48
"""Of the development requests, one in so many; the whole is what benchmarks/decide.py is for."""
LEAST_RIGHT = 0.82
"""The tool and all its arguments; what is reached, less what chance may take from so few."""
MOST_SAID_AGAIN = 3
"""Of the eleven requests of the journey, how many may need plainer words."""


@pytest.fixture(scope="module")
def brain() -> Iterator[Brain]:
    opened = open_brain(Settings.read())
    yield opened
    opened.close()


def test_fresh_requests_are_decided_right(brain: Brain) -> None:
    requests = [json.loads(line) for line in REQUESTS.read_text().splitlines()][::EVERY]
    wrong = [
        f"{request['text']} -> {choice.tool} {choice.arguments}"
        for request, choice, _, right in decided(brain, requests)
        if not right
    ]
    assert len(wrong) <= (1 - LEAST_RIGHT) * len(requests), "\n".join(wrong)


def test_an_answer_about_a_concept_is_grounded_in_the_handbook(brain: Brain, ws: Workspace) -> None:
    conversation = Conversation(ws, brain, ws.conversations.current().id)
    events = [event.as_json() for event in conversation.say("What does DoRA stand for?")]
    (said,) = [event for event in events if event["event"] == "said"]
    assert "decompos" in said["text"].lower()
    assert "DoRA" in said["sources"]


class Person:
    """Someone who says things and looks at what came of them."""

    def __init__(self, conversation: Conversation) -> None:
        self.conversation = conversation
        self.said_again: list[str] = []

    def says(self, text: str) -> list[Event]:
        return list(self.conversation.say(text))

    def gets(self, text: str, tool: str, plainly: str = "") -> Finished:
        """Say it, say yes if asked, and look at what the tool brought; say it plainly if it was not understood."""
        events = self.says(text)
        if tool not in [event.tool for event in events if isinstance(event, Called)]:
            assert plainly, (text, events)
            self.said_again.append(text)
            if self.conversation.pending():
                self.says("no")
            events = self.says(plainly)
        if any(isinstance(event, Asks) for event in events):
            events += self.says("yes")
        finished = [event for event in events if isinstance(event, Finished) and event.tool == tool]
        assert finished and not finished[-1].failed, (text, events)
        return finished[-1]


def test_the_main_journey_by_chat(brain: Brain, empty: Workspace, tmp_path: Path) -> None:
    from tests import tiny_model  # noqa: PLC0415 - loads torch

    base = tiny_model.build(tmp_path / "tiny")
    lines = ["message,queue"]
    for number in range(40):
        lines += [f"My parcel {number} has not arrived,delivery", f"I want my money back for order {number},refund"]
    (empty.uploads / "tickets.csv").write_text("\n".join([*lines, lines[1], lines[2]]) + "\n")
    person = Person(Conversation(empty, brain, empty.conversations.current().id))
    gets = person.gets
    gets(
        "We want to sort the messages of our customers into the right queue.", "set_goal", "set the goal: sort messages"
    )
    assert "82" in gets("I've put tickets.csv here, please load it", "load_dataset", "load tickets.csv").text
    gets("What does it look like?", "profile_dataset", "profile tickets")
    gets("Is there anything wrong with it?", "propose_fixes", "propose fixes for tickets")
    assert "80 rows" in gets("ok, apply them all", "apply_fixes", "apply all fixes to tickets").text
    gets("Keep a quarter of it for testing, no validation rows", "split_dataset", "split tickets, 25 % for testing")
    gets("Put it into the form the model learns from", "format_dataset", "format tickets for training")
    gets(f"start training {base} on it for 1 epoch", "start_training", f"start training {base} on tickets for 1 epoch")
    empty.jobs.wait(empty.runs.all()[-1].job.id)
    assert "done" in gets("how is the training going?", "check_training", "check the training").text
    gets("Is the tuned model better than the untuned one?", "evaluate_run", "evaluate run-1")
    gets("What has been done in this project, and what is next?", "show_project", "show the project")
    assert len(person.said_again) <= MOST_SAID_AGAIN, person.said_again
