"""Local servers that stand in for the Hugging Face Hub and for a package index."""

import hashlib
import json
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from urllib.parse import unquote, urlsplit

COMMIT = "0123456789abcdef0123456789abcdef01234567"


class StandIn:
    """Serves files over HTTP, as well or as badly as a test asks.

    Attributes:
        files: Path to content.
        pages: Path to a JSON value or HTML text.
        requests: (method, path, Range header) of all that was asked.
        gated: Paths that need terms accepted first.
        cut_after: Break the connection off after so many bytes of a body, this many times in all.
        seconds_per_chunk: Wait before each 64 kB.
        knows_ranges: Whether a Range header is heeded.
    """

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.pages: dict[str, object] = {}
        self.headers: dict[str, dict[str, str]] = {}
        self.requests: list[tuple[str, str, str]] = []
        self.gated: list[str] = []
        self.cut_after: list[int] = []
        self.seconds_per_chunk = 0.0
        self.knows_ranges = True
        self.url = ""

    def asked(self, ending: str, method: str = "GET") -> list[str]:
        """Range headers of the requests for a path that ends so."""
        return [asked for did, path, asked in self.requests if did == method and path.endswith(ending)]

    def add_to_hub(self, repository: str, name: str, content: bytes) -> None:
        """Put a file into a repository, with the answers that the Hub's client asks for."""
        path = f"/{repository}/resolve/main/{name}"
        sha256 = hashlib.sha256(content).hexdigest()
        headers = {"X-Repo-Commit": COMMIT, "ETag": f'"{sha256}"', "X-Linked-Etag": f'"{sha256}"'}
        for revision in ("main", COMMIT):
            path = f"/{repository}/resolve/{revision}/{name}"
            self.files[path] = content
            self.headers[path] = {**headers, "X-Linked-Size": str(len(content))}
        tree = self.pages.setdefault(f"/api/models/{repository}/tree/{COMMIT}", [])
        assert isinstance(tree, list)
        tree.append({"type": "file", "path": name, "size": len(content), "oid": sha256[:40]})
        siblings = [{"rfilename": each["path"], "size": each["size"], "blobId": each["oid"]} for each in tree]
        info = {"id": repository, "modelId": repository, "sha": COMMIT, "siblings": siblings}
        self.pages[f"/api/models/{repository}/revision/main"] = info
        self.pages[f"/api/models/{repository}"] = info

    def add_to_index(self, project: str, version: str, members: dict[str, bytes], as_json: bool = True) -> bytes:
        """Put a wheel into the index, and return it."""
        wheel = wheel_of(members)
        name = f"{project.replace('-', '_')}-{version}-py3-none-any.whl"
        sha256 = hashlib.sha256(wheel).hexdigest()
        self.files[f"/files/{name}"] = wheel
        listed: dict[str, object] = {"filename": name, "url": f"../../files/{name}", "hashes": {"sha256": sha256}}
        older = {"filename": name.replace(version, "0.0.1"), "url": "../../files/old.whl", "hashes": {}}
        page = {"meta": {"api-version": "1.1"}, "name": project, "files": [older, {**listed, "size": len(wheel)}]}
        html = f'<a href="../../files/old.whl">old</a><a href="../../files/{name}#sha256={sha256}">{name}</a>'
        self.pages[f"/simple/{project}/"] = page if as_json else html
        return wheel


def wheel_of(members: dict[str, bytes]) -> bytes:
    """A wheel with these members, compressed as wheels are."""
    held = BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return held.getvalue()


class Handler(BaseHTTPRequestHandler):
    """Answers for the stand-in of its server."""

    protocol_version = "HTTP/1.1"
    server: "Server"

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        standin, path, asked = self.server.standin, unquote(urlsplit(self.path).path), self.headers.get("Range", "")
        standin.requests.append((self.command, path, asked))
        if path in standin.gated:
            self._send(403, b"", {"X-Error-Code": "GatedRepo"})
        elif path in standin.files:
            self._send_file(path, asked if standin.knows_ranges else "")
        elif path in standin.pages:
            page = standin.pages[path]
            kind = "text/html" if isinstance(page, str) else "application/vnd.pypi.simple.v1+json"
            body = page.encode() if isinstance(page, str) else json.dumps(page).encode()
            self._send(200, body, {"Content-Type": kind})
        elif path.startswith("/api/models/") or "/resolve/" in path:
            self._send(404, b"", {"X-Error-Code": "RepoNotFound"})
        else:
            self._send(200 if path == "/" else 404, b"", {})

    def _send_file(self, path: str, asked: str) -> None:
        content, headers = self.server.standin.files[path], dict(self.server.standin.headers.get(path, {}))
        start = int(asked.removeprefix("bytes=").partition("-")[0]) if asked else 0
        if start >= len(content):
            self._send(416, b"", {})
        elif asked:
            self._send(206, content[start:], {**headers, "Content-Range": f"bytes {start}-{len(content) - 1}/*"})
        else:
            self._send(200, content, headers)

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "HEAD":
            return
        standin = self.server.standin
        until = standin.cut_after.pop(0) if standin.cut_after and len(body) > standin.cut_after[0] else len(body)
        self.close_connection = until < len(body)
        for at in range(0, until, 65536):
            time.sleep(standin.seconds_per_chunk)
            self.wfile.write(body[at : min(at + 65536, until)])


class Server(ThreadingHTTPServer):
    """Many requests at a time, and no word about clients that hang up."""

    daemon_threads = True

    def __init__(self, standin: StandIn) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.standin = standin

    def handle_error(self, request: object, client_address: object) -> None:
        pass


@contextmanager
def serving(standin: StandIn) -> Iterator[StandIn]:
    """Run a stand-in on a free port of this machine."""
    server = Server(standin)
    standin.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield standin
    finally:
        server.shutdown()
        server.server_close()
