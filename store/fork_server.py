"""Workers that begin at once: a process that has loaded what they need, and forks for each of them.

Loading torch, transformers and peft takes seconds of a processor, for every job anew. From the second job on, a process
keeps a fork server beside it. The server loads the modules of the workers that it is asked for, once, and does nothing
else: no thread runs and no model is loaded when it forks. It ends when the process that started it ends, or after a
while without work; the workers go on.
"""

import gc
import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
import threading
from importlib import import_module
from pathlib import Path
from typing import Any

from store.errors import NoSpace
from store.processes import born
from store.written import write_first

IDLE_SECONDS = 600
ANSWER_SECONDS = 120
"""Loading everything anew takes this long at most, on a busy machine."""
AFTER = 1
"""Jobs that a process starts by themselves before a server is worth its memory."""
BEGUN, FAILED = b"+", b"-"
"""What a worker says when its folder tells that it runs, or when this could not be written."""
READ_AT_LOADING = (
    "CUDA_",
    "HF_",
    "HUGGINGFACE_",
    "MKL_",
    "OMP_",
    "OPENBLAS_",
    "PYTHON",
    "PYTORCH_",
    "TORCH",
    "TRANSFORMERS_",
)
"""How the variables begin that libraries read when they are loaded: one that loaded them with others is of no use."""


class ForkServer:
    """The fork server of this process.

    Linux alone: elsewhere, a fork of a process that has loaded these libraries is not safe.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked = 0
        self._server: subprocess.Popen[bytes] | None = None
        self._line: socket.socket | None = None
        self._loaded_with: dict[str, str] = {}

    def start(self, module: str, folder: Path, environment: dict[str, str]) -> bool:
        """Start a worker, which has said in its folder that it runs; False if it has to be started in the usual way."""
        with self._lock:
            self._asked += 1
            if sys.platform != "linux" or self._asked <= AFTER:
                return False
            try:
                return self._ask({"module": module, "folder": str(folder), "environment": environment})
            except OSError:
                self.close()
                return False

    def _ask(self, request: dict[str, Any]) -> bool:
        loaded_with = {
            name: value for name, value in request["environment"].items() if name.startswith(READ_AT_LOADING)
        }
        if self._server is None or self._server.poll() is not None or loaded_with != self._loaded_with:
            self._begin(request["environment"])
            self._loaded_with = loaded_with
        assert self._line
        self._line.sendall(json.dumps({**request, "cwd": str(Path.cwd())}).encode() + b"\n")
        return self._line.recv(len(BEGUN)) == BEGUN

    def _begin(self, environment: dict[str, str]) -> None:
        self.close()
        self._line, theirs = socket.socketpair()
        self._line.settimeout(ANSWER_SECONDS)
        with theirs:
            self._server = subprocess.Popen(
                [sys.executable, "-m", "store.fork_server", str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
                env=environment,
            )

    def close(self) -> None:
        """End the server; its workers go on."""
        if self._line:
            self._line.close()
        if self._server:
            self._server.kill()
            self._server.wait()
        self._line = self._server = None


FORK_SERVER = ForkServer()


def main(line: socket.socket) -> None:
    """Fork for every request that comes over the line; in a child, go on as the worker that was asked for."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the children, and they must leave no zombies
    with line, line.makefile() as asked:
        while select.select([line], [], [], IDLE_SECONDS)[0] and (text := asked.readline()):
            request: dict[str, Any] = json.loads(text)
            import_module(request["module"])
            gc.collect()
            gc.freeze()  # or else the first collection of each child would copy all pages
            if os.fork() == 0:
                try:
                    prepare(request)
                except (OSError, NoSpace):
                    line.sendall(FAILED)
                    raise
                line.sendall(BEGUN)
                break
        else:
            return
    sys.argv = [request["module"], request["folder"]]
    del sys.modules[request["module"]]
    runpy.run_module(request["module"], run_name="__main__", alter_sys=True)


def prepare(request: dict[str, Any]) -> None:
    """Make this process what `python -m MODULE FOLDER` would be, and say in the folder that it runs.

    Args:
        request: Its `module`, `folder`, `environment` and `cwd`.
    """
    folder = Path(request["folder"])
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["environment"])
    with (folder / "log.txt").open("ab") as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()  # Python's own generator does so by itself
    write_first(folder / "process.json", {"process": born()})


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
