"""The process that pushes a model to the Hub: `python -m tools.deploy._publish_worker FOLDER`."""
# pyright: basic

from pathlib import Path
from typing import Any

from huggingface_hub import CommitOperationAdd, CommitOperationCopy, CommitOperationDelete, HfApi, get_token
from huggingface_hub.hf_api import RepoFile
from huggingface_hub.utils import disable_progress_bars

from store import StoreError
from store.worker import Stopped, Worker, serve
from tools.weights.hub import endpoint
from tools.weights.writing import hub_answers

KEPT = (".gitattributes",)
"""What the Hub itself puts into a repository."""


def work(worker: Worker) -> dict[str, Any]:
    """Push a model, and its Space after it; each is one commit: all of its files arrive, or none.

    Files that are there and not sent are removed, so that the repository is what was approved.
    """
    task = worker.payload
    disable_progress_bars()
    api = HfApi(endpoint=endpoint(), token=get_token())
    worker.progress(0.05, f"Asking the Hub for {task['repository']}")
    with hub_answers(task["repository"]):
        if task["back_to"]:
            commit = _back(api, task["repository"], task["back_to"])
        else:
            commit = _push(api, worker, task["repository"], "model", task)
    done = {"commit": commit, "url": f"{endpoint()}/{task['repository']}"}
    if task["space"]:
        worker.progress(0.8, f"Making the Space {task['space']}")
        with hub_answers(task["space"]):
            told = {**task, "files": task["space_files"]}
            done["space_commit"] = _push(api, worker, task["space"], "space", told)
            done["space_url"] = f"{endpoint()}/spaces/{task['space']}"
    return done


def _push(api: HfApi, worker: Worker, repository: str, kind: str, task: dict[str, Any]) -> str:
    sdk = "gradio" if kind == "space" else None
    api.create_repo(repository, repo_type=kind, private=task["private"], exist_ok=True, space_sdk=sdk)
    found = api.repo_info(repository, repo_type=kind)
    if bool(found.private) != task["private"]:
        is_now = "private" if found.private else "public"
        raise StoreError(
            f"{repository} is there already and is {is_now}, so nothing was uploaded to it. Ask for it {is_now}, or "
            "name another repository."
        )
    if worker.stopping:
        raise Stopped("Publishing was stopped before anything more was uploaded.")
    worker.progress(0.2 if kind == "model" else 0.85, f"Uploading to {repository}")
    gone = [CommitOperationDelete(path) for path in sorted(_files(api, repository, kind) - {*task["files"], *KEPT})]
    added = [CommitOperationAdd(name, Path(path)) for name, path in task["files"].items()]
    made = api.create_commit(
        repository, [*added, *gone], repo_type=kind, commit_message=task["sentence"], num_threads=2
    )  # fmt: skip
    return made.oid


def _back(api: HfApi, repository: str, revision: str) -> str:
    """A new commit in which the repository is what it was at a revision; nothing of the history is lost."""
    then, now = _files(api, repository, "model", revision), _files(api, repository, "model")
    copies = [CommitOperationCopy(path, path, src_revision=revision) for path in sorted(then - set(KEPT))]
    gone = [CommitOperationDelete(path) for path in sorted(now - then - set(KEPT))]
    made = api.create_commit(
        repository, [*copies, *gone], commit_message=f"Back to {revision[:12]}", num_threads=2
    )  # fmt: skip
    return made.oid


def _files(api: HfApi, repository: str, kind: str, revision: str = "main") -> set[str]:
    tree = api.list_repo_tree(repository, repo_type=kind, recursive=True, revision=revision)
    return {each.path for each in tree if isinstance(each, RepoFile)}


if __name__ == "__main__":
    serve(work)
