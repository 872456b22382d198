"""Datasets on the stand-in for the Hugging Face Hub, with the answers that its client asks for."""

import hashlib
import json
from urllib.parse import parse_qs, unquote, urlsplit

from tests.weights.standin import COMMIT, Handler, StandIn


class DatasetHandler(Handler):
    """Answers about datasets, too."""

    def do_POST(self) -> None:
        """Which of these paths are there: `paths-info`."""
        path = unquote(urlsplit(self.path).path)
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        asked = json.loads(body)["paths"] if body.startswith("{") else parse_qs(body).get("paths", [])
        tree = self.server.standin.pages.get(path.replace("/paths-info/", "/tree/"), [])
        assert isinstance(tree, list)
        found = json.dumps([entry for entry in tree if entry["path"] in asked]).encode()
        self._send(200, found, {"Content-Type": "application/json"})

    def do_GET(self) -> None:
        """As for models; what is not there has the Hub's error codes."""
        standin, path = self.server.standin, unquote(urlsplit(self.path).path)
        repository = "/".join(path.removeprefix("/api").removeprefix("/datasets/").split("/")[:2])
        if "/datasets/" not in path or path in standin.pages or path in standin.files:
            super().do_GET()
        elif f"/api/datasets/{repository}" in standin.pages:
            missing = "RevisionNotFound" if "/revision/" in path else "EntryNotFound"
            self._send(404, b"", {"X-Error-Code": missing, "X-Repo-Commit": COMMIT})
        else:
            self._send(404, b"", {"X-Error-Code": "RepoNotFound"})


def add_dataset(
    standin: StandIn, repository: str, files: dict[str, bytes], card: dict[str, object] | None = None
) -> None:
    """Put a dataset repository on the stand-in, with the metadata of its card."""
    tree: list[dict[str, object]] = []
    for name, content in files.items():
        digest = hashlib.sha256(content).hexdigest()
        tree.append({"type": "file", "path": name, "size": len(content), "oid": digest[:40]})
        for revision in ("main", COMMIT):
            path = f"/datasets/{repository}/resolve/{revision}/{name}"
            standin.files[path] = content
            standin.headers[path] = {"X-Repo-Commit": COMMIT, "ETag": f'"{digest}"', "X-Linked-Size": str(len(content))}
    siblings = [{"rfilename": entry["path"], "size": entry["size"], "blobId": entry["oid"]} for entry in tree]
    info = {"id": repository, "sha": COMMIT, "siblings": siblings, "tags": [], "private": False, "gated": False}
    info |= {"cardData": card} if card else {}
    standin.pages[f"/api/datasets/{repository}"] = info
    for revision in ("main", COMMIT):
        standin.pages[f"/api/datasets/{repository}/revision/{revision}"] = info
        standin.pages[f"/api/datasets/{repository}/tree/{revision}"] = tree
