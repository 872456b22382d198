"""Publishing on the Hub, at a stand-in on this machine: the real client, a real worker."""

import threading
import time
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from io import BytesIO
from pathlib import Path

import pytest
import yaml
from pyarrow import parquet

from store import StoreError, Workspace
from tests.data.conftest import Load, said_yes
from tests.data.hub_writes import Taken, WritingHandler
from tests.weights.standin import StandIn
from tools import TOOLS, ToolError


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Taken]:
    """A Hub of our own that takes datasets."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), WritingHandler)
    server.daemon_threads = True
    server.standin, server.taken = StandIn(), Taken()  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    monkeypatch.setenv("HF_TOKEN", WritingHandler.TOKEN)
    monkeypatch.setenv("HF_HUB_DISABLE_XET", "1")
    monkeypatch.setenv("HF_HUB_DISABLE_TELEMETRY", "1")
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    yield server.taken  # type: ignore[attr-defined]
    server.shutdown()
    server.server_close()


@pytest.fixture
def mails(empty: Workspace, load: Load) -> Workspace:
    """Enough rows for a file that goes to the large file storage, in three splits."""
    load(
        "text,label\n" + "".join(f"mail {n * 7919 % 10007} about {n * n},{'ab'[n % 2]}\n" for n in range(400)),
        "mails.csv",
    )
    said_yes(empty, "split_dataset", dataset="mails")
    return empty


def test_it_goes_private_with_a_card_that_names_the_files(mails: Workspace, hub: Taken):
    result = said_yes(mails, "publish_dataset", dataset="mails", repository="ana/mails", licence="cc-by-4.0")
    assert result.text.endswith("/datasets/ana/mails, private.") and hub.private == {"ana/mails": True}
    files = hub.files["ana/mails"]
    assert set(files) == {"README.md", "data/train.parquet", "data/test.parquet", "data/validation.parquet"}
    front, _, card = files["README.md"].decode().removeprefix("---\n").partition("---\n")
    told = yaml.safe_load(front)
    assert told["license"] == "cc-by-4.0" and told["size_categories"] == ["n<1K"]
    rows = [
        row
        for each in told["configs"][0]["data_files"]
        for row in parquet.read_table(BytesIO(files[each["path"]])).to_pylist()
    ]
    assert len(rows) == 400 and set(rows[0]) == {"text", "label", "split"}
    assert "1. Loaded 400 rows from mails.csv." in card and "| train | 280 |" in card
    assert hub.tokens == {WritingHandler.TOKEN}


def test_the_card_for_the_yes_says_what_leaves_and_nothing_has_left(mails: Workspace, hub: Taken):
    TOOLS["propose_fixes"].run(mails, {"dataset": "mails"})
    arguments = {"dataset": "mails", "repository": "ana/mails"}
    shown = TOOLS["publish_dataset"].show_first(mails, arguments)
    assert "private, so that only your account" in shown.text
    assert "All of these columns leave this machine: text, label, split" in shown.text
    assert [table.title for table in shown.tables][-1] == "The card"
    assert "EVERYONE" in TOOLS["publish_dataset"].show_first(mails, {**arguments, "public": True}).text
    assert not hub.private and not hub.files


def test_private_data_never_goes_into_a_public_repository(mails: Workspace, hub: Taken):
    hub.private["ana/open"] = False
    with pytest.raises(StoreError, match="ana/open is there already and is public, so nothing was uploaded"):
        said_yes(mails, "publish_dataset", dataset="mails", repository="ana/open")
    assert not hub.files and not hub.large
    assert not [path for path in mails.folder.iterdir() if path.name.startswith(".publishing")]


def test_a_token_that_may_not_write_is_told_apart_from_none(
    mails: Workspace, hub: Taken, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("HF_TOKEN", "hf_read")
    with pytest.raises(StoreError, match="may not write to ana/mails .403.* Nothing was uploaded"):
        said_yes(mails, "publish_dataset", dataset="mails", repository="ana/mails")
    monkeypatch.delenv("HF_TOKEN")
    with pytest.raises(ToolError, match="needs a token of your account with write access"):
        TOOLS["publish_dataset"].show_first(mails, {"dataset": "mails", "repository": "ana/mails"})


def test_without_a_network_it_says_so_at_once(ws: Workspace, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HF_TOKEN", "hf_any")
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    began = time.monotonic()
    with pytest.raises(ToolError, match=r"Nothing was published: .* cannot be reached .* export the dataset as a file"):
        TOOLS["publish_dataset"].show_first(ws, {"dataset": "reviews", "repository": "ana/reviews"})
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(ToolError, match="HF_HUB_OFFLINE is set"):
        TOOLS["publish_dataset"].show_first(ws, {"dataset": "reviews", "repository": "ana/reviews"})
    assert time.monotonic() - began < 10
    with pytest.raises(ToolError, match="repository: string should match pattern"):
        TOOLS["publish_dataset"].show_first(ws, {"dataset": "reviews", "repository": "../reviews"})


def test_text_of_the_data_is_no_markup_in_the_card(empty: Workspace, load: Load, hub: Taken):
    load("text,label\none,[x](http://evil)\ntwo,<b>|b\nthree,[x](http://evil)\nfour,<b>|b\n")
    table = TOOLS["publish_dataset"].show_first(empty, {"dataset": "data", "repository": "a/b"}).tables[-1]
    card = "\n".join(line for (line,) in table.rows)
    assert r"\[x\](http://evil)" in card and r"\<b\>\|b" in card
