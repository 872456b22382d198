"""Train on Hugging Face Jobs: run as `python -m tools.train.places._jobs_worker FOLDER`.

The rows, the settings and this program's code go into a private dataset repository of the user's account, a job is
started that reads them there, and this process follows its log. If this process ends, the job goes on; a resume finds
it again. When the model is home the repository is deleted.
"""
# pyright: basic

import io
import json
import shlex
import threading
import time
import zipfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import httpx2
from huggingface_hub import CommitOperationAdd, HfApi, get_token
from huggingface_hub.errors import EntryNotFoundError, HfHubHTTPError, RepositoryNotFoundError

from store import StoreError
from store.worker import Worker, serve, write_last
from tools.train import places
from tools.train.places._away import Files, Home, parcel
from tools.train.places._ended import ended
from tools.train.places._jobs_loop import LOOK_SECONDS, MARK, STOP
from tools.train.places._place import Place
from tools.weights.hub import endpoint

IMAGE = "python:3.12"
OVER = ("COMPLETED", "CANCELED", "ERROR", "DELETED")
SAVING_SECONDS = 600
"""How long a job may take to save after it was asked to stop, before it is cancelled."""
LAST_WORDS_SECONDS = 60
"""How long the end of the log is waited for."""
LIBRARIES = (
    "torch transformers peft datasets accelerate tokenizers safetensors huggingface-hub pyarrow duckdb numpy pydantic "
    "psutil filelock gguf sentencepiece platformdirs httpx httpx2 docstring-parser"
).split()
"""What the training needs there, in the versions that are here."""
ROOT = Path(__file__).parents[3]
BOOT = """
import os, runpy, subprocess, sys, zipfile
from huggingface_hub import snapshot_download
here, repository = os.path.abspath("tunewright-run"), os.environ["TUNEWRIGHT_REPOSITORY"]
snapshot_download(repository, repo_type="dataset", local_dir=here)
zipfile.ZipFile(os.path.join(here, "code.zip")).extractall(os.path.join(here, "code"))
path = os.pathsep.join([os.path.join(here, "code"), os.environ.get("PYTHONPATH", "")])
module = [sys.executable, "-m", "tools.train.places._jobs_loop", here, repository]
sys.exit(subprocess.run(module, env={**os.environ, "PYTHONPATH": path}).returncode)
"""


def train(worker: Worker) -> dict[str, Any]:
    """Start the job or find the one that is running, follow it, and bring the model home.

    Raises:
        Stopped: The user asked for it; what was learned is saved.
        StoreError: The Hub refused, or the job cannot go on.
    """
    try:
        return _trained(worker, HfApi(endpoint=endpoint()))
    except HfHubHTTPError as error:
        raise StoreError(f"{endpoint()} refused: {_reason(error)}") from error
    except httpx2.HTTPError as error:
        raise StoreError(
            f"The connection to {endpoint()} was lost ({type(error).__name__}). The job goes on there; resume "
            f"{worker.payload['run']} to follow it again."
        ) from error


def _trained(worker: Worker, api: HfApi) -> dict[str, Any]:
    note = Path(worker.payload["folder"]) / "hub_job.json"
    told = json.loads(note.read_text()) if note.exists() else {}
    if not told or not _going_on(api, told):
        told = _begun(worker, api, places.of(worker.payload["plan"]))
        write_last(note, told)
    stage, message = _follow(worker, api, told)
    home, files = Home(worker), _fetched(api, told["repository"])
    note.unlink()
    home.checkpoint({name: content for name, content in files.items() if name.startswith("run/checkpoints/")})
    if "job/ended.json" not in files:
        why = f": {message}" if message else ""
        raise StoreError(f"The job ended there as {stage.lower()}{why}. See {told['url']}; resume it to go on.")
    home.end({name: content for name, content in files.items() if not name.startswith("run/checkpoints/")})
    api.delete_repo(told["repository"], repo_type="dataset", missing_ok=True)
    return ended(worker.folder, {"flavour": places.of(worker.payload["plan"]).flavour, "url": told["url"]})


def _going_on(api: HfApi, told: dict[str, Any]) -> bool:
    """Whether a job that was started before is still there, or has left its model."""
    try:
        stage = api.inspect_job(job_id=told["job"], namespace=told["owner"]).status.stage
        return stage not in OVER or api.file_exists(told["repository"], "home/job/ended.json", repo_type="dataset")
    except (HfHubHTTPError, RepositoryNotFoundError):
        return False


