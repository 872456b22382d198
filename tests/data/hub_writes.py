"""A stand-in for the Hugging Face Hub that takes datasets: repositories are made, files uploaded and committed."""

import base64
import hashlib
import json
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from tests.data.hub import DatasetHandler
from tests.weights.standin import COMMIT

LARGE = 2000
"""Bytes from which a file goes to the large file storage."""


@dataclass
class Taken:
    """What arrived: files by repository and path, whether each repository is private, and the tokens that came."""

    files: dict[str, dict[str, bytes]] = field(default_factory=dict)
    private: dict[str, bool] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)
    large: dict[str, bytes] = field(default_factory=dict)


class WritingHandler(DatasetHandler):
    """Answers to one token, `TOKEN`, that may write."""

    TOKEN = "hf_write"

    @property
    def taken(self) -> Taken:
        return self.server.taken  # type: ignore[attr-defined]

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path)
        repository = path.removeprefix("/api/datasets/")
        if repository in self.taken.private:
            private = self.taken.private[repository]
            self._json(200, {"id": repository, "sha": COMMIT, "private": private, "siblings": []})
        else:
            super().do_GET()

    def do_PUT(self) -> None:
        body = self._body()
        self.taken.large[hashlib.sha256(body).hexdigest()] = body
        self._send(200, b"", {})

    def do_POST(self) -> None:
        path = unquote(urlsplit(self.path).path)
        body, token = self._body(), self.headers.get("Authorization", "").removeprefix("Bearer ")
        self.taken.tokens.add(token)
        if token != self.TOKEN:
            self._json(403, {"error": "You have no right to write"})
        elif path == "/api/repos/create":
            self._create(json.loads(body))
        elif path == "/api/validate-yaml":
            self._json(200, {"errors": [], "warnings": []})
        elif "/preupload/" in path:
            modes = [
                {"path": f["path"], "uploadMode": "lfs" if f["size"] > LARGE else "regular", "shouldIgnore": False}
                for f in json.loads(body)["files"]
            ]
            self._json(200, {"files": modes})
        elif path.endswith("/info/lfs/objects/batch"):
            self._batch(json.loads(body)["objects"])
        elif "/commit/" in path:
            self._commit("/".join(path.split("/")[3:5]), body)
        else:
            self._json(404, {"error": path})

    def _create(self, asked: dict[str, object]) -> None:
        repository = f"{asked['organization']}/{asked['name']}" if asked.get("organization") else str(asked["name"])
        there = repository in self.taken.private
        self.taken.private.setdefault(repository, asked.get("visibility") == "private")
        self._json(409 if there else 200, {"url": f"{self._here}/datasets/{repository}", "error": "there already"})

    def _batch(self, objects: list[dict[str, object]]) -> None:
        actions = [
            {**each, "actions": {"upload": {"href": f"{self._here}/large/{each['oid']}", "header": {}}}}
            for each in objects
        ]
        self._json(200, {"transfer": "basic", "objects": actions}, "application/vnd.git-lfs+json")

    def _commit(self, repository: str, body: bytes) -> None:
        files = self.taken.files.setdefault(repository, {})
        for line in map(json.loads, body.splitlines()):
            value = line["value"]
            if line["key"] == "file":
                files[value["path"]] = base64.b64decode(value["content"])
            elif line["key"] == "lfsFile":
                files[value["path"]] = self.taken.large[value["oid"]]
        self._json(
            200,
            {
                "commitUrl": f"{self._here}/datasets/{repository}/commit/{COMMIT}",
                "commitOid": COMMIT,
                "pullRequestUrl": None,
            },
        )

    @property
    def _here(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def _json(self, status: int, value: object, kind: str = "application/json") -> None:
        self._send(status, json.dumps(value).encode(), {"Content-Type": kind})
