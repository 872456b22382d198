"""A service changes, dies and begins again, and nobody is left without an answer."""

import json
import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from assistant.host import Host
from assistant.settings import Settings
from assistant.standby import Standby
from store import StoreError, Workspace
from tests.deploy.served import CHAT, Served, free_port, model, serving, tiny
from tests.scripted_model import ScriptedBrain
from tests.waiting import until
from tools.deploy.service.visit import Visit


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("exports")
    return tiny(folder, 1), tiny(folder, 2)


def test_a_new_version_is_taken_up_under_load_without_a_dropped_request(empty: Workspace, exports: tuple[Path, Path]):
    one, two = exports
    with serving(empty, "desk", model("one", one, 1.0), queue=500) as running:
        over, moving, said = threading.Event(), threading.Event(), list[httpx.Response]()

        def ask(number: int) -> None:
            with running.client as client:
                while not over.is_set():
                    body = {"model": "desk", "messages": CHAT, "max_tokens": 40, "stream": bool(number % 2)}
                    try:
                        said.append(client.post("/v1/chat/completions", json=body))
                    except httpx.ConnectError:  # nobody is at the old port any more
                        assert moving.is_set()
                        return

        with ThreadPoolExecutor(6) as pool:
            asking = [pool.submit(ask, number) for number in range(6)]
            try:
                until(lambda: len(said) > 10)
                running.set(model("two", two, 1.0))
                until_now = len(said)
                until(lambda: len(said) > until_now + 10)
                moving.set()
                running.set(model("one", one, 0.5), model("two", two, 0.5), port=free_port())
                before = len(said)
            finally:
                over.set()
            for each in asking:
                each.result()
        assert {each.status_code for each in said[:before]} == {200}
        names = {json.loads(each.text.split("\n\n")[0].removeprefix("data: "))["model"] for each in said}
        assert names == {"one", "two"}
        assert all(
            each.text.rstrip().endswith("[DONE]") for each in said if "event-stream" in each.headers["content-type"]
        )
        running.until_recorded(before)


def test_what_cannot_be_loaded_leaves_the_version_before_and_is_told(empty: Workspace, exports: tuple[Path, Path]):
    with serving(empty, "desk", model("one", exports[0], 1.0)) as running:
        with empty.approvals.typed("deploy_run", {}):
            empty.services.set(
                "desk", (model("gone", exports[0].parent / "gone", 1.0),), empty.services.get("desk").settings
            )
        until(lambda: empty.requests.alerts("desk"))
        assert "The version before goes on" in empty.requests.alerts("desk")[0].sentence
        assert running.chat("desk").json()["model"] == "one"


def test_after_kill_9_it_begins_again_and_what_was_recorded_stays(empty: Workspace, exports: tuple[Path, Path]):
    with serving(empty, "desk", model("one", exports[0])) as running:
        assert running.chat("one").status_code == 200
        running.until_recorded(1)
        running.kill()
        with Workspace(empty.home):  # as the app does when it starts
            running.until_ready()
        assert running.chat("one").status_code == 200
        running.until_recorded(2)


def test_a_soft_stop_answers_what_has_begun_and_loses_no_record(empty: Workspace, exports: tuple[Path, Path]):
    with serving(empty, "desk", model("one", exports[0]), parallel=1) as running:
        job = empty.services.job("desk")
        assert job is not None
        with ThreadPoolExecutor(16) as pool:
            asked = [pool.submit(running.chat, "one", max_tokens=400, temperature=2) for _ in range(16)]
            until(lambda: _connected(running.process()) + sum(each.done() for each in asked) >= len(asked))
            empty.jobs.stop(job.id)
            said = [each.result() for each in asked]
        until(lambda: not empty.jobs.get(job.id).live)
        assert empty.jobs.get(job.id).state == "done"
        answered = {each.json()["id"] for each in said if each.status_code == 200}
        late = [each for each in said if each.status_code != 200]
        assert answered and {each.status_code for each in late} <= {503}
        assert answered == {each.id for each in empty.requests.of("desk") if each.status == 200}


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_the_confidence_of_as_many_answers_is_measured_as_was_said(
    empty: Workspace, exports: tuple[Path, Path], share: float
):
    with serving(empty, "desk", model("one", exports[0]), confidence_share=share) as running:
        assert running.chat("one").json()["choices"][0]["logprobs"] is None
        running.until_recorded(1)
    assert [each.confidence is not None for each in empty.requests.of("desk")] == [share == 1]
    drawn = sum(Visit("chat").is_among(0.25) for _ in range(4000))
    assert 850 < drawn < 1150


