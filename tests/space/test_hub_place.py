"""Snapshots in a dataset repository, at a stand-in for the Hub."""

import threading
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest
from huggingface_hub import constants

from assistant.hub_place import HubPlace
from store import StoreError, Workspace
from store.snapshots import Snapshots
from tests.deploy.hub import Hub, HubHandler, Repository
from tests.weights.standin import StandIn

pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")  # of the Hub's own client


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Hub]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), HubHandler)
    server.daemon_threads = True
    server.standin = StandIn()  # type: ignore[attr-defined]
    server.hub = Hub(tokens={"hf_snapshots": {"role": "write"}})  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", True)  # read when it was imported
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_TELEMETRY", True)
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    yield server.hub  # type: ignore[attr-defined]
    server.shutdown()
    server.server_close()


def test_a_workspace_comes_back_from_a_private_dataset(ws: Workspace, hub: Hub, tmp_path: Path):
    place = HubPlace("acme/snapshots", "hf_snapshots")
    assert hub.repositories["datasets/acme/snapshots"].private
    snapshots = Snapshots(ws.home, place, "users/ana")
    assert snapshots.take() and not snapshots.take()
    (ws.uploads / "more.csv").write_text("a\n")
    assert snapshots.take()
    again = Snapshots(tmp_path / "again", HubPlace("acme/snapshots", "hf_snapshots"), "users/ana")
    assert again.restore()
    with Workspace(tmp_path / "again") as restored:
        assert restored.datasets.head("reviews").rows == 3
        assert (restored.uploads / "more.csv").read_text() == "a\n"


def test_a_public_one_and_a_token_that_may_not_write_are_refused(hub: Hub):
    hub.repositories["datasets/acme/open"] = Repository(private=False)
    with pytest.raises(StoreError, match="is public, and snapshots hold what users brought"):
        HubPlace("acme/open", "hf_snapshots")
    with pytest.raises(StoreError, match="TUNEWRIGHT_SNAPSHOTS_TOKEN"):
        HubPlace("acme/snapshots", "hf_other")
