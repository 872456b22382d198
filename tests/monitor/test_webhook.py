"""Alerts reach another program signed, are sent again, and go nowhere else."""

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from store import Workspace
from store.requests import Alert
from tests.monitor.asked import record, request, serve
from tests.waiting import until
from tools.monitor._watcher import Watch
from tools.monitor._webhook import ADDRESS, MOST_WAITING, SECRET, SIGNATURE, Webhook, refuse_address
from tools.tool import ToolError

ALERT = Alert("tickets", "errors", "30 of the last 100 requests failed.", {"bad": 30}, 1_800_000_000.0, 4)


@contextmanager
def listening(*answers: int) -> Iterator[tuple[str, list[tuple[str, bytes]]]]:
    """A program that takes alerts, and answers with these statuses in turn, the last one for ever."""
    heard: list[tuple[str, bytes]] = []

    class Listens(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard.append((self.headers.get(SIGNATURE, ""), body))
            self.send_response(answers[min(len(heard), len(answers)) - 1])
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Listens)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/alerts", heard
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_an_alert_is_signed_and_sent_until_it_is_taken(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(SECRET, "between us")
    with listening(500, 503, 200) as (address, heard):
        webhook = Webhook(address, pauses=(0, 0, 0, 0))
        webhook.send(ALERT)
        until(lambda: len(heard) == 3, 20)
        webhook.close()
    assert len(heard) == 3
    signature, body = heard[-1]
    expected = hmac.new(b"between us", b"1800000000." + body, hashlib.sha256).hexdigest()
    assert signature == f"t=1800000000,v1={expected}"
    assert json.loads(body)["sentence"] == ALERT.sentence


def test_without_a_secret_nothing_is_signed_and_a_refusal_ends_it(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv(SECRET, raising=False)
    with listening(404, 200) as (address, heard):
        webhook = Webhook(address, pauses=(0, 0))
        webhook.send(ALERT)
        webhook.send(ALERT)
        until(lambda: len(heard) == 2, 20)
        webhook.close()
    assert [signature for signature, _ in heard] == ["", ""]


def test_what_the_watcher_notices_is_sent(empty: Workspace, monkeypatch: pytest.MonkeyPatch):
    serve(empty)
    record(empty, *(request(outcome="failed", status=500) for _ in range(60)))
    with listening(200) as (address, heard):
        monkeypatch.setenv(ADDRESS, address)
        watch = Watch(empty, "tickets")
        (alert,) = watch.look()
        until(lambda: heard, 20)
        watch.close()
    assert json.loads(heard[0][1])["id"] == alert.id


def test_nobody_waits_for_a_program_that_does_not_listen():
    webhook = Webhook("http://127.0.0.1:9", pauses=(0, 3600))
    begun = time.monotonic()
    for _ in range(MOST_WAITING + 20):
        webhook.send(ALERT)
    webhook.close()
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize(
    "address",
    [
        "http://hooks.example.com/x",
        "https://10.0.0.8/x",
        "https://169.254.169.254/latest/meta-data",
        "https://user:pass@127.0.0.1/x",
        "ftp://127.0.0.1/x",
        "file:///etc/passwd",
        "http://127.0.0.1.nip.io/x",
        "nonsense",
    ],
)
def test_alerts_go_only_over_https_to_the_open_internet_or_to_this_machine(address: str):
    with pytest.raises(ToolError):
        refuse_address(address)


@pytest.mark.parametrize("address", ["http://127.0.0.1:9000/x", "http://localhost:9000", "http://[::1]:9000/x"])
def test_a_program_on_this_machine_may_be_told(address: str):
    refuse_address(address)
