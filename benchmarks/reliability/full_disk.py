"""Let the disk become full in every step of the whole job: is it told, is nothing lost, does it go on with room again?

`python -m benchmarks.reliability.full_disk [MOMENTS] [SEED]` (10) mounts a small disk of its own, which needs the
rights of root, walks the script there, and in load, apply, train, evaluate and chat leaves a random room, from nothing
to a little more than the step takes; every other time before the app opens the workspace, else after. The step is asked
for in the host that the page uses, as a person would, and what is shown is read. Then room is made, and the same host
is asked again. Prints a line for each step; exit code 1 where something was lost or half done, where a full disk was
not told in a sentence that says what to do, or where it did not go on.
"""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from assistant import think
from assistant.decide import Choice
from assistant.host import Host
from assistant.settings import Settings
from benchmarks.reliability.kills import Kept, half_done, kept
from benchmarks.reliability.walk import Step, resume, steps, upload
from store import StoreError, Workspace
from tests.scripted_model import ScriptedBrain
from tests.tiny_model import build

COUNTED = ("tried", "had room", "told", "lost", "half done", "gone on")
"""The columns: tries; those that had room enough; of the others, those that told what is full and what to do; those
after which something committed was not there or something was there in part; and those that came to their end, with
room again."""
WANTED = {
    "load": "load_dataset",
    "apply": "apply_fixes",
    "train": "start_training",
    "evaluate": "evaluate_run",
    "chat": "profile_dataset",
}
TELLS = ("disk is full", "Free some space")
DISK_MEGABYTES = 64
STUCK_SECONDS = 300
NO_RIGHTS = "A small disk can only be mounted by root, and here it cannot; nothing was tried."


@contextmanager
def small_disk(folder: Path) -> Generator[Path]:
    """A real disk of a few megabytes.

    Raises:
        PermissionError: It may not be mounted here.
    """
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MEGABYTES}m", "tmpfs", str(folder)]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise PermissionError(NO_RIGHTS) from error
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


class Disk:
    """The small disk: a workspace, and a file that takes the room."""

    def __init__(self, folder: Path) -> None:
        self.home, self._ballast, self._folder = folder / "home", folder / "ballast", folder

    @property
    def used(self) -> int:
        """Bytes."""
        return shutil.disk_usage(self._folder).used

    def leave(self, room: int) -> None:
        """Take all but so many bytes."""
        with self._ballast.open("wb") as file:
            file.write(b"1" * max(0, shutil.disk_usage(self._folder).free - room))

    def free(self) -> None:
        """Make room."""
        self._ballast.unlink(missing_ok=True)

    def put(self, ready: Path) -> None:
        """Put a workspace there as it was before a step."""
        shutil.rmtree(self.home, ignore_errors=True)
        shutil.copytree(ready, self.home)


class Person:
    """Somebody with the page open, who wants one step done."""

    def __init__(self, disk: Disk, step: Step) -> None:
        think.decide = lambda *_, **__: Choice(step.tool, dict(step.arguments))
        self._disk, self._step = disk, step
        self._host = Host(Settings(disk.home, disk.home, "none"), lambda _: ScriptedBrain())
        self.shown: list[str] = []

    def open(self) -> Workspace:
        """Open the page."""
        return self._host.workspace_for(None, "main")

    def ask(self) -> bool:
        """Ask for the step, and say yes; whether it is done then."""
        try:
            ws = self.open()
            seen = len(self._host.log(ws))
            self._said(ws)
            events = [each.event for each in self._host.log(ws)[seen:]]
            self.shown += [str(each.get("text", "")) for each in events]
            self.shown += [run.job.sentence for run in ws.runs.all()]
            return self._done(ws, events)
        except StoreError as error:
            self.shown.append(str(error))  # as the page shows it
            return False

    def _said(self, ws: Workspace) -> None:
        if self._step.tool == "start_training" and ws.runs.all():
            resume(ws)
            return
        self._host.say(ws, self._step.says)
        self._wait(ws)
        for question in ws.approvals.pending():
            self._host.answer(ws, question.id, "yes", "", None)
            self._wait(ws)
        while any(run.job.live for run in ws.runs.all()):
            time.sleep(0.1)

    def _done(self, ws: Workspace, events: list[dict[str, Any]]) -> bool:
        if self._step.tool == WANTED["chat"]:
            return any(each["event"] == "finished" and not each["failed"] for each in events)
        return bool(self._step.done(ws))

    def _wait(self, ws: Workspace) -> None:
        while self._host.running(ws):
            time.sleep(0.05)


