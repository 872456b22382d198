"""A comparison with a server, over real HTTP on this machine."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import Any, cast

import pytest

from store import TrainingRun
from tests.models.chat_server import Script, serving
from tools.evaluate._asking import Asking
from tools.evaluate._read_label import read_label
from tools.evaluate._rows import Question
from tools.evaluate._with_endpoint import KEY, endpoint
from tools.tool import ToolError

LABELS = ["delivery", "late delivery", "refund"]
TEXTS = ["It never came", "It came a week late", "I want my money back"]


def asking(labels: list[str] | None = None, *, task: str = "generate", heard: list[int] | None = None) -> Asking:
    run = cast(TrainingRun, SimpleNamespace(plan={"task": task, "labels": labels}, id="run-1"))
    talk = [] if task == "classify" else [{"role": "user", "content": "?"}]
    questions = [
        Question(n, [{**turn, "content": text} for turn in talk], text, "refund") for n, text in enumerate(TEXTS)
    ]
    return Asking(run, questions, "", lambda done, rows: (heard if heard is not None else []).append(done))


@contextmanager
def answering(*answers: str, **changes: Any) -> Iterator[Script]:
    script = Script()
    script.streams, script.answers = False, list(answers)
    for name, value in changes.items():
        setattr(script, name, value)
    with serving(script):
        yield script


def v1(script: Script) -> str:
    return script.url if script.url.endswith("/v1") else f"{script.url}/v1"


def test_a_server_is_asked_each_row_and_what_was_sent_is_told() -> None:
    heard = list[int]()
    with answering("On its way.", "", "Paid back.") as script:
        said = endpoint(asking(heard=heard), v1(script))
    assert said.answers == ["On its way.", "", "Paid back."] and heard == [1, 2, 3]
    assert [body["messages"][-1]["content"] for body in script.asked] == TEXTS
    assert all(body["temperature"] == 0 and body["model"] == "house-model" for body in script.asked)
    assert "3 rows were sent to http://127.0.0.1:" in said.notes[0] and "1 answer of it came back empty." in said.notes


def test_labels_are_told_and_read_from_what_is_written() -> None:
    with answering("**Delivery**.", "This is a late delivery.", "Either refund or delivery") as script:
        said = endpoint(asking(LABELS), v1(script))
    assert said.answers == ["delivery", "late delivery", "Either refund or delivery"]
    assert "Answer with one of these labels and nothing else: delivery, late delivery, refund." in str(script.asked[0])
    assert "1 answer of it named no one label, and counts as wrong." in said.notes
    assert "It was told the labels and wrote its answer" in said.notes[1]


def test_a_server_can_take_on_a_classifier() -> None:
    with answering(*["refund"] * 3) as script:
        assert endpoint(asking(LABELS, task="classify"), v1(script)).answers == ["refund"] * 3
    assert script.asked[2]["messages"][0]["content"].startswith("Which label fits this text?")
    assert script.asked[2]["messages"][0]["content"].endswith(TEXTS[2])


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("refund", "refund"),
        (" Refund.\n", "refund"),
        ('"late delivery"', "late delivery"),
        ("The label is: late delivery", "late delivery"),
        ("deliverymen came", None),
        ("refund, or else delivery", None),
        ("", None),
        ("退款", None),
    ],
)
def test_a_label_is_read_only_where_one_is_named(text: str, label: str | None) -> None:
    assert read_label(text, LABELS) == label


def test_a_key_is_taken_from_the_environment_and_asked_for_without(monkeypatch: pytest.MonkeyPatch) -> None:
    with answering(*["a"] * 3, key="secret") as script:
        with pytest.raises(ToolError, match=f"wants a key that it knows. Set {KEY}"):
            endpoint(asking(), v1(script))
        monkeypatch.setenv(KEY, "secret")
        assert len(endpoint(asking(), v1(script)).answers) == 3


def test_a_server_that_is_not_there_or_breaks_is_told_with_the_row() -> None:
    with answering() as script:
        url = v1(script)
    with pytest.raises(ToolError, match="No server answers at .* before the first row. Start it"):
        endpoint(asking(), url)
    with answering(refuse=(500, {"error": "out of memory"})) as script:
        with pytest.raises(ToolError, match="answered 500 before the first row.*out of memory"):
            endpoint(asking(), v1(script))
    with answering(models=[]) as script:
        with pytest.raises(ToolError, match="lists no model"):
            endpoint(asking(), v1(script))


@contextmanager
def raw(answer: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[str]:
    """A server that lists a model and answers the rest as it is told."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            pass

        def do_GET(self) -> None:
            send(self, json.dumps({"data": [{"id": "m"}]}).encode())

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            answer(self)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def send(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"<html>Welcome</html>", "something that is no JSON object after no rows of 3"),
        (b"[1, 2]", "something that is no JSON object"),
        (b'{"choices": []}', "without choices and a message"),
        (b'{"choices": [{"text": "old api"}]}', "without choices and a message"),
        (b"\xff\xfe\x00", "something that is no JSON object"),
    ],
)
def test_rubbish_is_refused(body: bytes, why: str) -> None:
    with raw(lambda handler: send(handler, body)) as url, pytest.raises(ToolError, match=why):
        endpoint(asking(), url)


def test_a_message_without_text_is_an_empty_answer() -> None:
    body = b'{"choices": [{"message": {"content": null}}]}'
    with raw(lambda handler: send(handler, body)) as url:
        assert endpoint(asking(), url).answers == ["", "", ""]


def test_a_server_that_says_nothing_is_given_up() -> None:
    over = threading.Event()
    with raw(lambda handler: over.wait(20) and None) as url:
        with pytest.raises(ToolError, match="gave no answer in time after no rows of 3, and was given up"):
            endpoint(asking(), url, silent_seconds=0.3)
        over.set()


def test_it_is_not_led_elsewhere() -> None:
    """A redirect to another machine is refused and not followed."""

    def lead(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(307)
        handler.send_header("Location", "http://203.0.113.7/v1/chat/completions")
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    with raw(lead) as url, pytest.raises(ToolError, match="answered 307"):
        endpoint(asking(), url, silent_seconds=2)


def test_a_proxy_of_the_environment_does_not_get_the_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://203.0.113.7:3128")
    monkeypatch.setenv("ALL_PROXY", "http://203.0.113.7:3128")
    with answering(*["a"] * 3) as script:
        assert len(endpoint(asking(), v1(script)).answers) == 3
