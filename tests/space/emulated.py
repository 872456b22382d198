"""The app as a Space runs it: `python app.py` in a read-only copy of the repository, with a Space's environment.

Of the repository only what git would push is there, and packages come from the environment of the tests, but for the
editable install of this repository: the copy stands first on the path, as `/app` does on a Space, and
`test_it_runs_from_the_copy` looks that nothing else was imported.
"""

import base64
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import itsdangerous

ROOT = Path(__file__).parents[2]
STARTING_SECONDS = 500
"""A Space may take half an hour; a busy machine takes minutes."""
SECRET = "the Space's own secret"
PARTS = ("app.py", "assistant", "tools", "store", "README.md", "LICENSE", "requirements.txt", "pre-requirements.txt")


class Space:
    """A running Space.

    Args:
        folder: Holds the copy of the repository, the home and the logs.
    """

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder, self.home = folder, folder / "home"
        self.app = folder / "app"
        if not self.app.exists():
            _copy(self.app)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self._settings = settings
        self.people: list[Person] = []
        self.process = self.start()

    def _environment(self) -> dict[str, str]:
        keep = {name: os.environ[name] for name in ("PATH", "LANG", "TUNEWRIGHT_EAR") if name in os.environ}
        return {
            **keep,
            "HOME": str(self.folder / "user"),
            "SYSTEM": "spaces",
            "SPACE_ID": "acme/tunewright",
            "SPACE_HOST": f"127.0.0.1:{self.port}",
            "SPACE_AUTHOR_NAME": "acme",
            "SPACE_REPO_NAME": "tunewright",
            "SPACE_TITLE": "Tunewright",
            "CPU_CORES": "2",
            "MEMORY": "16Gi",
            "ACCELERATOR": "none",
            "GRADIO_SERVER_NAME": "127.0.0.1",
            "GRADIO_TEMP_DIR": str(self.folder / "gradio"),
            "OAUTH_CLIENT_ID": "client",
            "OAUTH_CLIENT_SECRET": SECRET,
            "OAUTH_SCOPES": "openid profile",
            "OPENID_PROVIDER_URL": "https://huggingface.co",
            "HF_TOKEN": "hf_of_the_owner",
            "TUNEWRIGHT_HOME": str(self.home),
            "TUNEWRIGHT_PORT": str(self.port),
            "TUNEWRIGHT_MODEL": str(self.folder / "none.gguf"),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONUNBUFFERED": "1",
            **self._settings,
        }

    def start(self) -> "subprocess.Popen[bytes]":
        """Start it as the image of a Space does, and wait until the page is there."""
        environment = self._environment()
        (self.folder / "user").mkdir(exist_ok=True)
        with (self.folder / "log.txt").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "app.py"], cwd=self.app, env=environment, stdout=log, stderr=log
            )
        until = time.monotonic() + STARTING_SECONDS
        while time.monotonic() < until:
            assert process.poll() is None, (self.folder / "log.txt").read_text()
            try:
                httpx.get(f"{self.address}/robots.txt", timeout=5)
                return process
            except httpx.TransportError:
                time.sleep(0.2)
        process.kill()
        process.wait()
        raise AssertionError("the Space did not start")

    def kill(self) -> None:
        """End it as a machine that goes down would."""
        for person in self.people:
            person.http.close()
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def user(self, name: str) -> "Person":
        """Somebody who signed in with Hugging Face."""
        return Person(self, f"session={session(name)}")

    def guest(self) -> "Person":
        """Somebody who did not."""
        return Person(self, httpx.get(self.address + "/").headers["set-cookie"].split(";")[0])


class Person:
    """A browser, as far as the server can tell: it speaks HTTP, and may say anything."""

    def __init__(self, space: Space, cookie: str) -> None:
        self.space, self.cookie = space, cookie
        self.http = httpx.Client(base_url=space.address, headers={"Cookie": cookie}, timeout=60)
        self.session = uuid.uuid4().hex[:11]
        space.people.append(self)

    def call(self, handler: str, *data: Any, session: str | None = None) -> list[Any]:
        """Run one of the page's handlers through the queue, as its script does, and give what it answers.

        Raises:
            PermissionError: The server did not let the request pass.
        """
        config = self.http.get("/config").json()
        found = [each["id"] for each in config["dependencies"] if each["api_name"] == handler]
        number = found[0] if found else int(handler)
        hash_ = session or self.session
        told = {"data": list(data), "fn_index": number, "session_hash": hash_, "event_data": None, "trigger_id": None}
        joined = self.http.post("/gradio_api/queue/join", json=told)
        if joined.status_code != 200:
            raise PermissionError(f"{joined.status_code} {joined.text}")
        with self.http.stream("GET", "/gradio_api/queue/data", params={"session_hash": hash_}) as stream:
            for line in stream.iter_lines():
                said = json.loads(line.removeprefix("data:")) if line.startswith("data:") else {}
                if said.get("msg") == "process_completed":
                    assert said["success"], said
                    return said["output"]["data"]
        raise AssertionError("nothing came")

    def upload(self, name: str, content: bytes) -> str:
        """Bring a file; gives where the server put it."""
        answer = self.http.post("/gradio_api/upload", files={"files": (name, content)})
        if answer.status_code != 200:
            raise PermissionError(f"{answer.status_code} {answer.text}")
        return answer.json()[0]


def session(name: str, secret: str = SECRET, **more: Any) -> str:
    """The cookie that Gradio signs when somebody has signed in."""
    user = {"sub": f"id-of-{name}", "preferred_username": name, "name": name, "profile": "", "picture": ""}
    told = {"userinfo": user, **more}
    signer = itsdangerous.TimestampSigner(sha256(f"{secret}-v4".encode()).hexdigest())
    return signer.sign(base64.b64encode(json.dumps({"oauth_info": told}).encode())).decode()


@contextmanager
def space(folder: Path, **settings: str) -> Iterator[Space]:
    """A Space for a while."""
    running = Space(folder, **settings)
    try:
        yield running
    finally:
        running.kill()


def _copy(app: Path) -> None:
    """What is pushed, for reading only."""
    app.mkdir(parents=True)
    for name in PARTS:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, app / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(source, app / name)
    for path in [*app.rglob("*"), app]:
        path.chmod(0o555 if path.is_dir() else 0o444)