def tried(disk: Disk, step: Step, room: int | None, *, opened: bool = True) -> dict[str, Any]:
    """Do a step in a fork with so much room, then with room enough; gives what was shown and how it ended.

    Args:
        disk: Where.
        step: Which.
        room: The bytes left; None for all that there are.
        opened: Whether the app has the workspace open when the disk becomes full.
    """
    into, out = os.pipe()
    if child := os.fork():
        os.close(out)
        with os.fdopen(into) as told:
            text = told.read()
        os.waitpid(child, 0)
        return json.loads(text) if text else {"shown": ["it ended without a word"], "done": False, "gone on": False}
    signal.alarm(STUCK_SECONDS)
    try:
        os.setpgid(0, 0)
        person = Person(disk, step)
        if opened:
            person.open()
        if room is not None:
            disk.leave(room)
        done = person.ask()
        shown = list(person.shown)
        disk.free()
        gone_on = done or any(person.ask() for _ in range(3))
        with os.fdopen(out, "w") as tell:
            json.dump({"shown": shown, "done": done, "gone on": gone_on, "later": person.shown[len(shown) :]}, tell)
    except BaseException:  # noqa: BLE001 - a fork must not go on as its parent
        traceback.print_exc()
    os._exit(0)


def counted(disk: Disk, ready: Path, step: Step, moments: int, drawn: random.Random) -> Counter[str]:
    """Try a step with too little room so many times, and count."""
    disk.put(ready)
    before, used = kept(disk.home), disk.used
    assert tried(disk, step, None)["done"]
    takes = disk.used - used
    counts: Counter[str] = Counter()
    for moment in range(moments):
        disk.put(ready)
        room = drawn.randrange(int(takes * 1.2))
        told = tried(disk, step, room, opened=moment % 2 == 0)
        disk.free()
        _count(counts, told, disk.home, before, f"{step.tool}, {room:,} of {takes:,} bytes")
    return counts


def _count(counts: Counter[str], told: dict[str, Any], home: Path, before: Kept, what: str) -> None:
    counts["tried"] += 1
    counts["had room"] += told["done"]
    said = any(all(words in text for words in TELLS) for text in told["shown"])
    counts["told"] += said and not told["done"]
    now = kept(home)
    lost = [name for name, content in before.items() if now.get(name) != content]
    torn = half_done(home)
    counts["lost"] += bool(lost)
    counts["half done"] += bool(torn)
    counts["gone on"] += told["gone on"]
    if not (told["done"] or said) or lost or torn or not told["gone on"]:
        print(f"  {what}: lost {lost}, half done {torn}, shown {told}", file=sys.stderr)


def prepared(folder: Path, disk: Disk, script: list[Step]) -> dict[str, Path]:
    """Walk the script on the small disk; the workspace as it is before each step that is wanted."""
    ready: dict[str, Path] = {}
    with Workspace(disk.home) as ws:
        upload(ws)
    for step in script:
        name = next((name for name, tool in WANTED.items() if tool == step.tool), "")
        if name:
            ready[name] = folder / name
            shutil.copytree(disk.home, ready[name])
        told = tried(disk, step, None)
        assert told["done"], told
    return ready


def main() -> None:
    """Print a line for each step."""
    moments, seed = (*map(int, sys.argv[1:]), *(10, 0)[len(sys.argv) - 1 :])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # or else the small disk would stay mounted
    os.environ |= {"TUNEWRIGHT_EAR": "off", "HF_HUB_OFFLINE": "1"}
    bad = False
    with tempfile.TemporaryDirectory() as folder:
        base = build(Path(folder) / "tiny")
        try:
            with small_disk(Path(folder) / "disk") as mounted:
                disk, script = Disk(mounted), steps(base)
                ready = prepared(Path(folder), disk, script)
                print(f"| step | {' | '.join(COUNTED)} |\n|{'---|' * (len(COUNTED) + 1)}", flush=True)
                for name, tool in WANTED.items():
                    step = next(each for each in script if each.tool == tool)
                    counts = counted(disk, ready[name], step, moments, random.Random(f"{seed} {name}"))
                    print(f"| {name} | {' | '.join(str(counts[each]) for each in COUNTED)} |", flush=True)
                    bad |= bool(counts["lost"] or counts["half done"]) or counts["gone on"] < moments
                    bad |= counts["told"] + counts["had room"] < moments
        except PermissionError as error:
            print(error)
            return
    sys.exit(bad)


if __name__ == "__main__":
    main()
