"""A local server that speaks OpenAI's chat completions and says what a test wrote for it."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from math import log
from typing import Any


class Script:
    """What the server says and what it was asked.

    Attributes:
        answers: The next answers, in order; each is streamed word by word.
        ahead: The likely next pieces of the answers that ask for them, in order, with log-probabilities; a server
            that has none left refuses to tell them.
        weighs: Tells how likely each next piece is from the body of a request for chances that is not streamed.
        models: What it lists.
        key: What it wants to see, or empty.
        refuse: A status and a body to answer everything with instead.
        streams: Whether it can stream.
        breaks: Whether it breaks off with an error in the middle of a stream.
        asked: The bodies of the requests.
    """

    def __init__(self) -> None:
        self.answers: list[str] = []
        self.ahead: list[dict[str, float]] = []
        self.weighs: Callable[[dict[str, Any]], dict[str, float]] | None = None
        self.models: list[str] = ["house-model"]
        self.key = ""
        self.refuse: tuple[int, dict[str, Any]] | None = None
        self.streams = True
        self.breaks = False
        self.asked: list[dict[str, Any]] = []
        self.url = ""


class Handler(BaseHTTPRequestHandler):
    """Answers from the script of its server."""

    server: "Server"

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        if self._let_in():
            self._send_json(200, {"data": [{"id": name} for name in self.server.script.models]})

    def do_POST(self) -> None:
        script = self.server.script
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        script.asked.append(body)
        if not self._let_in():
            return
        if body.get("logprobs") and script.weighs:
            likely = [{"token": piece, "logprob": log(chance)} for piece, chance in script.weighs(body).items()]
            said = {"message": {"role": "assistant", "content": likely[0]["token"]}, "finish_reason": "length"}
            self._send_json(200, {"choices": [{**said, "logprobs": {"content": [{"top_logprobs": likely}]}}]})
            return
        if body.get("logprobs") and not script.ahead:
            self._send_json(400, {"error": {"message": "logprobs are not supported"}})
            return
        text = script.answers.pop(0)
        usage = {"prompt_tokens": 21, "completion_tokens": 7, "prompt_tokens_details": {"cached_tokens": 5}}
        finish = "length" if len(text) > 4 * body["max_tokens"] else "stop"
        if not script.streams:
            choice = {"message": {"role": "assistant", "content": text}, "finish_reason": finish}
            self._send_json(200, {"choices": [choice], "usage": usage})
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        self._event({"choices": [{"delta": {"role": "assistant", "content": None}}]})
        pieces = script.ahead.pop(0) if body.get("logprobs") else {}
        likely = [{"token": piece, "logprob": chance} for piece, chance in pieces.items()]
        for word in text.split(" "):
            told = {"logprobs": {"content": [{"token": word, "top_logprobs": likely}]}} if likely else {}
            self._event({"choices": [{"delta": {"content": word + " "}, **told}]})
            if script.breaks:
                self._event({"error": {"message": "out of memory"}})
        self._event({"choices": [{"delta": {}, "finish_reason": finish}]})
        self._event({"choices": [], "usage": usage})
        self.wfile.write(b"data: [DONE]\n\n")

    def _let_in(self) -> bool:
        script = self.server.script
        if script.refuse:
            self._send_json(*script.refuse)
        elif script.key and self.headers.get("Authorization") != f"Bearer {script.key}":
            self._send_json(401, {"error": {"message": "wrong key"}})
        elif not self.path.startswith("/v1/"):
            self._send_json(404, {"error": "no such page"})
        else:
            return True
        return False

    def _send_json(self, status: int, value: dict[str, Any]) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _event(self, value: dict[str, Any]) -> None:
        self.wfile.write(f"data: {json.dumps(value)}\n\n".encode())


class Server(ThreadingHTTPServer):
    """Serves one script, and says nothing about clients that hang up."""

    daemon_threads = True

    def __init__(self, script: Script) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.script = script

    def handle_error(self, request: object, client_address: object) -> None:
        pass


@contextmanager
def serving(script: Script) -> Iterator[Script]:
    """Run the server on a free port of this machine."""
    server = Server(script)
    script.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield script
    finally:
        server.shutdown()
        server.server_close()
