"""The whole job, as a person would have it done in the chat, going on from wherever it was cut off.

`python -m benchmarks.reliability.walk HOME BASE` goes on in the newest project, or begins one where the last has come
to its end. Each step is done until the workspace shows that it is: one that was cut off is said again, as people do.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from assistant import think
from assistant.conversation import Conversation
from assistant.decide import Choice
from assistant.standby import Standby
from store import Workspace
from tests.scripted_model import ScriptedBrain
from tools.deploy._deployed import state_of

ROWS, ASKED = 120, 400
TRIES = 6
END, WALKS = "walk.done", "walks"


@dataclass(frozen=True)
class Step:
    """What is said, which call is meant, and how one sees that it is done."""

    says: str
    """Empty where the service is asked instead of the assistant."""
    tool: str
    arguments: dict[str, Any]
    done: Callable[[Workspace], object]


def steps(base: Path) -> list[Step]:
    """The script."""
    train = {"dataset": "mails", "base_model": str(base), "technique": "lora", "task": "classify", "epochs": 3}
    return [
        Step("load mails.csv", "load_dataset", {"source": "mails.csv"}, lambda ws: "mails" in ws.datasets.names()),
        Step("what is wrong with it", "propose_fixes", {"dataset": "mails", "kinds": ["exact_duplicates"]},
             lambda ws: ws.fixes.all("mails")),
        Step("apply the fixes", "apply_fixes", {"dataset": "mails"}, lambda ws: _applied(ws)),
        Step("add some rows", "augment_dataset", {"dataset": "mails", "rows": 20, "method": "typos"},
             lambda ws: _made(ws, "augment_dataset")),
        Step("split it", "split_dataset", {"dataset": "mails"}, _split),
        Step("start training", "start_training", train, lambda ws: ws.runs.all() and _trained(ws)),
        Step("how good is it", "evaluate_run", {"run": "run-1"}, lambda ws: ws.reports.all(kind="evaluation")),
        Step("deploy it", "deploy_run", {"run": "run-1"}, _served),
        Step("", "", {}, _asked),
        Step("stop serving", "change_service", {"change": "stop"}, _ended),
        Step("what columns are there", "profile_dataset", {"dataset": "mails"}, lambda ws: (ws.folder / END).exists()),
    ]  # fmt: skip


def ask(ws: Workspace) -> None:
    """Ask the service as another program does, until so many answers are recorded; if it falls, it is started again."""
    standby, service = Standby(lambda: [ws], pause=0), ws.services.all()[0]
    with ws.approvals.typed("change_service", {}):
        _, key = ws.services.add_key(service.name, f"walk {os.getpid()}", {})
    headers = {"Authorization": f"Bearer {key}"}
    asked = {"model": service.models[0].name, "input": "where is parcel number 7 that I sent"}
    while not _asked(ws):
        standby.look()
        with suppress(httpx.HTTPError), httpx.Client(base_url=state_of(ws, service.name).address) as client:
            client.post("/classify", json=asked, headers=headers).raise_for_status()
            continue
        time.sleep(0.1)


def upload(ws: Workspace) -> None:
    """Bring the file that the script is about, whole or not at all."""
    if (ws.uploads / "mails.csv").exists():
        return
    places = [n % (ROWS - 4) for n in range(ROWS)]
    rows = [f"where is parcel number {place} that I sent,{'abc'[place % 3]}" for place in places]
    beside = ws.uploads / ".mails"
    beside.write_text("\n".join(["text,label", *rows]))
    beside.rename(ws.uploads / "mails.csv")


def walk(ws: Workspace, base: Path) -> None:
    """Do what is left to do.

    Raises:
        RuntimeError: A step was not done after several tries; the last thing said is in the message.
    """
    for step in steps(base):
        for _ in range(TRIES):
            if step.done(ws):
                break
            if not step.says:
                ask(ws)
            elif step.tool == "start_training" and ws.runs.all():
                resume(ws)
            else:
                _say(ws, step)
            if step.tool == "profile_dataset":
                (ws.folder / END).touch()
        if not step.done(ws):
            log = ws.conversations.since(ws.conversations.current().id)
            raise RuntimeError(f"{step.tool} was not done: {[one.event for one in log[-3:]]}")


def _say(ws: Workspace, step: Step) -> None:
    think.decide = lambda *_, **__: Choice(step.tool, dict(step.arguments))
    conversation = Conversation(ws, ScriptedBrain(), ws.conversations.current().id)
    _exhaust(conversation.go_on())
    if step.done(ws):
        return
    if not conversation.pending():
        _exhaust(conversation.say(step.says))
    if asked := conversation.pending():
        _exhaust(conversation.answer(asked[0].id, "yes"))
    for run in ws.runs.all():
        _wait(ws, run.job.id)


def resume(ws: Workspace) -> None:
    """Go on with the training, if it was cut off, and wait for it."""
    run = ws.runs.get("run-1")
    if not run.job.live and run.state != "done":
        with ws.approvals.typed("resume_training", {"run": run.id}):
            run = ws.runs.resume(run.id)
    _wait(ws, run.job.id)


def _wait(ws: Workspace, job: int) -> None:
    while ws.jobs.get(job).live:
        time.sleep(0.1)


def _applied(ws: Workspace) -> bool:
    return bool(ws.fixes.all("mails", state="applied"))


def _split(ws: Workspace) -> bool:
    return "split" in ws.datasets.head("mails").columns


def _trained(ws: Workspace) -> bool:
    return ws.runs.get("run-1").state == "done"


def _served(ws: Workspace) -> bool:
    return _ended(ws) or any((job := ws.services.job(one.name)) and job.live for one in ws.services.all())


def _asked(ws: Workspace) -> bool:
    return _ended(ws) or sum(ws.requests.count(one.name) for one in ws.services.all()) >= ASKED


def _ended(ws: Workspace) -> bool:
    return any(one.state == "ended" for one in ws.services.all())


def _made(ws: Workspace, tool: str) -> bool:
    line = ws.datasets.lineage("mails", ws.datasets.head("mails").number)
    return any(version.recipe.get("tool") == tool for version in line)


def _exhaust(events: Iterator[Any]) -> None:
    for _ in events:
        pass


def main() -> None:
    """Go on in the newest project, or begin one."""
    home, base = Path(sys.argv[1]), Path(sys.argv[2])
    with Workspace(home) as first:
        newest = [name for name in first.projects() if name.startswith("round_")]
    current = newest[-1] if newest else ""
    if not current or (home / "projects" / current / END).exists():
        current = f"round {len(newest) + 1}"
    with Workspace(home, current) as ws:
        (home / WALKS).write_text(str(os.getpid()))
        upload(ws)
        walk(ws, base)


if __name__ == "__main__":
    main()
