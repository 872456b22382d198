"""The process that uploads a dataset to the Hugging Face Hub: `python -m tools.data._publish_worker FOLDER`."""
# pyright: basic

from pathlib import Path
from typing import Any

from huggingface_hub import CommitOperationAdd, HfApi, get_token
from huggingface_hub.utils import disable_progress_bars

from store import StoreError
from store.worker import Stopped, Worker, serve
from tools.weights.hub import endpoint
from tools.weights.writing import hub_answers


def work(worker: Worker) -> dict[str, Any]:
    """Make the repository if it is not there, and add all files in one commit: all of them arrive, or none."""
    task = worker.payload
    disable_progress_bars()
    api = HfApi(endpoint=endpoint(), token=get_token())
    with hub_answers(task["repository"]):
        worker.progress(0.1, f"Asking the Hub for {task['repository']}")
        api.create_repo(task["repository"], repo_type="dataset", private=task["private"], exist_ok=True)
        found = api.dataset_info(task["repository"])
        if bool(found.private) != task["private"]:
            raise StoreError(
                f"{task['repository']} is there already and is {'private' if found.private else 'public'}, so nothing "
                f"was uploaded. Ask for it {'private' if found.private else 'public'}, or name another repository."
            )
        if worker.stopping:
            raise Stopped("Publishing was stopped before anything was uploaded.")
        worker.progress(0.3, f"Uploading to {task['repository']}")
        files = [CommitOperationAdd(name, Path(path)) for name, path in task["files"].items()]
        made = api.create_commit(
            task["repository"], files, repo_type="dataset", commit_message=task["sentence"], num_threads=2
        )
    return {"commit": made.oid, "url": f"{endpoint()}/datasets/{task['repository']}"}


if __name__ == "__main__":
    serve(work)
