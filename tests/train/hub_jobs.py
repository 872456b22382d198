"""A stand-in for Hugging Face Jobs: a job is really run, by a process of this machine, and its log is streamed."""

import hashlib
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tests.data.hub_writes import Taken, WritingHandler
from tests.weights.standin import COMMIT, Server, StandIn

OWNER = "ana"


@dataclass
class Job:
    """One that was started."""

    spec: dict[str, object]
    process: subprocess.Popen[bytes]
    log: Path
    cancelled: bool = False

    @property
    def stage(self) -> str:
        code = self.process.poll()
        return "RUNNING" if code is None else "CANCELED" if self.cancelled else "ERROR" if code else "COMPLETED"


class JobsHandler(WritingHandler):
    """Answers about jobs, and gives back the files that were committed."""

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path)
        parts = path.strip("/").split("/")
        if path == "/api/whoami-v2":
            self._json(200, {"name": OWNER, "type": "user"})
        elif path == "/api/jobs/hardware":
            self._json(200, [_hardware("a10g-small", 0.02), _hardware("cpu-upgrade", 0.0005)])
        elif parts[:2] == ["api", "jobs"] and parts[-1] == "logs":
            self._logs(self.jobs[int(parts[3])])
        elif parts[:2] == ["api", "jobs"]:
            self._json(200, self._told(int(parts[3])))
        elif "/datasets/" in path and (repository := self._repository(path)) in self.taken.private:
            self._read(path, repository)
        else:
            super().do_GET()

    def do_POST(self) -> None:
        path = unquote(urlsplit(self.path).path)
        parts = path.strip("/").split("/")
        if parts[:2] == ["api", "jobs"] and parts[-1] == "cancel":
            job = self.jobs[int(parts[3])]
            job.cancelled = True
            job.process.terminate()
            self._json(200, {})
        elif parts[:2] == ["api", "jobs"]:
            self._start(json.loads(self._body()))
        elif path.endswith("/paths-info/main") or "/paths-info/" in path:
            asked = self._body().decode()
            files = self.taken.files.get(self._repository(path), {})
            self._json(200, [_entry(name, files[name]) for name in files if f'"{name}"' in asked or name in asked])
        else:
            super().do_POST()

    def do_DELETE(self) -> None:
        asked = json.loads(self._body())
        repository = f"{asked.get('organization') or OWNER}/{asked['name'].rpartition('/')[2]}"
        self.taken.private.pop(repository, None)
        self.taken.files.pop(repository, None)
        self._json(200, {})

    @property
    def jobs(self) -> list[Job]:
        return self.server.jobs  # type: ignore[attr-defined]

    def _start(self, spec: dict[str, object]) -> None:
        folder: Path = self.server.folder / f"job-{len(self.jobs)}"  # type: ignore[attr-defined]
        (folder / "bin").mkdir(parents=True)
        for name, does in {"pip": "exit 0", "python": f'exec {sys.executable} "$@"'}.items():
            (folder / "bin" / name).write_text(f"#!/bin/sh\n{does}\n")
            (folder / "bin" / name).chmod(0o755)
        given = {**spec["environment"], **spec["secrets"]}  # type: ignore[dict-item]
        kept = {name: os.environ[name] for name in ("HOME", "LANG") if name in os.environ}
        environment = (
            kept | given | {"HF_ENDPOINT": self._here, "TUNEWRIGHT_LOOK_SECONDS": "0.3", "HF_HUB_DISABLE_XET": "1"}
        )
        environment |= {"PATH": f"{folder / 'bin'}:{os.environ['PATH']}", "HF_HOME": str(folder / "hf")}
        with (folder / "log.txt").open("wb") as log:
            command = [str(part) for part in spec["command"]]  # type: ignore[attr-defined]
            process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
        self.jobs.append(Job(spec, process, folder / "log.txt"))
        self._json(200, self._told(len(self.jobs) - 1))

    def _told(self, number: int) -> dict[str, object]:
        job = self.jobs[number]
        owner = {"id": "1", "name": OWNER, "type": "user"}
        return {"id": str(number), "owner": owner, "status": {"stage": job.stage, "message": None}}

    def _logs(self, job: Job) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        with job.log.open() as log:
            while True:
                over = job.process.poll() is not None
                for line in log.read().splitlines():
                    self.wfile.write(f"data: {json.dumps({'data': line, 'timestamp': ''})}\n\n".encode())
                self.wfile.flush()
                if over:
                    break
                time.sleep(0.1)
        self.close_connection = True

    def _repository(self, path: str) -> str:
        return "/".join(path.removeprefix("/api").removeprefix("/datasets/").split("/")[:2])

    def _read(self, path: str, repository: str) -> None:
        files = self.taken.files.get(repository, {})
        if "/resolve/" in path:
            name = path.split("/resolve/")[1].partition("/")[2]
            if name in files:
                etag = _entry(name, files[name])["oid"]
                self._send(200, files[name], {"X-Repo-Commit": COMMIT, "ETag": f'"{etag}"'})
            else:
                self._send(404, b"", {"X-Error-Code": "EntryNotFound", "X-Repo-Commit": COMMIT})
        elif "/tree/" in path:
            self._json(200, [_entry(name, content) for name, content in files.items()])
        else:
            siblings = [{"rfilename": name} for name in files]
            told = {"id": repository, "sha": COMMIT, "private": self.taken.private[repository], "siblings": siblings}
            self._json(200, told)

    def _commit(self, repository: str, body: bytes) -> None:
        files = self.taken.files.setdefault(repository, {})
        for line in map(json.loads, body.splitlines()):
            if line["key"] == "deletedFile":
                files.pop(line["value"]["path"], None)
        super()._commit(repository, body)


def _entry(name: str, content: bytes) -> dict[str, object]:
    return {"type": "file", "path": name, "size": len(content), "oid": hashlib.sha1(content).hexdigest()}


def _hardware(name: str, a_minute: float) -> dict[str, object]:
    told = {"name": name, "prettyName": name, "cpu": "2 vCPU", "ram": "16 GB", "unitLabel": "minute"}
    return told | {"unitCostMicroUSD": round(a_minute * 1e6), "unitCostUSD": a_minute}


@contextmanager
def serving_jobs(folder: Path) -> Iterator[Server]:
    """Run the stand-in; `taken` has what arrived and `jobs` what was started."""
    server = Server(StandIn())
    server.RequestHandlerClass = JobsHandler
    server.taken, server.jobs, server.folder = Taken(), [], folder  # type: ignore[attr-defined]
    server.standin.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield server
    finally:
        for job in server.jobs:  # type: ignore[attr-defined]
            job.process.kill()
        server.shutdown()
        server.server_close()
