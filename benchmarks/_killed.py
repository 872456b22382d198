"""The operations that `benchmarks.kill` kills, and the program that does them in a fork of itself and kills that."""

import json
import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import IO, Any

from store import Workspace
from tools import TOOLS

ROOT = Path(__file__).parent.parent
ROWS = 20_000
FORMS = ("csv", "jsonl", "parquet")
KINDS = ["exact_duplicates", "stray_whitespace", "email_addresses"]
Point = tuple[str, str, int]
"""Where to kill: "call" or "return", the name of a function, and at which of its calls, from 1."""


@dataclass(frozen=True)
class Operation:
    """What is killed: how a workspace is made ready for it, and what is done, again where it was not finished."""

    prepare: Callable[[Workspace], None]
    run: Callable[[Workspace], None]


def call(ws: Workspace, tool: str, **arguments: Any) -> None:
    """Run a tool, the yes typed with it."""
    with ws.approvals.typed(tool, arguments):
        TOOLS[tool].run(ws, arguments)


def write_rows(ws: Workspace) -> None:
    """Upload a file with things to mend in it."""
    with (ws.uploads / "big.csv").open("w") as file:
        file.write("text,label\n")
        for n in range(ROWS):
            which = n % (ROWS - ROWS // 40)
            text = f"a big problem  with invoice {which} for the customer who writes as user{which % 97}@mail.example"
            file.write(f"{text},{'abc'[which % 3]}\n")


def loaded(ws: Workspace) -> None:
    """Load it."""
    write_rows(ws)
    load(ws)


def load(ws: Workspace) -> None:
    """Bring the upload in, if it is not."""
    if "big" not in ws.datasets.names():
        call(ws, "load_dataset", source="big.csv")


def proposed(ws: Workspace) -> None:
    """Have fixes to apply."""
    loaded(ws)
    TOOLS["propose_fixes"].run(ws, {"dataset": "big", "kinds": KINDS})


def apply(ws: Workspace) -> None:
    """Apply those that are open."""
    if ws.fixes.all("big", state="open"):
        call(ws, "apply_fixes", dataset="big")


def augment(ws: Workspace) -> None:
    """Grow the dataset, if it did not grow."""
    if ws.datasets.head("big").number == 1:
        call(ws, "augment_dataset", dataset="big", rows=300)


def export(ws: Workspace) -> None:
    """Write it in every form."""
    for form in FORMS:
        call(ws, "export_dataset", dataset="big", format=form)


def undo(ws: Workspace) -> None:
    """Take the first step back alone, if it was not."""
    if not any(change.sentence.startswith("Undid") for change in ws.datasets.history("big")):
        call(ws, "undo_step", dataset="big", step=2)


OPERATIONS = {
    "load": Operation(write_rows, load),
    "apply": Operation(proposed, apply),
    "augment": Operation(loaded, augment),
    "export": Operation(loaded, export),
}
AFTERWARDS = {"undo": undo}
"""What can be done, and killed, once an operation is finished."""


def prepared(folder: Path, operation: str) -> Path:
    """The folder of a workspace that is ready for an operation."""
    home = folder / operation
    with Workspace(home) as ws:
        OPERATIONS[operation].prepare(ws)
    return home


class Killer:
    """A program that has everything imported, and does an operation in a fork of itself, which it may kill."""

    def __init__(self, into: IO[str], out: IO[str]) -> None:
        self._into, self._out = into, out

    def run(self, home: Path, operation: str, *, point: Point | None = None, after: float | None = None) -> float:
        """Do an operation, and kill it at a point or after so many seconds.

        Returns:
            The seconds that it took; negative where it was killed.

        Raises:
            RuntimeError: It failed by itself; what it said is on stderr.
        """
        self._into.write(json.dumps({"home": str(home), "operation": operation, "point": point, "after": after}) + "\n")
        self._into.flush()
        told = json.loads(self._out.readline())
        if told["code"] not in (0, -signal.SIGKILL):
            raise RuntimeError(f"{operation} ended with {told['code']}")
        return -told["seconds"] if told["code"] else told["seconds"]


@contextmanager
def killer() -> Iterator[Killer]:
    """Start the program."""
    command = [sys.executable, "-m", "benchmarks._killed"]
    program = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert program.stdin and program.stdout
    try:
        yield Killer(program.stdin, program.stdout)
    finally:
        program.stdin.close()
        program.wait()
        program.stdout.close()


def serve() -> None:
    """Answer what a `Killer` asks, a line each. No connection is open here, so that a fork starts clean."""
    import pandas  # noqa: F401 - what tools import late would be imported in every fork
    import pyarrow.parquet  # noqa: F401

    for line in sys.stdin:
        asked = json.loads(line)
        began = time.monotonic()
        child = os.fork()
        if not child:
            _do(Path(asked["home"]), asked["operation"], asked["point"])
        if asked["after"] is not None:
            time.sleep(max(0.0, asked["after"] - (time.monotonic() - began)))
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        code = os.waitstatus_to_exitcode(status)
        print(json.dumps({"code": code, "seconds": time.monotonic() - began}), flush=True)


def _do(home: Path, operation: str, point: Point | None) -> None:
    try:
        if point:
            sys.setprofile(_trap(*point))
        with Workspace(home) as ws:
            (AFTERWARDS.get(operation) or OPERATIONS[operation].run)(ws)
        os._exit(0)
    except BaseException:  # noqa: BLE001 - a fork must not go on as its parent
        traceback.print_exc()
        os._exit(1)


def _trap(wanted: str, name: str, nth: int) -> Callable[[FrameType, str, Any], None]:
    """A profiler that kills its own process at a point."""
    left_ = nth

    def watch(frame: FrameType, event: str, _: Any) -> None:
        nonlocal left_
        if event == wanted and frame.f_code.co_qualname == name:
            left_ -= 1
            if not left_:
                os.kill(os.getpid(), signal.SIGKILL)

    return watch


if __name__ == "__main__":
    serve()