def _begun(worker: Worker, api: HfApi, place: Place) -> dict[str, Any]:
    """Send everything and start the job; gives where it is."""
    worker.progress(0, "Sending the rows and the settings to a private repository of your account")
    owner, token = api.whoami()["name"], get_token()
    repository = f"{owner}/tunewright-{worker.project}-{worker.payload['run']}"
    api.create_repo(repository, repo_type="dataset", private=True, exist_ok=True)
    if not api.dataset_info(repository).private:
        raise StoreError(f"{repository} is there already and is open to everyone. Delete it or make it private first.")
    files = {f"parcel/{name}": content for name, content in parcel(worker).items()} | {"code.zip": _code()}
    added = [CommitOperationAdd(name, content) for name, content in files.items()]
    api.create_commit(repository, added, commit_message=worker.payload["run"], repo_type="dataset")
    install = "pip install -q --root-user-action=ignore " + " ".join(map(shlex.quote, _libraries()))
    job = api.run_job(
        image=IMAGE,
        command=["bash", "-c", f"{install} && python -c {shlex.quote(BOOT)}"],
        env={"TUNEWRIGHT_REPOSITORY": repository, "PYTHONUNBUFFERED": "1"},
        secrets={"HF_TOKEN": token},
        flavor=place.flavour,
        timeout=place.most_seconds,
        name=f"tunewright-{worker.payload['run']}",
        namespace=owner,
    )
    worker.progress(0, f"The job {job.id} waits for {place.flavour}", url=job.url)
    return {"job": job.id, "owner": owner, "repository": repository, "url": job.url}


def _follow(worker: Worker, api: HfApi, told: dict[str, Any]) -> tuple[str, str]:
    """Write down what the job tells until it ends; gives its last stage, and the Hub's message."""
    listening = threading.Thread(target=_listen, args=[worker, api, told], daemon=True)
    listening.start()
    asked = 0.0
    while True:
        status = api.inspect_job(job_id=told["job"], namespace=told["owner"]).status
        if status.stage in OVER:
            listening.join(LAST_WORDS_SECONDS)
            return str(getattr(status.stage, "value", status.stage)), status.message or ""
        if worker.stopping and not asked:
            asked = time.monotonic()
            api.upload_file(path_or_fileobj=b"stop", path_in_repo=STOP, repo_id=told["repository"], repo_type="dataset")
        if asked and time.monotonic() - asked > SAVING_SECONDS:
            api.cancel_job(job_id=told["job"], namespace=told["owner"])
        time.sleep(LOOK_SECONDS)


def _listen(worker: Worker, api: HfApi, told: dict[str, Any]) -> None:
    """Write the news from the log into the files of the run. A log that breaks off is read again from its start."""
    home, known, over = Home(worker), 0, False
    while not over:
        try:
            lines = api.fetch_job_logs(job_id=told["job"], namespace=told["owner"], follow=True)
            for number, line in enumerate(line for line in lines if line.startswith(MARK)):
                if number >= known:
                    home.lines({name: f"{text}\n" for name, text in json.loads(line.removeprefix(MARK)).items()})
                    known = number + 1
            over = True
        except (HfHubHTTPError, httpx2.HTTPError):
            time.sleep(LOOK_SECONDS)


def _fetched(api: HfApi, repository: str) -> Files:
    """What the job has brought to the repository."""
    files: Files = {}
    for name in api.list_repo_files(repository, repo_type="dataset"):
        if name.startswith("home/"):
            try:
                files[name.removeprefix("home/")] = Path(
                    api.hf_hub_download(repository, name, repo_type="dataset", force_download=True)
                ).read_bytes()
            except EntryNotFoundError:  # a checkpoint that was replaced meanwhile
                continue
    return files


def _code() -> bytes:
    """The code of this program that a training runs: the tools and the store."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in ("tools", "store"):
            for file in sorted((ROOT / part).rglob("*")):
                if file.is_file() and "__pycache__" not in file.parts:
                    archive.write(file, file.relative_to(ROOT))
    return packed.getvalue()


def _libraries() -> list[str]:
    found: list[str] = []
    for name in LIBRARIES:
        try:
            found.append(f"{name}=={version(name).partition('+')[0]}")
        except PackageNotFoundError:
            continue
    return found


def _reason(error: HfHubHTTPError) -> str:
    told = error.server_message or str(error).splitlines()[0]
    if error.response.status_code in (401, 403):
        return f"{told}. The token has no right to do this: it needs to start jobs and to write repositories."
    return f"{told} ({error.response.status_code})."


if __name__ == "__main__":
    serve(train)
