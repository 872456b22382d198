"""Snapshots in a private dataset repository of the Hugging Face Hub."""

import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import httpx2
from huggingface_hub import CommitOperationAdd, CommitOperationDelete, HfApi
from huggingface_hub.errors import HfHubHTTPError
from huggingface_hub.hf_api import RepoFile
from huggingface_hub.utils import disable_progress_bars

from store import StoreError
from tools.weights.hub import endpoint


class HubPlace:
    """A dataset repository as a place for snapshots: each `put` is one commit, so all of it is there, or none.

    Args:
        repository: The dataset, as owner/name; made, private, if it is not there.
        token: May write to it.

    Raises:
        StoreError: It is public, or may not be written to.
    """

    def __init__(self, repository: str, token: str) -> None:
        disable_progress_bars()
        self._repository, self._token = repository, token
        self._api = HfApi(endpoint=endpoint(), token=token)
        try:
            with _answers():
                self._api.create_repo(repository, repo_type="dataset", private=True, exist_ok=True)
                private = self._api.dataset_info(repository).private
        except OSError as error:
            raise StoreError(
                f"No snapshots can be kept in {repository}: {error}. Set TUNEWRIGHT_SNAPSHOTS_TOKEN to a token that "
                "may write to it, or leave TUNEWRIGHT_SNAPSHOTS empty."
            ) from error
        if not private:
            raise StoreError(f"{repository} is public, and snapshots hold what users brought. Make it private first.")

    def names(self, prefix: str) -> list[str]:
        """What is there, by the start of the name."""
        try:
            with _answers():
                found = self._api.list_repo_tree(self._repository, prefix, recursive=True, repo_type="dataset")
                return [each.path for each in found if isinstance(each, RepoFile)]
        except FileNotFoundError:
            return []

    def put(self, files: dict[str, Path]) -> None:
        """Write files in one commit."""
        if files:
            self._commit([CommitOperationAdd(name, path) for name, path in files.items()])

    def get(self, name: str, target: Path) -> None:
        """Read a file."""
        with _answers():
            found = self._api.hf_hub_download(
                self._repository, name, repo_type="dataset", local_dir=target.parent / ".hub", force_download=True
            )
        shutil.move(found, target)
        shutil.rmtree(target.parent / ".hub", ignore_errors=True)

    def drop(self, names: list[str]) -> None:
        """Remove files in one commit; the repository's history still has them."""
        if names:
            self._commit([CommitOperationDelete(name) for name in names])

    def _commit(self, operations: list[CommitOperationAdd] | list[CommitOperationDelete]) -> None:
        with _answers():
            self._api.create_commit(
                self._repository, operations, commit_message="snapshot", repo_type="dataset", num_threads=2
            )  # fmt: skip


@contextmanager
def _answers() -> Generator[None]:
    """Turn what the Hub's client raises into what a place raises."""
    try:
        yield
    except HfHubHTTPError as error:
        if error.response.status_code == 404:
            raise FileNotFoundError(str(error)) from error
        raise OSError(f"the Hub answered {error.response.status_code}") from error
    except (httpx2.HTTPError, RuntimeError) as error:  # the client's own word for an upload that failed
        raise OSError(f"the connection broke off ({type(error).__name__})") from error
