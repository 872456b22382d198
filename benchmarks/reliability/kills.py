"""Kill -9 the app, its workers and its servers at random moments of a whole job: is anything lost, or half done?

`python -m benchmarks.reliability.kills [KILLS] [SEED]` (500) walks a script in the chat, load, apply, augment, split,
train, evaluate, deploy, talk, in a program of its own, over and over. At a random moment the app, or a worker or a
server that it started, is killed; then the app is started again and goes on where it was. After every kill it is
checked that what stood in the workspace before still stands there: versions by the hash of their rows, what was said,
what was agreed to, runs, reports, services and the requests that they answered. When the script has come to its end, a
new round begins in a new project. Prints what was counted; exit code 1 where something was lost, half done, or did not
go on.

A new kind of job is killed as soon as its worker writes a folder in `jobs`: nothing here names the kinds.
"""

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from benchmarks.reliability.walk import WALKS
from store import Workspace
from store.content import content
from store.processes import alive
from tests.tiny_model import build

ROOT = Path(__file__).parents[2]
STUCK_SECONDS = 600.0
WHILE_STARTING = 0.1
"""The part of the kills that may fall before the app has begun to walk."""
COUNTED = ("app", "worker", "server", "lost", "half done", "stuck", "rounds")
Kept = dict[str, str]


def kept(home: Path) -> Kept:
    """All that must outlive a kill, each by what is in it."""
    found: Kept = {}
    for project in _projects(home):
        with Workspace(home, project) as ws:
            for name in ws.datasets.names():
                for version in ws.datasets.versions(name):
                    found[f"{project}: version {name} {version.number}"] = content(version.path).whole
                found |= {f"{project}: change {n} {c.after}": c.sentence
                          for n, c in enumerate(ws.datasets.history(name))}  # fmt: skip
            for logged in ws.conversations.since(ws.conversations.current().id):
                found[f"{project}: event {logged.seq}"] = json.dumps(logged.event, sort_keys=True)
            found |= {f"{project}: run {run.id}": run.dataset for run in ws.runs.all()}
            found |= {f"{project}: weights {run.id}": "there" for run in ws.runs.all() if run.state == "done"}
            found |= {f"{project}: {report.id}": report.kind for report in ws.reports.all()}
            found |= {f"{project}: service {one.name} {n}": "there" for one in ws.services.all()
                      for n in range(1, one.version + 1)}  # fmt: skip
            found |= {f"{project}: request {each.id}": each.outcome
                      for one in ws.services.all() for each in ws.requests.of(one.name)}  # fmt: skip
    return found


def half_done(home: Path) -> list[str]:
    """What is there in part: fixes marked without their version, versions without their file, models without an end."""
    found: list[str] = []
    for project in _projects(home):
        with Workspace(home, project) as ws:
            for name in ws.datasets.names():
                found += [f"{name} {v.number} has no file" for v in ws.datasets.versions(name) if not v.path.exists()]
                line = ws.datasets.lineage(name, ws.datasets.head(name).number)
                made = sorted(version.recipe["fix"] for version in line if "fix" in version.recipe)
                marked = sorted(fix.id for fix in ws.fixes.all(name, state="applied"))
                found += [f"{name}: fixes {marked} are marked, and {made} made versions"] if made != marked else []
            found += [f"{run.id} is done and has no model" for run in ws.runs.all()
                      if run.state == "done" and run.model_folder is None]  # fmt: skip
    return found


class App:
    """The program that walks the script."""

    def __init__(self, home: Path, base: Path) -> None:
        self._command = [sys.executable, "-m", "benchmarks.reliability.walk", str(home), str(base)]
        self._home, self.process = home, self._started()

    def _started(self) -> subprocess.Popen[bytes]:
        environment = os.environ | {"TUNEWRIGHT_EAR": "off", "HF_HUB_OFFLINE": "1"}
        return subprocess.Popen(self._command, cwd=ROOT, env=environment)

    def again(self) -> None:
        """Start it anew, if it has ended."""
        if self.process.poll() is not None:
            self.process = self._started()

    def wait(self) -> None:
        """Wait until it walks, on however busy a machine, or has ended."""
        walks, end = self._home / WALKS, time.monotonic() + STUCK_SECONDS
        while self.process.poll() is None and time.monotonic() < end:
            if walks.exists() and walks.read_text() == str(self.process.pid):
                return
            time.sleep(0.05)

    def workers(self) -> list[tuple[str, int]]:
        """The processes of jobs that run, each a worker or a server."""
        found: list[tuple[str, int]] = []
        for path in self._home.glob("jobs/*/process.json"):
            process = json.loads(path.read_text())["process"]
            serves = "service" in json.loads((path.parent / "job.json").read_text())["payload"]
            found += [("server" if serves else "worker", int(process.partition(":")[0]))] if alive(process) else []
        return found

    def kill(self, drawn: random.Random) -> str:
        """Kill the app, one of its workers or a server."""
        workers = self.workers()
        if workers and drawn.random() < 0.5:
            what, process = drawn.choice(workers)
            _kill(process)
            return what
        _kill(self.process.pid)
        self.process.wait()
        return "app"


def walked(home: Path, base: Path, kills: int, drawn: random.Random) -> Counter[str]:
    """Walk and kill so many times, and count."""
    counts: Counter[str] = Counter()
    app, before, at = App(home, base), Kept(), time.monotonic()
    try:
        while counts["app"] + counts["worker"] + counts["server"] < kills:
            if drawn.random() > WHILE_STARTING:
                app.wait()
            time.sleep(drawn.uniform(0.2, 12))  # the moment is random; nothing is waited for
            if app.process.poll() not in (None, 0):
                counts["half done"] += 1
                print(f"  the app ended with {app.process.returncode}", file=sys.stderr)
            before |= kept(home)
            counts[app.kill(drawn)] += 1
            now = kept(home)
            lost = [name for name, what in before.items() if now.get(name) != what]
            torn = half_done(home)
            for problem in [*lost, *torn]:
                print(f"  {problem}", file=sys.stderr)
            counts["lost"] += bool(lost)
            counts["half done"] += bool(torn)
            at = time.monotonic() if now != before else at
            counts["stuck"] += time.monotonic() - at > STUCK_SECONDS
            before = now
            app.again()
        app.again()
        assert app.process.wait(STUCK_SECONDS) == 0
    finally:
        app.process.kill()
        app.process.wait()
        for _, process in app.workers():
            _kill(process)
    counts["rounds"] = len(_projects(home)) - 1
    return counts


def _projects(home: Path) -> list[str]:
    with Workspace(home) as ws:
        return ws.projects()


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass  # it came to its end first


def main() -> None:
    """Print what was counted."""
    kills, seed = (*map(int, sys.argv[1:]), *(500, 0)[len(sys.argv) - 1 :])
    with tempfile.TemporaryDirectory() as folder:
        home, base = Path(folder) / "home", build(Path(folder) / "tiny")
        counts = walked(home, base, kills, random.Random(seed))
        said = half_done(home)
    print(", ".join(f"{counts[each]} {each}" for each in COUNTED))
    sys.exit(bool(counts["lost"] or counts["half done"] or counts["stuck"] or said))


if __name__ == "__main__":
    main()
