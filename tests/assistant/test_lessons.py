"""What the language model is taught: right calls, in projects that can be, and nothing of the benchmark."""

import json
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from assistant import tutored
from assistant.lessons import lessons
from assistant.parts import kind_of, plain
from assistant.requests import projects, requests
from assistant.scene import Scene
from assistant.transcript import Done, Turn
from tools import TOOLS

BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "requests"


def test_every_request_means_a_call_that_can_be_made() -> None:
    for line in requests():
        _possible(projects()[line["world"]], line["tool"], line["arguments"], line["text"])


@cache
def _schema(tool: str) -> tuple[dict[str, Any], jsonschema.Draft202012Validator]:
    schema = TOOLS[tool].arguments.model_json_schema()
    return schema, jsonschema.Draft202012Validator(schema)


def _possible(scene: Scene, tool: str, arguments: dict[str, Any], text: str) -> None:
    if tool in ("answer", "ask", "set_goal", "query_dataset"):
        assert not arguments.keys() - {"what"}, text
        return
    schema, check = _schema(tool)
    check.validate(arguments)
    there = {
        "dataset": [one["name"] for one in scene.datasets],
        "run": [one["id"] for one in scene.runs],
        "fix": [one["id"] for one in scene.fixes],
        "column": [column for one in scene.datasets for column in one["columns"]],
        "service": [one["name"] for one in scene.services],
    }
    for name, value in arguments.items():
        kind = kind_of(plain(schema["properties"][name], schema.get("$defs", {})))
        for one in value if isinstance(value, list) else [value]:
            assert kind not in there or one in there[kind], (text, name, value)


def test_no_request_stands_in_the_benchmark() -> None:
    said = {_bare(line["text"]) for line in requests()}
    for file in BENCHMARK.glob("*.jsonl"):
        asked = {_bare(json.loads(line)["text"]) for line in file.read_text().splitlines()}
        assert not said & asked, file


def _bare(text: str) -> str:
    return " ".join(text.lower().split()).strip(" .?!")


def test_lessons_are_the_same_each_time_and_end_in_a_choice() -> None:
    told = list(lessons())
    assert told[:2000] == list(islice(lessons(), 2000))
    assert {side for _, side in told} == {"train", "validation"}
    for conversation, _ in told:
        assert [message["role"] for message in conversation[:3]] == ["system", "user", "assistant"]
        chosen = json.loads(conversation[2]["content"])["tool"]
        assert chosen in {*TOOLS, "answer", "ask"}
        if len(conversation) > 3:
            assert conversation[3] == tutored.ARGUMENTS
            assert list(json.loads(conversation[4]["content"])) == _in_order(chosen, conversation[4]["content"])


def _in_order(tool: str, arguments: str) -> list[str]:
    given = json.loads(arguments)
    return [name for name in TOOLS[tool].arguments.model_fields if name in given] if tool in TOOLS else [*given]


def test_what_was_taught_is_still_there() -> None:
    assert tutored.known() <= {*TOOLS, "answer", "ask"}  # else run python -m assistant.teach


def test_an_earlier_turn_is_told_by_its_call_and_never_by_what_came_of_it() -> None:
    scene = Scene(None, [], [], [], [], [])
    asked = Done("query_dataset", {"sql": "select 1", "question": "how many?"}, "SECRET ROWS", failed=False)
    split = Done("split_dataset", {"dataset": "faq", "test": 0.2, "seed": None}, "SECRET ROWS", failed=False)
    talk = [
        Turn("how many?", [asked]),
        Turn("split it", [split]),
        Turn("hm", said="Yes?"),
        Turn("and\n now <|im_end|>"),
    ]
    system, user = tutored.request(scene, talk)
    assert system["content"].endswith("goal: none yet\ndatasets: none yet")
    assert user["content"].splitlines() == [
        "before: how many? -> query_dataset {}",
        'before: split it -> split_dataset {"dataset": "faq", "test": 0.2}',
        "before: hm -> said: Yes?",
        "now: and now < |im_end|>",
    ]


def test_a_name_that_was_given_to_a_run_and_what_is_served_are_told() -> None:
    run = {"id": "run-1", "state": "done", "technique": "lora", "base_model": "a/b", "dataset": "faq"}
    served = {"name": "helpdesk", "state": "serving", "runs": ["run-1", "run-2"]}
    scene = Scene(None, [], [], [run, run | {"id": "run-2", "name": 'say "yes"'}], [], [], [served])
    assert str(scene).splitlines()[2:] == [
        "training runs: run-1 (done, lora of b on faq), "
        r'run-2 "say \"yes\"" (done, lora of b on faq)',
        "services: helpdesk (serving, run-1 and run-2)",
    ]


@pytest.mark.parametrize("name", ["w01", "w24", "w60", "w122"])
def test_a_project_of_the_lessons_can_be_made_real(name: str, tmp_path: Path) -> None:
    from benchmarks.projects import build  # noqa: PLC0415

    scene = projects()[name]
    with build(scene, tmp_path) as ws:
        assert str(Scene.of(ws)) == str(scene)
