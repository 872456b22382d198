"""A run is deployed, called by the programs that are shown, and stopped."""

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from store import Workspace
from tests.tiny_run import make, start
from tests.waiting import until
from tools import TOOLS, Result, ToolError
from tools.deploy._connecting import call_of
from tools.deploy._exports import exports
from tools.deploy._snippets import WAYS, snippet


def ran(ws: Workspace, tool: str, **arguments: object) -> Result:
    with ws.approvals.typed(tool, arguments):
        return TOOLS[tool].run(ws, arguments)


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Workspace, Result]]:
    """run-1, which writes, deployed as `desk`; and run-2, a classifier, beside it. A workspace of this file's own."""
    folder = tmp_path_factory.mktemp("deployed")
    with Workspace(folder / "home", readable=(folder,)) as workspace:
        make(workspace, folder)
        yield from _deployed(workspace)


def _deployed(trained: Workspace) -> Iterator[tuple[Workspace, Result]]:
    tiny = trained.runs.get("run-1").plan["base_model"]
    trained.jobs.wait(start(trained, Path(tiny), task="classify").job.id)
    shown = TOOLS["deploy_run"].show_first(trained, {"run": "run-1", "service": "desk"})
    assert "Only programs on this machine reach it" in shown.text
    assert "no texts" in shown.text
    assert not trained.services.all()
    done = ran(trained, "deploy_run", run="run-1", service="desk")
    yield trained, done
    if trained.services.get("desk").state == "serving":
        ran(trained, "change_service", change="stop")


def key_of(done: Result) -> str:
    assert done.data is not None
    return Path(done.data["key_file"]).read_text().strip().partition("=")[2]


def test_it_answers_where_the_result_says_and_the_key_is_in_one_file_alone(deployed: tuple[Workspace, Result]):
    ws, done = deployed
    assert done.data is not None
    file, secret = Path(done.data["key_file"]), key_of(done)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert secret not in str(done.as_json())
    headers = {"Authorization": f"Bearer {secret}"}
    body = {"model": "run-1", "messages": [{"role": "user", "content": "hello"}], "max_tokens": 2}
    assert httpx.post(f"{done.data['address']}/v1/chat/completions", json=body, headers=headers).status_code == 200
    found = subprocess.run(
        ["grep", "-rlaF", secret, str(ws.home)], capture_output=True, text=True
    )  # see database_copies
    assert found.stdout.split() == [str(file)]
    assert "Parity" in done.text


@pytest.mark.parametrize("way", list(WAYS))
def test_the_programs_that_are_shown_run_as_they_stand(deployed: tuple[Workspace, Result], tmp_path: Path, way: str):
    ws, done = deployed
    told = TOOLS["connect_service"].run(ws, {"application": way})
    assert told.data is not None and done.data is not None
    file = tmp_path / told.data["file"]
    file.write_text(told.data["text"])
    assert (Path(told.data["folder"]) / told.data["file"]).read_text() == told.data["text"]
    last = {"curl": "sh", "javascript": "node"}.get(way, sys.executable)
    environment = {**os.environ, "TUNEWRIGHT_KEY": key_of(done)}
    before = ws.requests.count("desk")
    said = subprocess.run([last, str(file)], env=environment, capture_output=True, text=True, timeout=120)
    assert said.returncode == 0, said.stderr
    until(lambda: ws.requests.count("desk") > before)
    kept = ws.requests.of("desk")[-1]
    assert (kept.kind, kept.outcome, kept.run) == ("chat", "answered", "run-1")


