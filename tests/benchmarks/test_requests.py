"""The benchmark's requests fit the tools and the states that they are made in, and are in words of their own."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.feature_extraction.text import CountVectorizer

from assistant.meant import written
from assistant.prompt import WORDS
from assistant.requests import projects, requests
from assistant.scene import uploads
from assistant.tutored import known
from benchmarks.decide import FREE, REQUESTS, project
from benchmarks.states import STATES
from store import NotFound, StoreError, Workspace
from tools import TOOLS

FILES = sorted(REQUESTS.parent.glob("*.jsonl"))
TOO_LIKE = 0.7
OLDER = {"test.jsonl", "elsewhere.jsonl", "data_chapter.jsonl"}
"""They stay as they are, so that figures stay comparable; development.jsonl asks for what is newer."""
NEWER = set(TOOLS) - known()
"""Tools that came after those files, and after the teaching."""
USE = {
    "deploy_run", "change_service", "check_service", "connect_service", "publish_run", "learn_from_use", "mirror_runs",
    "delete_run", "rename_run", "repeat_training", "tune_settings", "learning_curve", "train_federated", "write_recipe",
}  # fmt: skip
"""Tools that the files of ABOUT_USE are about."""
ABOUT_USE = {"use_chapter.jsonl", "use_development.jsonl"}
MOST_PROJECTS, WITH_SERVICES = 40, 30
"""In how many projects the requests of a file are said at least; of those about use, of the 32 that have services."""
Request = dict[str, Any]
every_file = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Workspace]]:
    """Gives a workspace in a state, built once."""
    built: dict[str, Workspace] = {}

    def built_once(name: str) -> Workspace:
        if name not in built:
            built[name] = project(name, tmp_path_factory.mktemp(name))
        return built[name]

    yield built_once
    for ws in built.values():
        ws.close()


@every_file
def test_each_request_is_told_in_full(file: Path):
    for request in _requests(file):
        assert {"state", "kind", "text", "accept"} <= set(request) <= {"state", "kind", "text", "accept", "history"}
        assert request["state"] in STATES or request["state"] in projects(), request
        assert request["text"].strip(), request
        assert request["accept"], request
        assert all(set(turn) - {"call"} == {"user", "assistant"} for turn in request.get("history", [])), request


@every_file
def test_each_accepted_call_could_be_made(file: Path, state: Callable[[str], Workspace]):
    wrong: list[str] = []
    for request in _requests(file):
        lacks = any(call["tool"] == "ask" for call in request["accept"])  # a tool may say itself what is missing
        for call in request["accept"]:
            try:
                _check(state(request["state"]), **call)
            except NotFound as error:
                wrong += [] if lacks else [f"{request['text']}: {error}"]
            except (StoreError, KeyError) as error:
                wrong.append(f"{request['text']}: {error}")
    assert not wrong, "\n".join(wrong)


@every_file
def test_no_request_is_worded_as_an_example(file: Path, state: Callable[[str], Workspace]):
    asks = [(text, _words(text, _values(arguments))) for tool in TOOLS.values() for text, arguments in tool.asks]
    asks += [(text, _words(re.sub(r"\{\w+\}", " ", text), [])) for text, _ in written() if len(text.split()) > 1]
    told = [(line["text"], _words(line["text"], _named(line))) for line in requests() if not line["history"]]
    asks += [(text, words) for text, words in told if len(words) > 1]
    asked = _requests(file)
    names = {name: _names(state(name)) for name in {request["state"] for request in asked}}
    words = [_words(request["text"], names[request["state"]]) for request in asked]
    alike = [(asked[one]["text"], asks[other][0]) for one, other in _alike(words, [its for _, its in asks])]
    assert not alike


def _alike(texts: list[set[str]], others: list[set[str]]) -> list[tuple[int, int]]:
    """The places of two texts of which each has most of its words in common with the other."""
    table: Any = CountVectorizer(analyzer=lambda words: words, binary=True).fit([*texts, *others])
    shared = (table.transform(texts) @ table.transform(others).T).tocoo()
    sizes, theirs = np.array([*map(len, texts)])[shared.row], np.array([*map(len, others)])[shared.col]
    near = shared.data >= TOO_LIKE * (sizes + theirs - shared.data)  # Jaccard's index
    return [*zip(shared.row[near].tolist(), shared.col[near].tolist(), strict=True)]


def test_no_file_says_the_same_twice():
    for file in FILES:
        said = [(one["state"], one["text"].lower(), str(one.get("history"))) for one in _requests(file)]
        assert len(said) == len(set(said)), file.name


def test_every_tool_and_state_is_asked_for():
    for file in FILES:
        requests = _requests(file)
        states = {request["state"] for request in requests}
        fewest = WITH_SERVICES if file.name in ABOUT_USE else MOST_PROJECTS
        assert states == set(STATES) or len(states & projects().keys()) > fewest, file.name
        asked = {call["tool"] for one in requests for call in one["accept"]}
        wanted = USE if file.name in ABOUT_USE else set(TOOLS)
        assert asked >= (wanted - NEWER if file.name in OLDER else wanted), file.name


def _requests(file: Path) -> list[Request]:
    return [json.loads(line) for line in file.read_text().splitlines()]


def _check(ws: Workspace, tool: str, arguments: dict[str, Any]) -> None:
    """Raises what the tool would raise; what is said in free words is taken from the tool's own example."""
    if tool in WORDS:
        assert not arguments, tool
        return
    free = {name: value for name, value in TOOLS[tool].asks[0][1].items() if name in FREE}
    TOOLS[tool].checked(ws, free | arguments)


def _words(text: str, names: list[str]) -> set[str]:
    for name in sorted(names, key=len, reverse=True):
        text = text.lower().replace(name.lower(), " ")
    return set(re.findall(r"[^\W_]+", text))


def _names(ws: Workspace) -> list[str]:
    fixes = [fix.id for fix in ws.fixes.all()]
    return [*ws.datasets.names(), *ws.runs.names(), *fixes, *uploads(ws)]


def _named(request: dict[str, Any]) -> list[str]:
    """The same of the project that a request of the lessons was written for."""
    scene = projects()[request["world"]]
    return [one["name"] for one in scene.datasets] + [one["id"] for one in (*scene.runs, *scene.fixes)] + scene.uploads


def _values(arguments: dict[str, Any]) -> list[str]:
    """The names among the arguments of an example."""
    return [value for value in arguments.values() if isinstance(value, str) and " " not in value]
