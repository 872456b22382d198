import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.host import Host
from assistant.models import Brain
from assistant.settings import Settings
from store import StoreError, Workspace
from tests.scripted_model import Reply, ScriptedBrain
from tools import TOOLS

FILE = "text,label\nHello there,greeting\nSend it back,return\n"


class Hosted:
    """A host with a script, and nobody in particular asking."""

    def __init__(self, home: Path, *script: Reply) -> None:
        settings = replace(Settings.read({}), home=home)
        self.host = Host(settings, lambda _: ScriptedBrain(*script))
        self.ws = self.host.workspace_for(None, "main")

    def settled(self) -> list[str]:
        for thread in threading.enumerate():
            if thread.name.startswith("turn "):
                thread.join(30)
        return [entry.event["event"] for entry in self.host.log(self.ws)]


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "home"


def asked(hosted: Hosted) -> int:
    (hosted.ws.uploads / "mails.csv").write_text(FILE)
    hosted.host.say(hosted.ws, "load mails.csv")
    hosted.settled()
    return hosted.ws.approvals.pending()[0].id


def test_a_project_that_does_not_exist_is_not_made_by_asking_for_it(home: Path) -> None:
    hosted = Hosted(home)
    assert hosted.host.workspace_for(None, "../../etc").project == "main"
    assert hosted.ws.projects() == ["main"]


def test_a_new_project_is_found_again_by_its_name(home: Path) -> None:
    hosted = Hosted(home)
    made = hosted.host.new_project(None, "Second Try")
    assert hosted.host.workspace_for(None, "second_try") is made
    with pytest.raises(StoreError, match="needs a name"):
        hosted.host.new_project(None, "  ")


def test_the_log_is_read_on_from_where_it_was(home: Path) -> None:
    hosted = Hosted(home, "answer", "Hello to you.")
    hosted.host.say(hosted.ws, "hello")
    assert hosted.settled()[0] == "heard"
    assert hosted.settled()[-1] == "ended"
    assert [entry.seq for entry in hosted.host.log(hosted.ws)] == list(range(1, len(hosted.settled()) + 1))


def test_a_second_click_is_a_sentence_and_changes_nothing(home: Path) -> None:
    hosted = Hosted(home, "load_dataset")
    question = asked(hosted)
    hosted.host.answer(hosted.ws, question, "yes", "", None)
    hosted.settled()
    assert hosted.ws.datasets.names() == ["mails"]
    with pytest.raises(StoreError, match="already answered"):
        hosted.host.answer(hosted.ws, question, "yes", "", None)
    assert len(hosted.ws.datasets.versions("mails")) == 1


def test_a_question_of_another_project_cannot_be_answered(home: Path) -> None:
    hosted = Hosted(home, "load_dataset")
    question = asked(hosted)
    other = hosted.host.new_project(None, "other")
    with pytest.raises(StoreError, match="no question"):
        hosted.host.answer(other, question, "yes", "", None)


def test_everything_is_there_after_a_restart(home: Path) -> None:
    question = asked(Hosted(home, "load_dataset"))
    again = Hosted(home)
    assert [entry.event["event"] for entry in again.host.log(again.ws)].count("asks") == 1
    again.host.answer(again.ws, question, "yes", "", None)
    assert "finished" in again.settled()


def test_the_sample_can_be_loaded_without_an_upload(home: Path) -> None:
    hosted = Hosted(home)
    shown = TOOLS["load_dataset"].show_first(hosted.ws, {"source": "support_tickets.csv"})
    assert "620 rows" in shown.text


def test_a_model_that_is_still_loading_does_not_keep_the_host_waiting(home: Path) -> None:
    never = threading.Event()

    def late(_: object) -> Brain:
        never.wait(30)
        return ScriptedBrain()

    host = Host(replace(Settings.read({}), home=home), late)
    ws: Workspace = host.workspace_for(None, "main")
    host.say(ws, "hello")
    assert host.brain.status.startswith("Loading")
    assert host.running(ws)
    host.stop(ws)
    never.set()