def test_a_classifier_is_served_beside_and_called_by_the_programs(deployed: tuple[Workspace, Result], tmp_path: Path):
    ws, done = deployed
    assert done.data is not None
    ran(ws, "deploy_run", run="run-2", service="desk", beside=True)
    service = ws.services.get("desk")
    assert [(model.name, model.task, model.share) for model in service.models] == [
        ("run-1", "generate", 1.0), ("run-2", "classify", 0.0),
    ]  # fmt: skip
    parity = exports(ws, "run-2")[-1].parity
    assert parity["same_text"] == parity["served_same_text"] == parity["prompts"] > 0
    assert parity["metric"]["trained"] == parity["metric"]["served"]
    headers = {"Authorization": f"Bearer {key_of(done)}"}
    asked = {"model": "run-2", "input": ["I want my money back", "Where is my order"], "top_k": 2}
    said = httpx.post(f"{done.data['address']}/classify", json=asked, headers=headers).json()
    assert [result["label"] for result in said["results"]] == ["refund", "delivery"]
    assert all(len(result["probabilities"]) == 2 for result in said["results"])
    first = said["results"][0]["id"]
    heard = {"id": first, "thumb": "up", "outcome": "refund"}
    assert httpx.post(f"{done.data['address']}/feedback", json=heard, headers=headers).json()["kept"]
    assert {each.kind for each in ws.requests.said("desk")} == {"thumb", "outcome"}
    until(lambda: ws.requests.get(first).label == "refund")
    call = call_of(ws, service, service.models[1])
    alone = httpx.post(
        f"{done.data['address']}/classify", json={"model": "run-2", "input": call.question}, headers=headers
    )
    chosen = alone.json()["results"][0]["label"]
    for way in WAYS:
        shown = snippet(way, call)
        file = tmp_path / shown.file
        file.write_text(shown.text)
        last = {"curl": "sh", "javascript": "node"}.get(way, sys.executable)
        environment = {**os.environ, "TUNEWRIGHT_KEY": key_of(done)}
        told = subprocess.run([last, str(file)], env=environment, capture_output=True, text=True, timeout=120)
        assert told.returncode == 0, told.stderr
        assert chosen in told.stdout


def test_files_for_servers_are_written_and_well_formed(deployed: tuple[Workspace, Result]):
    ws, done = deployed
    assert done.data is not None
    folder = Path(done.data["folder"])
    docker = (folder / "Dockerfile").read_text()
    assert '"serve", "desk", "--host", "0.0.0.0"' in docker
    unit = folder / "tunewright-desk.service"
    checked = subprocess.run(["systemd-analyze", "verify", "--man=no", str(unit)], capture_output=True, text=True)
    assert "tunewright-desk.service" not in checked.stderr, checked.stderr
    vllm = TOOLS["connect_service"].run(ws, {"application": "vllm"})
    assert vllm.data is not None
    assert "vllm serve" in vllm.data["text"]
    assert subprocess.run(["sh", "-n"], input=vllm.data["text"], text=True).returncode == 0


def test_keys_are_made_and_ended_in_words(deployed: tuple[Workspace, Result]):
    ws, done = deployed
    made = ran(ws, "change_service", change="new_key", key="the ward", requests_a_minute=5)
    assert made.data is not None and done.data is not None
    assert "5 requests a minute" in made.text
    secret = Path(made.data["key_file"]).read_text().strip().partition("=")[2]
    headers, url = {"Authorization": f"Bearer {secret}"}, f"{done.data['address']}/v1/models"
    until(lambda: httpx.get(url, headers=headers).status_code == 200)
    with pytest.raises(ToolError, match="first, the ward"):
        ran(ws, "change_service", change="end_key")
    ran(ws, "change_service", change="end_key", key="The Ward")
    until(lambda: httpx.get(url, headers=headers).status_code == 401)


def test_it_is_stopped_and_started_again(deployed: tuple[Workspace, Result]):
    ws, done = deployed
    assert done.data is not None
    assert "answers no more" in ran(ws, "change_service", change="stop").text
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{done.data['address']}/health")
    with pytest.raises(ToolError, match="stopped already"):
        TOOLS["change_service"].show_first(ws, {"change": "stop"})
    ran(ws, "change_service", change="start")
    assert httpx.get(f"{done.data['address']}/ready").status_code == 200
    with pytest.raises(ToolError, match="runs already"):
        TOOLS["change_service"].show_first(ws, {"change": "start"})


def test_without_a_run_or_a_service_it_is_told_what_to_do(empty: Workspace):
    with pytest.raises(ToolError, match="Start a training"):
        TOOLS["deploy_run"].show_first(empty, {})
    with pytest.raises(ToolError, match="Deploy a run first"):
        TOOLS["connect_service"].run(empty, {})
    with pytest.raises(ToolError, match="Deploy a run first"):
        TOOLS["change_service"].show_first(empty, {"change": "stop"})
