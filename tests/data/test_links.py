"""Files behind links, from a real server on this machine; links into private networks are not followed."""

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from store import Workspace
from tests.data.conftest import rows_of, said_yes
from tools import TOOLS, ToolError
from tools.data import _link
from tools.data._address import ALLOW, is_public
from tools.data._link import name_in

MAILS = b"text,label\nhello there,a\nbye for now,b\n"


class Handler(BaseHTTPRequestHandler):
    """Serves what the server holds."""

    def do_GET(self) -> None:
        assert isinstance(self.server, Server)
        self.server.asked.append(self.path)
        status, headers, body = self.server.pages.get(self.path, (404, {}, b""))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    """Pages by path, and the paths that were asked for."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.pages: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.asked: list[str] = []

    def add(self, path: str, body: bytes, status: int = 200, **headers: str) -> str:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.pages[path] = (status, named, body)
        return f"http://127.0.0.1:{self.server_port}{path}"


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server on this machine, which links may lead to."""
    server = Server()
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    monkeypatch.setenv(ALLOW, "on")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    yield server
    server.shutdown()
    server.server_close()


def test_a_file_behind_a_link_is_loaded_and_nothing_else_stays(empty: Workspace, web: Server):
    result = said_yes(empty, "load_dataset", source=web.add("/data/mails.csv?token=x", MAILS))
    assert result.text.startswith("Loaded 2 rows from mails.csv as mails")
    assert len(rows_of(empty, "mails")) == 2
    assert web.asked == ["/data/mails.csv?token=x"]
    assert not [path for path in (empty.folder / ".links").rglob("*") if path.is_file()]


def test_what_is_loaded_is_what_was_shown(empty: Workspace, web: Server):
    url = web.add("/mails.csv", MAILS)
    shown = TOOLS["load_dataset"].show_first(empty, {"source": url})
    web.add("/mails.csv", MAILS + b"one more,c\n")
    with empty.approvals.typed("load_dataset", {"source": url}):
        TOOLS["load_dataset"].run(empty, {"source": url})
    assert "2 rows" in shown.text
    assert len(rows_of(empty, "mails")) == 2


def test_redirects_are_followed_and_names_come_from_the_server(empty: Workspace, web: Server):
    web.add("/there", MAILS, Content_Disposition='attachment; filename="../june.csv"')
    said_yes(empty, "load_dataset", source=web.add("/here", b"", 302, Location="/there"), name="june")
    assert empty.datasets.head("june").sentence == "Loaded 2 rows from june.csv."
    with pytest.raises(ToolError, match="from one place to the next and to no file"):
        said_yes(empty, "load_dataset", source=web.add("/loop", b"", 302, Location="/loop"))


def test_a_link_without_an_ending_is_read_by_what_the_server_says(empty: Workspace, web: Server):
    lines = b'{"text": "hello there", "label": "a"}\n'
    said_yes(empty, "load_dataset", source=web.add("/rows", lines, Content_Type="application/x-ndjson; charset=utf-8"))
    assert rows_of(empty, "rows") == [{"text": "hello there", "label": "a"}]


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        (200, b"<!doctype html><title>Sign in</title>", "is a web page"),
        (403, b"", "is not open to everyone"),
        (404, b"", "There is nothing at"),
        (500, b"", "answered 500 instead of a file"),
    ],
)
def test_what_is_no_file_is_told_in_a_sentence(empty: Workspace, web: Server, status: int, body: bytes, told: str):
    with pytest.raises(ToolError, match=told):
        TOOLS["load_dataset"].show_first(empty, {"source": web.add("/data.csv", body, status)})


def test_a_file_that_is_too_large_is_not_fetched(empty: Workspace, web: Server, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(_link, "MOST_BYTES", 1000)
    for headers in ({"Content_Length": "2000"}, {}):
        with pytest.raises(ToolError, match="is larger than the"):
            TOOLS["load_dataset"].show_first(empty, {"source": web.add("/data.csv", b"x" * 2000, **headers)})
    assert not [path for path in (empty.folder / ".links").rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    "link",
    [
        "http://127.0.0.1/x.csv",
        "http://localhost:7860/x.csv",
        "http://2130706433/x.csv",
        "http://0x7f.1/x.csv",
        "http://[::1]/x.csv",
        "http://[::ffff:10.0.0.1]/x.csv",
        "http://169.254.169.254/latest/meta-data/x.csv",
        "http://192.168.1.1/x.csv",
        "http://0.0.0.0/x.csv",
    ],
)
def test_links_into_this_machine_and_private_networks_are_refused(empty: Workspace, link: str):
    with pytest.raises(ToolError, match="leads into a private network or to this very machine"):
        TOOLS["load_dataset"].show_first(empty, {"source": link})


def test_a_redirect_into_a_private_network_is_refused(empty: Workspace, web: Server, monkeypatch: pytest.MonkeyPatch):
    """The first address counts as public here, as a server of an attacker would be."""
    monkeypatch.delenv(ALLOW)
    monkeypatch.setattr("tools.data._address.is_public", lambda address: address == "127.0.0.1")
    secret = web.add("/secret.csv", MAILS).replace("127.0.0.1", "127.0.0.2")
    with pytest.raises(ToolError, match="127.0.0.2.* leads into a private network"):
        TOOLS["load_dataset"].show_first(empty, {"source": web.add("/x.csv", b"", 302, Location=secret)})
    assert web.asked == ["/x.csv"]


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "64:ff9b::808:808"])
def test_public_addresses(address: str):
    assert is_public(address)


@pytest.mark.parametrize("address", ["64:ff9b::a00:1", "2002:a00:1::", "100.64.0.1", "fe80::1%eth0", "224.0.0.1", "::"])
def test_addresses_that_are_not_public(address: str):
    assert not is_public(address)


@pytest.mark.parametrize(
    ("link", "told"),
    [
        ("ftp://example.com/x.csv", "ftp:// links are not read"),
        ("file:///etc/passwd", "file:// links are not read"),
        ("https://ana:secret@example.com/x.csv", "A link with a user name or password in it is not followed"),
        ("https://[bad/x.csv", "is not a link that can be followed"),
        ("https://", "must begin with https:// and name a server"),
        ("http://no-such-server.invalid/x.csv", "There is no answer about no-such-server.invalid"),
    ],
)
def test_links_that_cannot_be_followed_say_why(empty: Workspace, link: str, told: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("no_proxy", "*")
    began = time.monotonic()
    with pytest.raises(ToolError, match=told) as error:
        TOOLS["load_dataset"].show_first(empty, {"source": link})
    assert "secret" not in str(error.value)
    assert time.monotonic() - began < 15


def test_pages_that_show_a_file_lead_to_the_file():
    assert name_in("https://github.com/a/b/blob/main/data/mails.csv") == "mails.csv"
    assert name_in("https://docs.google.com/spreadsheets/d/1a2b/edit#gid=0") == "export"
