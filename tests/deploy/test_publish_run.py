"""Pushing a model to the Hub, at a stand-in on this machine: the real client, a real worker, a real tiny model."""

import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
import yaml
from gradio_client import Client

from store import StoreError, Workspace
from tests.deploy.hub import Hub, HubHandler
from tests.tiny_model import build
from tests.waiting import until
from tests.weights.standin import StandIn
from tools import TOOLS, Result, ToolError
from tools.deploy._demo_space import demo_space

WRITES = {"role": "write"}


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Hub]:
    """A Hub of our own; its address is the one variable that tells it from the real one."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), HubHandler)
    server.daemon_threads = True
    server.standin = StandIn()  # type: ignore[attr-defined]
    server.hub = Hub(tokens={"hf_write": WRITES})  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    monkeypatch.setenv("HF_TOKEN", "hf_write")
    monkeypatch.setenv("HF_HUB_DISABLE_XET", "1")
    monkeypatch.setenv("HF_HUB_DISABLE_TELEMETRY", "1")
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    yield server.hub  # type: ignore[attr-defined]
    server.shutdown()
    server.server_close()


def pushed(ws: Workspace, **arguments: Any) -> Result:
    with ws.approvals.typed("publish_run", arguments):
        return TOOLS["publish_run"].run(ws, arguments)


def test_a_model_goes_private_with_a_card_and_what_was_shown_is_what_arrives(trained: Workspace, hub: Hub):
    shown = TOOLS["publish_run"].show_first(trained, {"repository": "ana/tickets"})
    assert not hub.repositories
    assert "private, so that only your account" in shown.text and "No row of your data is among them" in shown.text
    result = pushed(trained, repository="ana/tickets")
    assert "/ana/tickets, private, as commit" in result.text
    repository = hub.repositories["models/ana/tickets"]
    files = repository.commits[-1][1]
    assert repository.private
    assert {name: len(content) for name, content in files.items()} == {
        name: size for name, size in shown.tables[0].rows
    }
    assert "tokenizer.json" in files and not [name for name in files if name.endswith((".parquet", ".csv", ".bin"))]
    front = yaml.safe_load(files["README.md"].decode().split("---\n")[1])
    assert "tunewright" in front["tags"]
    assert str(trained.home) not in "".join(content.decode("utf-8", "ignore") for content in files.values())


def test_an_update_is_a_commit_and_going_back_is_another(trained: Workspace, hub: Hub):
    first = pushed(trained, repository="ana/again").data
    assert first
    repository = hub.repositories["models/ana/again"]
    then = repository.commits[-1][1]
    repository.commits.append(("f" * 40, {**then, "README.md": b"worse", "stray.txt": b"x"}))
    shown = TOOLS["publish_run"].show_first(trained, {"repository": "ana/again", "back_to": first["commit"][:8]})
    assert "Nothing leaves this machine" in shown.text
    back = pushed(trained, repository="ana/again", back_to=first["commit"])
    assert repository.commits[-1][1] == then and len(repository.commits) == 4
    assert "still in its history" in back.text
    with pytest.raises(StoreError, match="no such revision"):
        pushed(trained, repository="ana/again", back_to="abcdef1")


def test_a_push_leaves_nothing_of_the_push_before(trained: Workspace, hub: Hub):
    pushed(trained, repository="ana/clean")
    repository = hub.repositories["models/ana/clean"]
    repository.commits.append(
        ("f" * 40, {**repository.commits[-1][1], "old.safetensors": b"x", ".gitattributes": b"y"})
    )
    pushed(trained, repository="ana/clean")
    assert "old.safetensors" not in repository.commits[-1][1] and ".gitattributes" in repository.commits[-1][1]


@pytest.mark.parametrize(
    ("token", "told"),
    [
        ({"role": "read"}, "may only read"),
        ({"role": "fineGrained", "fineGrained": {"scoped": []}}, "may not write to ana/x. Give it the permission"),
    ],
)
def test_a_token_that_may_not_write_is_refused_before_anything_is_asked(
    trained: Workspace, hub: Hub, monkeypatch: pytest.MonkeyPatch, token: dict[str, Any], told: str
):
    hub.tokens["hf_other"] = token
    monkeypatch.setenv("HF_TOKEN", "hf_other")
    with pytest.raises(ToolError, match=told):
        TOOLS["publish_run"].show_first(trained, {"repository": "ana/x"})
    monkeypatch.delenv("HF_TOKEN")
    with pytest.raises(ToolError, match="needs a token .* HF_TOKEN .* export the run as files"):
        TOOLS["publish_run"].show_first(trained, {"repository": "ana/x"})


def test_a_token_for_the_one_repository_is_enough(trained: Workspace, hub: Hub, monkeypatch: pytest.MonkeyPatch):
    scope = {"entity": {"type": "model", "name": "ana/x"}, "permissions": ["repo.content.read", "repo.write"]}
    hub.tokens["hf_fine"] = {"role": "fineGrained", "fineGrained": {"scoped": [scope]}}
    monkeypatch.setenv("HF_TOKEN", "hf_fine")
    assert "is fine-grained" in TOOLS["publish_run"].show_first(trained, {"repository": "ana/x"}).text
    assert "may write to all" in _with_write(trained, monkeypatch)


def test_a_private_model_never_goes_into_a_public_repository(trained: Workspace, hub: Hub):
    pushed(trained, repository="ana/open", public=True)
    assert not hub.repositories["models/ana/open"].private
    with pytest.raises(StoreError, match="is public, so nothing was uploaded"):
        pushed(trained, repository="ana/open")


def test_without_a_network_it_says_so_at_once(trained: Workspace, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HF_TOKEN", "hf_any")
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    began = time.monotonic()
    with pytest.raises(ToolError, match=r"Nothing was published: .* cannot be reached .* export the run as files"):
        TOOLS["publish_run"].show_first(trained, {"repository": "ana/x"})
    assert time.monotonic() - began < 10


def test_a_space_is_pushed_with_the_model_and_says_which(trained: Workspace, hub: Hub):
    with trained.approvals.typed("export_run", {}):
        TOOLS["export_run"].run(trained, {"run": "run-1", "form": "merged"})
    result = pushed(trained, repository="ana/shown", space="ana/shown-demo")
    assert "/spaces/ana/shown-demo" in result.text
    files = hub.repositories["spaces/ana/shown-demo"].commits[-1][1]
    assert set(files) == {"app.py", "README.md", "requirements.txt"}
    assert hub.repositories["spaces/ana/shown-demo"].private
    assert yaml.safe_load(files["README.md"].decode().split("---\n")[1])["sdk"] == "gradio"
    assert b'"MODEL", "ana/shown"' in files["app.py"] and b"hf_write" not in b"".join(files.values())


@pytest.mark.filterwarnings("ignore:.is_gradient_checkpointing:FutureWarning")  # of peft's own
@pytest.mark.timeout(900)
@pytest.mark.parametrize("base", [None, "model"])
def test_the_page_of_the_space_starts_and_answers(tmp_path: Path, base: str | None):
    """Of a whole model, and of an adapter on its base; both load the model from a folder here."""
    build(tmp_path / "model")
    if base:
        base = str(tmp_path / "model")
        _adapter(tmp_path / "model", tmp_path / "adapter")
    run: Any = SimpleNamespace(plan={"task": "generate"})
    for name, text in demo_space(run, "ana/shown", base).items():
        (tmp_path / name).write_text(text)
    assert isinstance(_answer(tmp_path, tmp_path / ("adapter" if base else "model")), str)


def _adapter(model: Path, folder: Path) -> None:
    import torch  # noqa: PLC0415 - slow to import
    from peft import LoraConfig, get_peft_model  # noqa: PLC0415
    from transformers import AutoModelForCausalLM, AutoTokenizer  # noqa: PLC0415

    torch.manual_seed(0)
    get_peft_model(AutoModelForCausalLM.from_pretrained(model), LoraConfig(task_type="CAUSAL_LM")).save_pretrained(
        folder
    )
    AutoTokenizer.from_pretrained(model).save_pretrained(folder)


def _answer(folder: Path, model: Path) -> Any:
    """What the page in a folder answers to a question."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    told = {"MODEL": str(model), "GRADIO_SERVER_PORT": str(port), "GRADIO_ANALYTICS_ENABLED": "False"}
    with (folder / "log.txt").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "app.py"],
            cwd=folder,
            env=os.environ | told | {"HF_HUB_OFFLINE": "1"},
            stdout=log,
            stderr=log,
        )
    try:
        until(lambda: process.poll() is not None or _up(port), 400)
        assert process.poll() is None, (folder / "log.txt").read_text()
        client = Client(f"http://127.0.0.1:{port}", verbose=False, analytics_enabled=False)
        try:
            return client.predict("Where is my order?", 8, api_name="/answer")
        finally:
            client.close()
    finally:
        process.terminate()
        process.wait()


def _up(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/", timeout=5).is_success
    except httpx.TransportError:
        return False


def _with_write(trained: Workspace, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("HF_TOKEN", "hf_write")
    return re.sub(r"\s+", " ", TOOLS["publish_run"].show_first(trained, {"repository": "ana/x"}).text)
