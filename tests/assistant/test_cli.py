"""The commands, as other programs call them: processes of their own, thinking with a stand-in server."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.cli import ASKED, OK, REFUSED
from store import Workspace
from tests.models.chat_server import Script, serving
from tools import TOOLS


@pytest.fixture
def server() -> Iterator[Script]:
    with serving(Script()) as script:
        yield script


class Terminal:
    """Runs commands in one workspace."""

    def __init__(self, folder: Path, server: Script) -> None:
        self.folder, self.server = folder, server

    def __call__(self, *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        environment = os.environ | {
            "TUNEWRIGHT_HOME": str(self.folder / "home"),
            "TUNEWRIGHT_LLM_URL": self.server.url,
            "PYTHONPATH": str(Path(__file__).parents[2]),
        }
        done = subprocess.run(
            [sys.executable, "-m", "assistant.cli", *words],
            cwd=self.folder,
            env=environment,
            input=typed,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert "Traceback" not in done.stdout + done.stderr
        return done


@pytest.fixture
def terminal(tmp_path: Path, server: Script) -> Terminal:
    (tmp_path / "reviews.csv").write_text("text,label\ngood,1\nbad,0\ngood,1\n")
    return Terminal(tmp_path, server)


@pytest.fixture
def loaded(terminal: Terminal) -> Terminal:
    source = {"source": str(terminal.folder / "reviews.csv")}
    with Workspace(terminal.folder / "home", readable=(terminal.folder,)) as ws:
        with ws.approvals.typed("load_dataset", source):
            TOOLS["load_dataset"].run(ws, source)
    return terminal


def test_a_typed_command_is_a_yes(terminal: Terminal) -> None:
    done = terminal("tool", "load_dataset", "--source", str(terminal.folder / "reviews.csv"))
    assert done.returncode == OK
    assert "Loaded 3 rows" in done.stdout


def test_a_tool_runs_without_the_model_and_prints_text_then_tables(loaded: Terminal) -> None:
    done = loaded("tool", "show_history", "--dataset", "reviews")
    assert done.returncode == OK
    assert done.stdout.startswith("reviews is at version 1.")
    assert "History of reviews" in done.stdout
    assert loaded.server.asked == []


def test_a_tool_gives_json_alone_on_stdout(loaded: Terminal) -> None:
    done = loaded("tool", "show_history", "--json", "--dataset", "reviews", "--project", "main")
    assert json.loads(done.stdout)["text"].startswith("reviews is at version 1.")


def test_lists_are_repeated_or_comma_separated(loaded: Terminal) -> None:
    for words in (
        ["--kinds", "exact_duplicates,missing_text"],
        ["--kinds", "exact_duplicates", "--kinds", "missing_text"],
    ):
        done = loaded("tool", "propose_fixes", "--json", "--dataset", "reviews", *words)
        assert set(json.loads(done.stdout)["data"]["found"]) == {"exact_duplicates", "missing_text"}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["nope"], "There is no tool named 'nope'. Tools: "),
        (["show_history"], "it needs dataset"),
        (["show_history", "--dataset", "none_such"], "There is no dataset named 'none_such'. Datasets here: reviews."),
        (["show_history", "--colour", "red"], "--colour"),
        (["propose_fixes", "--dataset", "reviews", "--kinds", "nonsense"], "kinds"),
        ([], "Which tool?"),
    ],
)
def test_a_wrong_call_exits_with_2_and_a_sentence(loaded: Terminal, words: list[str], told: str) -> None:
    done = loaded("tool", *words)
    assert done.returncode == REFUSED
    assert told in done.stderr


def test_ask_ends_with_3_while_a_question_is_open_and_the_next_ask_answers_it(loaded: Terminal) -> None:
    loaded("tool", "propose_fixes", "--dataset", "reviews")
    loaded.server.answers = ['{"tool": "apply_fixes"}']
    done = loaded("ask", "--json", "apply them")
    assert done.returncode == ASKED
    asked = [json.loads(line) for line in done.stdout.splitlines()]
    assert [event["event"] for event in asked] == ["heard", "called", "asks", "ended"]
    assert asked[1]["tool"] == "apply_fixes"
    assert set(asked[2]["preview"]) >= {"text", "tables", "changes"}
    done = loaded("ask", "yes")
    assert done.returncode == OK
    assert "reviews is now version" in done.stdout


def test_ask_yes_goes_through_with_it(loaded: Terminal) -> None:
    loaded("tool", "propose_fixes", "--dataset", "reviews")
    loaded.server.answers = ['{"tool": "apply_fixes"}']
    done = loaded("ask", "--yes", "--json", "apply them")
    assert done.returncode == OK
    events = [json.loads(line) for line in done.stdout.splitlines()]
    finished = [event for event in events if event["event"] == "finished"]
    assert finished[0]["failed"] is False


def test_decide_runs_nothing_and_gives_a_line_for_a_line(loaded: Terminal) -> None:
    loaded.server.answers = ['{"tool": "show_history"}', '{"tool": "answer"}']
    requests = [
        {"text": "what was changed?"},
        {"text": "that would be nice", "history": [{"user": "hi", "assistant": "Hello."}]},
    ]
    typed = "\n".join([*map(json.dumps, requests), "nonsense", ""])
    done = loaded("decide", "--json", typed=typed)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(line["tool"], line["arguments"]) for line in lines] == [
        ("show_history", {"dataset": "reviews"}),
        ("answer", {}),
        ("ask", {}),
    ]
    assert all(line["seconds"] >= 0 for line in lines)
    assert {"role": "assistant", "content": "Hello."} in loaded.server.asked[-1]["messages"]


def test_chat_talks_until_the_input_ends(loaded: Terminal) -> None:
    loaded.server.answers = ['{"tool": "show_history"}']
    done = loaded("chat", typed="what was changed?\n")
    assert done.returncode == OK
    assert "Loaded 3 rows" in done.stdout


def test_the_catalogue_has_every_tool_with_its_schema(terminal: Terminal) -> None:
    tools = {tool["name"]: tool for tool in json.loads(terminal("tools", "--json").stdout)}
    assert tools["apply_fixes"]["effect"] == "writes"
    assert "dataset" in tools["show_history"]["arguments"]["properties"]
    assert "show_history" in terminal("tools").stdout


def test_models_are_listed(terminal: Terminal) -> None:
    assert "apache-2.0" in terminal("models").stdout
    done = terminal("models", "pull")
    assert (done.returncode, done.stderr) == (REFUSED, "Which model? `tunewright models list` names them.\n")


def test_a_server_that_is_not_there_is_a_sentence(terminal: Terminal) -> None:
    terminal.server.url = "http://127.0.0.1:9"
    done = terminal("ask", "hello")
    assert done.returncode in (OK, REFUSED)
    assert "127.0.0.1:9" in done.stdout + done.stderr


def test_a_workspace_that_cannot_be_is_a_sentence(terminal: Terminal) -> None:
    done = terminal("--home", str(terminal.folder / "reviews.csv"), "tool", "show_project")
    assert done.returncode == REFUSED
    assert done.stderr
