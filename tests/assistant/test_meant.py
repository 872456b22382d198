"""What wording alone tells, and what is asked back when that and the model leave two readings."""

from math import exp
from pathlib import Path

import pytest

from assistant import readings
from assistant.conversation import Conversation
from assistant.events import Called, Said, Suggests
from assistant.meant import among, general, likely, names_at, names_of, sayings
from assistant.models.brain import Ahead, Message, OnText
from assistant.requests import alone, projects
from assistant.transcript import Turn
from benchmarks.projects import build
from store import Workspace
from tests.assistant.test_turn import only
from tests.scripted_model import ScriptedBrain
from tools import TOOLS


class TornBrain(ScriptedBrain):
    """Finds two tools as likely as each other."""

    def ahead(self, messages: list[Message], begun: str, *, on_text: OnText | None = None) -> Ahead:
        torn = {'profile_dataset"': -0.7, 'propose_fixes"': -0.7, 'show_project"': -6.0}
        said = begun.removeprefix('{"tool": "')
        return Ahead(
            {name.removeprefix(said): chance for name, chance in torn.items() if name.startswith(said)},
            10,
            0,
            0.0,
            cancelled=False,
        )


def test_every_tool_has_been_asked_for_in_many_ways() -> None:
    tools = [tool for _, tool in sayings()]
    assert set(tools) == {*TOOLS, "answer", "ask"}
    assert min(tools.count(tool) for tool in TOOLS) > 40


def test_requests_of_the_lessons_that_stand_alone_are_sayings_too() -> None:
    said = dict(sayings())
    assert all(general(one["text"], names_at(one)) in said for one in alone()[::97])
    assert not any(one["history"] or one["tool"] == "ask" for one in alone())


def test_nothing_is_said_twice_of_different_tools() -> None:
    said: dict[str, str] = {}
    assert all(said.setdefault(text.lower(), tool) == tool for text, tool in sayings())


@pytest.mark.parametrize(
    ("wish", "tool"),
    [
        ("Would you put an end to this run, it only burns electricity", "stop_training"),
        ("who touched the ward_notes, and in which order", "show_history"),
        ("hold a fifth of ward_notes back as an exam", "split_dataset"),
        ("what is the point of a learning rate", "answer"),
    ],
)
def test_wording_that_was_not_learned_is_understood(wish: str, tool: str) -> None:
    chances = likely(wish, {"ward_notes": "dataset"})
    assert max(chances, key=lambda name: chances[name]) == tool
    assert sum(map(exp, chances.values())) == pytest.approx(1)


class Taught:
    """An ear that takes everything for a question about the history, and was taught before there was a way to stop."""

    def chances(self, _: str) -> dict[str, float]:
        others = {*TOOLS, "answer", "ask"} - {"show_history", "stop_training"}
        return dict.fromkeys(others, -9.0) | {"show_history": -0.01}


def test_what_was_learned_counts_and_of_a_newer_tool_the_wording_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    def meant(wish: str) -> str:
        chances = likely(wish, {})
        return max(chances, key=lambda name: chances[name])

    torn, new = "why did it change", "please stop the training at once"
    assert (meant(torn), meant(new)) == ("answer", "stop_training")
    monkeypatch.setattr("assistant.ear.opened", Taught)
    assert (meant(torn), meant(new)) == ("show_history", "stop_training")


def test_names_files_and_numbers_are_called_by_what_they_are() -> None:
    told = general('say "it is late" to run-2, ward_notes.csv and ward_notes: 20', {"ward_notes": "dataset"})
    assert told.split() == ["say", "atext", "to", "arun", ",", "afile", "and", "adataset", ":", "anumber"]


@pytest.mark.parametrize(
    "name", ["report.pdf", "notes.DOCX", "faq.md", "rates.xlsx", "talks.csv.gz", "all.zip", "a.ndjson"]
)
def test_every_kind_of_file_that_is_read_is_called_a_file(name: str) -> None:
    assert general(f"read {name} for me", {}).split() == ["read", "afile", "for", "me"]


def test_a_folder_is_left_out_whole() -> None:
    assert general("read the folder data/letters/ for me", {}).split() == ["read", "the", "folder", "for", "me"]


def test_a_quoted_word_that_is_asked_about_stays_a_word() -> None:
    assert general('what does "epoch" mean', {}) == "what does epoch mean"
    assert general("tell me what the term 'loss' is", {}) == "tell me what the term loss is"
    assert "atext" in general('what does it say to "good morning"', {})


def test_chances_are_shared_among_what_is_possible() -> None:
    assert sum(map(exp, among({"a": -5.0, "b": -6.0}).values())) == pytest.approx(1)


def test_two_close_readings_are_asked_about_and_the_reply_settles_it(
    ws: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.decide.likely", lambda text, names: dict.fromkeys([*TOOLS, "answer", "ask"], 0.0))
    brain = TornBrain()
    conversation = Conversation(ws, brain, ws.conversations.current().id)
    events = list(conversation.say("is reviews any good?"))
    assert not [event for event in events if isinstance(event, Called)]
    assert only(events, Suggests).asks == ["Profile dataset", "Propose fixes"]
    assert only(events, Said).text.startswith("I am not sure what you mean. Shall I count rows, gaps")
    assert only(events, Said).text.endswith("or look for defects in a dataset and propose a fix for each kind?")
    events = list(conversation.say("Propose fixes"))
    assert only(events, Called).tool == "propose_fixes"
    assert only(events, Called).arguments == {"dataset": "reviews"}


def test_a_tool_can_be_called_by_its_title_at_any_time() -> None:
    talk = [Turn("hello", said="Hello."), Turn("show history")]
    assert readings.picked(talk) == (talk, "show_history")
    assert readings.picked([Turn("show me the history")])[1] == ""


@pytest.mark.parametrize("model", ["/home/ann/models/tiny", "~/tiny", "Qwen/Qwen2.5-0.5B"])
def test_the_folder_of_a_model_does_not_make_a_training_a_loading(model: str) -> None:
    chances = likely(f"start training {model} on it for 1 epoch", {})
    assert max(chances, key=lambda name: chances[name]) == "start_training"


def test_the_names_of_services_and_runs_are_called_by_what_they_name(tmp_path: Path) -> None:
    scene = projects()["w113"]
    ws = build(scene, tmp_path / "home")
    names = names_of(ws)
    assert names["helpdesk"] == "service" and names["gentle"] == "run" and names["support_chats"] == "dataset"
    assert general("move gentle to helpdesk", names).split() == ["move", "arun", "to", "aservice"]
    assert {name: kind for name, kind in names_at({"world": "w113"}).items() if kind in ("run", "service")} == {
        name: kind for name, kind in names.items() if kind in ("run", "service")
    }
