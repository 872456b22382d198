"""Datasets of the Hub, from a stand-in on this machine: the real client, a real worker."""

import threading
import time
from collections.abc import Iterator
from http.server import ThreadingHTTPServer

import pytest

from store import StoreError, Workspace
from tests.data.conftest import rows_of, said_yes
from tests.data.hub import DatasetHandler, add_dataset
from tests.weights.standin import COMMIT, StandIn
from tools import TOOLS, ToolError
from tools.data._licences import UNKNOWN, licences, sentence, the_only_one


class Server(ThreadingHTTPServer):
    """Many requests at a time."""

    daemon_threads = True
    standin = StandIn()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A Hub of our own, and a cache that is empty at first. One for all: workers are loaded once."""
    server = Server(("127.0.0.1", 0), DatasetHandler)
    server.standin = StandIn()
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
        patch.setenv("HF_HOME", str(tmp_path_factory.mktemp("hf")))
        patch.setenv("HF_HUB_DISABLE_TELEMETRY", "1")
        patch.delenv("HF_HUB_OFFLINE", raising=False)
        patch.delenv("HF_DATASETS_OFFLINE", raising=False)
        yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def hub(server: Server) -> StandIn:
    """What is on that Hub; each test has an owner of its own there, since the client keeps what it fetched."""
    return server.standin


def test_all_splits_come_into_one_dataset(empty: Workspace, hub: StandIn):
    train = "text,label\n" + "".join(f"a message number {n},{'ab'[n % 2]}\n" for n in range(30))
    add_dataset(hub, "ana/mails", {"train.csv": train.encode(), "test.csv": b"text,label\none more message,a\n"})
    result = said_yes(empty, "load_dataset", source="ana/mails")
    assert result.text.startswith(
        "Loaded 31 rows from ana/mails as mails: text (text), label (label) and split (split)"
    )
    rows = rows_of(empty, "mails")
    assert rows[0] == {"text": "a message number 0", "label": "a", "split": "train"}
    assert rows[-1] == {"text": "one more message", "label": "a", "split": "test"}


def test_its_licence_is_kept_and_goes_with_what_is_made_of_it(empty: Workspace, hub: StandIn):
    lines = "".join(f"a message number {n},{'ab'[n % 2]}\n" for n in range(10))
    rows = {"train.csv": f"text,label\n{lines}".encode()}
    add_dataset(hub, "ben/mails", rows, {"license": "cc-by-4.0"})
    shown = TOOLS["load_dataset"].show_first(empty, {"source": "ben/mails"})
    assert ("licence", "cc-by-4.0") in shown.tables[2].rows
    said_yes(empty, "load_dataset", source="ben/mails")
    said_yes(empty, "split_dataset", dataset="mails")
    found = licences(empty, empty.datasets.head("mails"))
    assert found == ["cc-by-4.0"] and the_only_one(found) == "cc-by-4.0"
    assert "came under cc-by-4.0" in sentence(found, "mails")
    add_dataset(hub, "ben/more", rows)
    said_yes(empty, "load_dataset", source="ben/more", into="mails")
    mixed = licences(empty, empty.datasets.head("mails"))
    assert mixed == ["cc-by-4.0", UNKNOWN] and the_only_one(mixed) is None
    assert "Of some of its rows it is not known" in sentence(mixed, "mails")


def test_a_few_rows_are_streamed(empty: Workspace, hub: StandIn):
    lines = "".join(
        f'{{"question": "What is {n} and {n}?", "answer": "It is {2 * n}, as one can count."}}\n' for n in range(500)
    )
    add_dataset(hub, "cleo/sums", {"train.jsonl": lines.encode()})
    said_yes(empty, "load_dataset", source="https://huggingface.co/datasets/cleo/sums", rows=20)
    assert len(rows_of(empty, "sums")) == 20


def test_one_split_of_a_revision_is_read(empty: Workspace, hub: StandIn):
    files = {"train.csv": b"text,label\none message here,a\n", "test.csv": b"text,label\nanother message,a\n"}
    add_dataset(hub, "dan/mails", files)
    shown = TOOLS["load_dataset"].show_first(empty, {"source": f"dan/mails@{COMMIT}", "split": "test"})
    assert shown.tables[0].rows == [["another message", "a", "test"]]
    assert ("revision", COMMIT) in shown.tables[2].rows
    with pytest.raises(StoreError, match="dan/mails has no validation split. Its splits: train, test"):
        TOOLS["load_dataset"].show_first(empty, {"source": "dan/mails", "split": "validation"})


def test_a_revision_that_is_not_there(empty: Workspace, hub: StandIn):
    add_dataset(hub, "eva/mails", {"train.csv": b"text,label\none message here,a\n"})
    with pytest.raises(StoreError, match="eva/mails has no branch, tag or commit 'v9'"):
        TOOLS["load_dataset"].show_first(empty, {"source": "eva/mails@v9"})


def test_a_configuration_is_asked_for_and_taken(empty: Workspace, hub: StandIn):
    card = "---\nconfigs:\n- config_name: de\n  data_files: de.csv\n- config_name: en\n  data_files: en.csv\n---\n"
    files = {"README.md": card.encode(), "de.csv": b"text\nguten Tag, Welt\n", "en.csv": b"text\nhello the world\n"}
    add_dataset(hub, "finn/mails", files)
    with pytest.raises(StoreError, match="Name one of them with subset"):
        TOOLS["load_dataset"].show_first(empty, {"source": "finn/mails"})
    shown = TOOLS["load_dataset"].show_first(empty, {"source": "finn/mails", "subset": "en", "rows": 5})
    assert shown.tables[0].rows[0][0] == "hello the world"


def test_a_dataset_far_too_large_is_only_streamed(empty: Workspace, hub: StandIn):
    lines = "".join(f'{{"text": "a message with number {n}"}}\n' for n in range(300))
    add_dataset(hub, "gil/web", {"train.jsonl": lines.encode()})
    siblings = hub.pages["/api/datasets/gil/web"]["siblings"]  # pyright: ignore
    siblings[0]["size"] = 2**45  # pyright: ignore
    with pytest.raises(StoreError, match="gil/web is 32,768 GB, more than the 10 GB that are loaded whole"):
        TOOLS["load_dataset"].show_first(empty, {"source": "gil/web"})
    shown = TOOLS["load_dataset"].show_first(empty, {"source": "gil/web", "rows": 7})
    assert shown.text.startswith("I would read 7 rows from gil/web")


def test_a_dataset_that_is_not_there(empty: Workspace, hub: StandIn):
    with pytest.raises(StoreError, match="The Hub has no dataset hedy/nothing that is open to you"):
        TOOLS["load_dataset"].show_first(empty, {"source": "hedy/nothing"})


def test_without_a_network_it_says_so_at_once(empty: Workspace, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    began = time.monotonic()
    with pytest.raises(ToolError, match="someone/mails would come from the Hugging Face Hub, but .* cannot be reached"):
        TOOLS["load_dataset"].show_first(empty, {"source": "someone/mails"})
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(ToolError, match="HF_HUB_OFFLINE is set"):
        TOOLS["load_dataset"].show_first(empty, {"source": "someone/mails"})
    assert time.monotonic() - began < 10
