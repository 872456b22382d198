"""Datasets of the Hub, from a stand-in on this machine: the real client, a real worker."""

import threading
import time
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest

from store import StoreError, Workspace
from tests.data.conftest import rows_of, said_yes
from tests.data.hub import DatasetHandler, add_dataset
from tests.weights.standin import StandIn
from tools import TOOLS, ToolError


class Server(ThreadingHTTPServer):
    """Many requests at a time."""

    daemon_threads = True
    standin = StandIn()


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[StandIn]:
    """A Hub of our own, and an empty cache."""
    server = Server(("127.0.0.1", 0), DatasetHandler)
    server.standin = StandIn()
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    monkeypatch.setenv("HF_HUB_DISABLE_TELEMETRY", "1")
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    monkeypatch.delenv("HF_DATASETS_OFFLINE", raising=False)
    yield server.standin
    server.shutdown()
    server.server_close()


def test_all_splits_come_into_one_dataset(empty: Workspace, hub: StandIn):
    train = "text,label\n" + "".join(f"a message number {n},{'ab'[n % 2]}\n" for n in range(30))
    add_dataset(hub, "someone/mails", {"train.csv": train.encode(), "test.csv": b"text,label\none more message,a\n"})
    result = said_yes(empty, "load_dataset", source="someone/mails")
    assert result.text.startswith(
        "Loaded 31 rows from someone/mails as mails: text (text), label (label) and split (split)"
    )
    rows = rows_of(empty, "mails")
    assert rows[0] == {"text": "a message number 0", "label": "a", "split": "train"}
    assert rows[-1] == {"text": "one more message", "label": "a", "split": "test"}


def test_a_few_rows_are_streamed(empty: Workspace, hub: StandIn):
    lines = "".join(
        f'{{"question": "What is {n} and {n}?", "answer": "It is {2 * n}, as one can count."}}\n' for n in range(500)
    )
    add_dataset(hub, "someone/sums", {"train.jsonl": lines.encode()})
    said_yes(empty, "load_dataset", source="https://huggingface.co/datasets/someone/sums", rows=20)
    assert len(rows_of(empty, "sums")) == 20


def test_a_dataset_that_is_not_there(empty: Workspace, hub: StandIn):
    with pytest.raises(StoreError, match="The Hub has no dataset someone/nothing that is open to you"):
        TOOLS["load_dataset"].show_first(empty, {"source": "someone/nothing"})


def test_without_a_network_it_says_so_at_once(empty: Workspace, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    began = time.monotonic()
    with pytest.raises(ToolError, match="someone/mails would come from the Hugging Face Hub, but .* cannot be reached"):
        TOOLS["load_dataset"].show_first(empty, {"source": "someone/mails"})
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(ToolError, match="HF_HUB_OFFLINE is set"):
        TOOLS["load_dataset"].show_first(empty, {"source": "someone/mails"})
    assert time.monotonic() - began < 10
