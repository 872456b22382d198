"""A training on another machine: what is sent there, and how its news and its model come home.

There it is the ordinary worker on an ordinary job folder, beside the run's folder, the rows and, if need be, the base
model. All of it travels as files: names and bytes.
"""
# pyright: basic

import json
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pyarrow import compute, parquet

from store import Workspace
from store.worker import Worker, write_last
from tools.train._checkpoints import last_whole

Files = dict[str, bytes]
NEWS = ("job/progress.jsonl", "run/metrics.jsonl")
"""Files that grow, and are followed line by line."""
ENDED = "job/ended.json"
MODEL = "run/model"
GROUP_ROWS = 20_000


def parcel(worker: Worker) -> Files:
    """All that the other machine needs: the task, the rows but for the test rows, and the newest checkpoint."""
    task, folder = worker.payload, Path(worker.payload["folder"])
    plan = {**task["plan"]}
    files: Files = {}
    base = Path(plan["base_model"])
    if base.is_absolute() and base.exists():
        plan["base_model"] = f"base/{base.name}" if base.is_file() else "base"
        files |= read(base, "base")
    with Workspace(worker.home, worker.project) as ws:
        data = ws.datasets.version(task["dataset"], task["version"]).path
    with tempfile.TemporaryDirectory() as beside:
        files["data.parquet"] = _without_test(data, plan.get("split"), Path(beside) / "data.parquet").read_bytes()
    if checkpoint := last_whole(folder / "checkpoints"):
        files |= read(checkpoint, f"run/checkpoints/{checkpoint.name}")
    files["job/job.json"] = json.dumps({"project": worker.project, "payload": {**task, "plan": plan}}).encode()
    return files


def unpack(files: Files, folder: Path) -> Path:
    """Lay a parcel out in an empty folder; gives the job folder."""
    shutil.rmtree(folder, ignore_errors=True)
    put(files, folder)
    (folder / "run").mkdir(exist_ok=True)
    job = json.loads(files["job/job.json"])
    task = job["payload"]
    if not Path(base := task["plan"]["base_model"]).is_absolute() and base.split("/")[0] == "base":
        task["plan"]["base_model"] = str(folder / base)
    task |= {"folder": str(folder / "run"), "data": str(folder / "data.parquet")}
    write_last(folder / "job" / "job.json", {**job, "home": str(folder)})
    return folder / "job"


def put(files: Files, folder: Path) -> None:
    """Write files below a folder.

    Raises:
        ValueError: A name leads out of it.
    """
    for name, content in files.items():
        path = (folder / name).resolve()
        if not path.is_relative_to(folder.resolve()):
            raise ValueError(f"{name!r} is outside of the folder")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


class Mirror:
    """What is new in a folder since it was last asked."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read = dict.fromkeys(NEWS, 0)
        self._checkpoint = last_whole(folder / "run" / "checkpoints")

    def lines(self) -> dict[str, str]:
        """The lines that were added to the files that grow, by file."""
        news: dict[str, str] = {}
        for name in NEWS:
            path = self._folder / name
            if not path.exists():
                continue
            with path.open("rb") as file:
                file.seek(self._read[name])
                whole, end, _ = file.read().rpartition(b"\n")
            if whole or end:
                news[name] = (whole + end).decode()
                self._read[name] += len(whole + end)
        return news

    def checkpoint(self) -> Files:
        """The newest whole checkpoint, if it is a new one."""
        newest = last_whole(self._folder / "run" / "checkpoints")
        if newest is None or newest == self._checkpoint:
            return {}
        try:
            files = read(newest, f"run/checkpoints/{newest.name}")
        except FileNotFoundError:  # it was replaced by a newer one meanwhile
            return {}
        self._checkpoint = newest
        return files

    def end(self) -> Files:
        """The model, and how it ended."""
        model = self._folder / MODEL
        return {**(read(model, MODEL) if model.exists() else {}), ENDED: (self._folder / ENDED).read_bytes()}


class Home:
    """Where the news of a training that is away are written: as if it had been here."""

    def __init__(self, worker: Worker) -> None:
        self._worker, self._run = worker, Path(worker.payload["folder"])
        self._run.mkdir(parents=True, exist_ok=True)

    def lines(self, news: dict[str, str]) -> None:
        """Add lines to the files that grow."""
        for name, text in news.items():
            with self._local(name).open("a") as file:
                file.write(text)

    def checkpoint(self, files: Files) -> None:
        """Keep a checkpoint, in place of those before it."""
        kept = {str(Path(name).relative_to("run")): content for name, content in files.items()}
        if not kept:
            return
        put(_mark_last(kept), self._run)
        name = Path(next(iter(kept))).parts[1]
        for other in (self._run / "checkpoints").glob("checkpoint-*"):
            if other.name != name:
                shutil.rmtree(other)

    def end(self, files: Files) -> None:
        """Keep the model, and how it ended."""
        (self._worker.folder / "ended.json").write_bytes(files[ENDED])
        model = {str(Path(name).relative_to(MODEL)): content for name, content in files.items() if name != ENDED}
        if not model:
            return
        beside = self._run / ".model"
        shutil.rmtree(beside, ignore_errors=True)
        put(model, beside)
        base = self._worker.payload["plan"]["base_model"]
        for name, key in (("adapter_config.json", "base_model_name_or_path"), ("done.json", "base_model")):
            if (path := beside / name).exists() and Path(base).is_absolute():
                path.write_text(json.dumps({**json.loads(path.read_text()), key: base}, indent=2))
        shutil.rmtree(self._run / "model", ignore_errors=True)
        beside.rename(self._run / "model")

    def _local(self, name: str) -> Path:
        part, _, file = name.partition("/")
        return (self._worker.folder if part == "job" else self._run) / file


def _mark_last(files: Files) -> Files:
    return dict(sorted(files.items(), key=lambda item: item[0].endswith("whole.json")))


def read(path: Path, name: str) -> Files:
    """A file, or the files of a folder, named below `name`."""
    if path.is_file():
        return {f"{name}/{path.name}": path.read_bytes()}
    inside: Iterable[Path] = (file for file in sorted(path.rglob("*")) if file.is_file())
    return {f"{name}/{file.relative_to(path)}": file.read_bytes() for file in inside}


def _without_test(data: Path, split: str | None, target: Path) -> Path:
    """A copy of a dataset version, row group by row group, without its test rows: training never reads them."""
    source: Any = parquet.ParquetFile(data)
    with parquet.ParquetWriter(target, source.schema_arrow) as writer:
        for batch in source.iter_batches(GROUP_ROWS):
            kept = batch.filter(compute.not_equal(batch.column(split), "test")) if split else batch  # pyright: ignore
            if len(kept):
                writer.write_batch(kept)
    return target
