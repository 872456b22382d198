"""A stand-in for the Hugging Face Hub that keeps models and Spaces with their history, in memory."""

import base64
import hashlib
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.weights.standin import Handler

LARGE = 2000
"""Bytes from which a file goes to the large file storage."""


@dataclass
class Repository:
    """Files by path, as they were at each commit; the first commit is empty."""

    private: bool
    commits: list[tuple[str, dict[str, bytes]]] = field(default_factory=lambda: [("0" * 40, {})])

    def at(self, revision: str) -> dict[str, bytes] | None:
        if revision == "main":
            return self.commits[-1][1]
        return next((files for sha, files in self.commits if sha.startswith(revision)), None)


@dataclass
class Hub:
    """What is on the stand-in, what its tokens may do, and which tokens came."""

    repositories: dict[str, Repository] = field(default_factory=dict)
    """By kind and name: models/ana/tickets."""
    tokens: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What `whoami` tells of each."""
    came: set[str] = field(default_factory=set)
    large: dict[str, bytes] = field(default_factory=dict)


class HubHandler(Handler):
    """Speaks the part of the Hub's HTTP interface that pushing, reading and copying need."""

    @property
    def hub(self) -> Hub:
        return self.server.hub  # type: ignore[attr-defined]

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path).strip("/").split("/")
        if path == ["api", "whoami-v2"]:
            return self._whoami()
        if len(path) > 2 and "resolve" in path:
            return self._resolve(path)
        if path[0] == "api" and len(path) >= 4:
            name, rest = "/".join(path[1:4]), path[4:]
            if name not in self.hub.repositories:
                return self._json(404, {"error": "Repository not found"}, {"X-Error-Code": "RepoNotFound"})
            return self._told(name, rest)
        self._json(200, {})

    def do_PUT(self) -> None:
        body = self._body()
        self.hub.large[hashlib.sha256(body).hexdigest()] = body
        self._send(200, b"", {})

    def do_POST(self) -> None:
        path, body = unquote(urlsplit(self.path).path), self._body()
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        self.hub.came.add(token)
        if token not in self.hub.tokens or self.hub.tokens[token].get("role") == "read":
            return self._json(403, {"error": "You have no right to write"})
        parts = path.strip("/").split("/")
        if path == "/api/repos/create":
            return self._create(json.loads(body))
        if path == "/api/validate-yaml":
            return self._json(200, {"errors": [], "warnings": []})
        if path.endswith("/info/lfs/objects/batch"):
            return self._batch(json.loads(body)["objects"])
        name = "/".join(parts[1:4])
        if parts[4] == "preupload":
            modes = [
                {"path": f["path"], "uploadMode": "lfs" if f["size"] > LARGE else "regular", "shouldIgnore": False}
                for f in json.loads(body)["files"]
            ]
            return self._json(200, {"files": modes})
        if parts[4] == "paths-info":
            asked = json.loads(body)["paths"] if body.startswith(b"{") else parse_qs(body.decode()).get("paths", [])
            files = self.hub.repositories[name].at(parts[5]) or {}
            return self._json(200, [_entry(path, files[path]) for path in asked if path in files])
        self._commit(name, body)

    def _whoami(self) -> None:
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if token not in self.hub.tokens:
            return self._json(401, {"error": "Invalid token"})
        self._json(200, {"type": "user", "name": "ana", "orgs": [], "auth": {"accessToken": self.hub.tokens[token]}})

    def _told(self, name: str, rest: list[str]) -> None:
        repository = self.hub.repositories[name]
        files = repository.at(rest[1] if len(rest) > 1 else "main")
        if files is None:
            return self._json(404, {"error": "no such revision"}, {"X-Error-Code": "RevisionNotFound"})
        if rest[:1] == ["tree"]:
            below = "".join(f"{part}/" for part in rest[2:])
            found = [_entry(path, content) for path, content in sorted(files.items()) if path.startswith(below)]
            missing = {"X-Error-Code": "EntryNotFound"}
            return self._json(200, found) if found or not below else self._json(404, {"error": "none"}, missing)
        siblings = [{"rfilename": path, "size": len(content)} for path, content in files.items()]
        sha = repository.commits[-1][0]
        id_ = name.split("/", 1)[1]
        self._json(200, {"id": id_, "sha": sha, "private": repository.private, "siblings": siblings, "tags": []})

    def _resolve(self, path: list[str]) -> None:
        kind, start = (path[0], 1) if path[0] in ("spaces", "datasets") else ("models", 0)
        name = "/".join([kind, *path[start : start + 2]])
        files = self.hub.repositories[name].at(path[start + 3]) if name in self.hub.repositories else None
        content = (files or {}).get("/".join(path[start + 4 :]))
        if content is None:
            return self._json(404, {"error": "no such file"}, {"X-Error-Code": "EntryNotFound"})
        digest = hashlib.sha256(content).hexdigest()
        sha = self.hub.repositories[name].commits[-1][0]
        self._send(200, content, {"X-Repo-Commit": sha, "ETag": f'"{digest}"', "X-Linked-Size": str(len(content))})

    def _create(self, asked: dict[str, Any]) -> None:
        id_ = f"{asked['organization']}/{asked['name']}" if asked.get("organization") else str(asked["name"])
        name = f"{asked.get('type') or 'model'}s/{id_}"
        there = name in self.hub.repositories
        private = asked.get("visibility") == "private" or bool(asked.get("private"))
        self.hub.repositories.setdefault(name, Repository(private))
        url = f"{self._here}/{id_}" if name.startswith("models") else f"{self._here}/{name}"
        self._json(409 if there else 200, {"url": url, "error": "there already"})

    def _batch(self, objects: list[dict[str, Any]]) -> None:
        actions = [
            {**each, "actions": {"upload": {"href": f"{self._here}/large/{each['oid']}", "header": {}}}}
            for each in objects
        ]
        self._json(
            200, {"transfer": "basic", "objects": actions}, {"Content-Type": "application/vnd.git-lfs+json"}
        )  # fmt: skip

    def _commit(self, name: str, body: bytes) -> None:
        repository = self.hub.repositories[name]
        files = dict(repository.commits[-1][1])
        for line in map(json.loads, body.splitlines()):
            value = line["value"]
            match line["key"]:
                case "file":
                    files[value["path"]] = base64.b64decode(value["content"])
                case "lfsFile":
                    files[value["path"]] = self.hub.large[value["oid"]]
                case "deletedFile":
                    del files[value["path"]]
        sha = hashlib.sha1(f"{name} {len(repository.commits)}".encode(), usedforsecurity=False).hexdigest()
        repository.commits.append((sha, files))
        self._json(
            200, {"commitUrl": f"{self._here}/{name}/commit/{sha}", "commitOid": sha, "pullRequestUrl": None}
        )  # fmt: skip

    @property
    def _here(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def _json(self, status: int, value: object, headers: dict[str, str] | None = None) -> None:
        self._send(status, json.dumps(value).encode(), {"Content-Type": "application/json", **(headers or {})})


def _entry(path: str, content: bytes) -> dict[str, Any]:
    digest = hashlib.sha256(content).hexdigest()
    entry: dict[str, Any] = {"type": "file", "path": path, "size": len(content), "oid": digest[:40]}
    if len(content) > LARGE:
        entry["lfs"] = {"oid": digest, "size": len(content), "pointerSize": 130}
    return entry