def test_an_ended_service_goes_and_stays_away(empty: Workspace, exports: tuple[Path, Path]):
    with serving(empty, "desk", model("one", exports[0])):
        with empty.approvals.typed("change_service", {}):
            empty.services.end("desk")
        job = empty.services.job("desk")
        assert job is not None
        until(lambda: not empty.jobs.get(job.id).live)
        empty.services.begin_again()
        latest = empty.services.job("desk")
        assert latest is not None and latest.id == job.id


def test_a_killed_one_is_started_again_and_told_and_one_that_falls_again_and_again_is_left_alone(
    empty: Workspace, exports: tuple[Path, Path]
):
    standby = Standby(lambda: [empty], pause=3600)
    with serving(empty, "desk", model("one", exports[0])) as running:
        assert standby.look() == []
        running.kill()
        assert standby.look() == ["desk"]
        running.until_ready()
        assert running.chat("one").status_code == 200
        assert [(each.kind, each.service) for each in empty.requests.alerts(unseen=True)] == [("fallen", "desk")]
        running.kill()
        assert standby.look() == []


def test_the_app_starts_what_ended_with_the_machine_in_a_project_that_nobody_has_open(
    tmp_path: Path, exports: tuple[Path, Path]
):
    home = tmp_path / "home"
    with Workspace(home, "the desk") as ws, serving(ws, "desk", model("one", exports[0])) as running:
        running.kill()
        host = Host(Settings(home, home, "none"), lambda _: ScriptedBrain())
        host.serve_again()
        assert [each.project for each in host.all_open()] == ["main", ws.project]
        running.until_ready()
        host.close()


def test_a_taken_port_is_told_in_a_sentence(empty: Workspace, exports: tuple[Path, Path], served: Served):
    port = int(served.url.rpartition(":")[2])
    with empty.approvals.typed("deploy_run", {}):
        empty.services.set("desk", (model("one", exports[0]),), {"port": port})
    job = empty.services.begin("desk")
    until(lambda: not empty.jobs.get(job.id).live)
    assert "Choose another port" in empty.jobs.get(job.id).sentence


def test_it_runs_in_a_terminal_until_sigterm_and_only_once(empty: Workspace, exports: tuple[Path, Path]):
    port = free_port()
    with empty.approvals.typed("deploy_run", {}):
        empty.services.set("desk", (model("one", exports[0]),), {"port": 1024, "threads": 1})
        _, secret = empty.services.add_key("desk", "first", {})
    command = [sys.executable, "-m", "assistant.cli", "--home", str(empty.home), "serve", "desk", "--port", str(port)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    url, headers = f"http://127.0.0.1:{port}", {"Authorization": f"Bearer {secret}"}

    def ready() -> bool:
        assert process.poll() is None, process.communicate()[1]
        try:
            return httpx.get(f"{url}/ready").status_code == 200
        except httpx.TransportError:
            return False

    until(ready)
    job = empty.services.job("desk")
    assert job is not None and job.state == "running"
    assert empty.services.begin("desk").id == job.id
    with pytest.raises(StoreError, match="served by another process already"):
        empty.services.take("desk", None, None)
    body = {"model": "one", "messages": CHAT, "max_tokens": 2}
    assert httpx.post(f"{url}/v1/chat/completions", json=body, headers=headers).status_code == 200
    os.kill(process.pid, signal.SIGTERM)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 0
    assert f"desk answers at {url}/v1" in told
    assert empty.requests.count("desk") == 1
    assert empty.jobs.get(job.id).state == "done"


def _connected(pid: int) -> int:
    """How many clients a process has."""
    import psutil  # noqa: PLC0415

    connections = psutil.Process(pid).net_connections("tcp")
    listening = {each.laddr.port for each in connections if each.status == psutil.CONN_LISTEN}
    ours = [each for each in connections if each.status == psutil.CONN_ESTABLISHED and each.laddr.port in listening]
    return len({each.raddr for each in ours if each.raddr})
