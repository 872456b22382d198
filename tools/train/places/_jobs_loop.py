"""What runs in a Hugging Face Job: `python -m tools.train.places._jobs_loop FOLDER REPOSITORY`.

The ordinary worker trains in a process of its own. This one beside it writes its news into the job's log, keeps its
checkpoints and its model in the repository that the rows came from, and hears of a stop through a file there.
"""
# pyright: basic

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from huggingface_hub import CommitOperationAdd, CommitOperationDelete, HfApi
from huggingface_hub.errors import HfHubHTTPError

from store.processes import born
from store.worker import write_last
from tools.train import places
from tools.train.places._away import ENDED, Files, Mirror, read, unpack

MARK = "tunewright: "
"""Stands before the lines of the log that are news."""
STOP = "stop"
LOOK_SECONDS = float(os.environ.get("TUNEWRIGHT_LOOK_SECONDS", "10"))
"""Between two looks. Each costs the Hub a request."""


def main(folder: Path, repository: str) -> None:
    """Train, and bring everything to where it can be fetched."""
    api, files = HfApi(), read(folder / "parcel", "")
    job = unpack({name.lstrip("/"): content for name, content in files.items()}, folder / "work")
    mirror, process = Mirror(folder / "work"), _started(job)
    write_last(job / "process.json", {"process": born(process.pid)})
    kept: list[str] = []
    while process.poll() is None:
        time.sleep(LOOK_SECONDS)
        _tell(mirror)
        if checkpoint := mirror.checkpoint():
            kept = _keep(api, repository, checkpoint, kept)
        if api.file_exists(repository, STOP, repo_type="dataset"):
            (job / "stop").touch()
    _tell(mirror)
    write_last(folder / "work" / ENDED, _ended(job))
    _commit(api, repository, mirror.end(), [], "The model")


def _started(job: Path) -> subprocess.Popen[bytes]:
    """The worker: in one process, or in one for each graphics card."""
    told = json.loads((job / "job.json").read_text())
    plan: dict[str, Any] = told["payload"]["plan"]
    place, module = places.of(plan), "tools.train._worker"
    plan.pop("place", None)
    if place.processes > 1:
        plan["place"] = places.Place("processes", place.processes, gpus=place.gpus, sharded=place.sharded).as_json()
        module = "tools.train.places._processes_worker"
    write_last(job / "job.json", told)
    return subprocess.Popen([sys.executable, "-m", module, str(job)])


def _tell(mirror: Mirror) -> None:
    for name, text in mirror.lines().items():
        for line in text.splitlines():
            sys.stdout.write(f"{MARK}{json.dumps({name: line})}\n")
    sys.stdout.flush()


def _keep(api: HfApi, repository: str, checkpoint: Files, old: list[str]) -> list[str]:
    """Keep a checkpoint in place of the one before; gives the names of its files."""
    _commit(api, repository, checkpoint, [name for name in old if name not in checkpoint], "A checkpoint")
    return list(checkpoint)


def _commit(api: HfApi, repository: str, files: Files, gone: list[str], message: str) -> None:
    added = [CommitOperationAdd(f"home/{name}", content) for name, content in files.items()]
    removed = [CommitOperationDelete(f"home/{name}") for name in gone]
    for again in (True, True, False):
        try:
            api.create_commit(repository, [*added, *removed], commit_message=message, repo_type="dataset")
        except HfHubHTTPError:
            if not again:
                raise
            time.sleep(LOOK_SECONDS)
        else:
            return


def _ended(job: Path) -> dict[str, Any]:
    if (result := job / "result.json").exists():
        return {"state": "done", "facts": json.loads(result.read_text())}
    for state in ("stopped", "failed"):
        if (told := job / f"{state}.json").exists():
            return {"state": state, "sentence": json.loads(told.read_text())["sentence"]}
    return {"state": "failed", "sentence": "Its process there ended without a word. Resume it to go on."}


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
