"""The Hugging Face Hub as a source of files: is it there, what does it hold, and may we have it."""

import fnmatch
import os
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import httpx2
from huggingface_hub import (
    HfApi,
    constants,
    get_hf_file_metadata,  # pyright: ignore[reportUnknownVariableType]
    get_token,
    hf_hub_url,
    snapshot_download,  # pyright: ignore[reportUnknownVariableType]
    try_to_load_from_cache,
)
from huggingface_hub.errors import (
    EntryNotFoundError,
    GatedRepoError,
    HfHubHTTPError,
    HFValidationError,
    LocalEntryNotFoundError,
    OfflineModeIsEnabled,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from huggingface_hub.utils import tqdm

from tools.weights.download import CONNECT_SECONDS, Remote, check_room
from tools.weights.errors import FetchError
from tools.weights.progress import Meter, OnProgress

SOURCE = "the Hugging Face Hub"
ANSWER_SECONDS = 10.0
WANTED = (
    "*.safetensors",
    "*.safetensors.index.json",
    "*.json",
    "*.txt",
    "*.model",
    "*.jinja",
    "*.spm",
    "LICENSE*",
    "README.md",
)
"""What a training run needs of a repository. No pickles and no Python files: loading those runs a stranger's code."""
UNWANTED = ("*/*", "*.bin.index.json", "*.onnx*")


def endpoint() -> str:
    """Address of the Hub, which HF_ENDPOINT may change."""
    return os.environ.get("HF_ENDPOINT", "https://huggingface.co").rstrip("/")


def cache() -> Path:
    """Folder that the Hub's own client keeps files in, which HF_HUB_CACHE may change."""
    return Path(os.environ.get("HF_HUB_CACHE") or constants.HF_HUB_CACHE)


def reach() -> None:
    """Find out within a few seconds whether the Hub answers; looking up its name counts towards the time.

    Raises:
        FetchError: It does not, or HF_HUB_OFFLINE forbids to ask.
    """
    if os.environ.get("HF_HUB_OFFLINE", "").upper() in ("1", "ON", "YES", "TRUE"):
        raise FetchError("HF_HUB_OFFLINE is set")
    reason = [f"no answer within {CONNECT_SECONDS + 1:.0f} seconds"]

    def knock() -> None:
        try:
            httpx.head(endpoint(), timeout=CONNECT_SECONDS)
            reason.clear()
        except httpx.HTTPError as error:
            reason[:] = [str(error) or type(error).__name__]

    thread = threading.Thread(target=knock, daemon=True)  # a name server that is silent holds a thread for minutes
    thread.start()
    thread.join(CONNECT_SECONDS + 1)
    if reason:
        raise FetchError(f"{endpoint()} cannot be reached ({reason[0]})")


def locate(repository: str, file: str, revision: str) -> Remote:
    """Where the Hub keeps a file, with its size and, for a big file, its SHA-256.

    Raises:
        FetchError: There is no such repository or file, or it is not open to this user.
    """
    url = hf_hub_url(repository, file, revision=revision, endpoint=endpoint())
    token = get_token()
    with _answers(repository, file):
        found = get_hf_file_metadata(url, token=token or False, timeout=ANSWER_SECONDS, endpoint=endpoint())
    sha256 = found.etag if found.etag and len(found.etag) == 64 else ""  # small files carry a git hash instead
    return Remote(url, found.size, sha256, {"Authorization": f"Bearer {token}"} if token else {})


def cached_file(repository: str, file: str, revision: str) -> Path | None:
    """A file that is in the Hub's own cache already."""
    found = try_to_load_from_cache(repository, file, cache_dir=cache(), revision=revision)
    return Path(found) if isinstance(found, str) else None


def cached_repository(repository: str, revision: str) -> Path | None:
    """A model repository that is whole in the Hub's own cache."""
    try:
        found = snapshot_download(
            repository, revision=revision, cache_dir=cache(), local_files_only=True,
            allow_patterns=[*WANTED], ignore_patterns=[*UNWANTED],
        )  # fmt: skip
    except (LocalEntryNotFoundError, HFValidationError):
        return None
    return Path(found) if any(Path(found).glob("*.safetensors")) else None


def load_repository(repository: str, revision: str, tell: OnProgress | None) -> Path:
    """Load the weights, the configuration and the tokenizer of a model into the Hub's own cache.

    Raises:
        FetchError: The Hub has no such model, it is gated, or its weights are pickles only.
    """
    with _answers(repository):
        info = HfApi(endpoint=endpoint()).model_info(
            repository, revision=revision, timeout=ANSWER_SECONDS, files_metadata=True
        )
    sizes = {each.rfilename: each.size or 0 for each in info.siblings or [] if _wanted(each.rfilename)}
    if not any(name.endswith(".safetensors") for name in sizes):
        raise FetchError(
            f"{repository} has no weights in the safetensors format. Other formats can run code when they are read, so "
            "they are not loaded; choose a model that has model.safetensors"
        )
    cache().mkdir(parents=True, exist_ok=True)
    check_room(cache(), sum(sizes.values()))
    meter = Meter(repository, SOURCE, sum(sizes.values()), tell)
    with _answers(repository):
        found = snapshot_download(
            repository, revision=revision, cache_dir=cache(), endpoint=endpoint(),
            allow_patterns=[*WANTED], ignore_patterns=[*UNWANTED], tqdm_class=_counting(meter),
        )  # fmt: skip
    meter.tell()
    return Path(found)


def _wanted(name: str) -> bool:
    return any(fnmatch.fnmatch(name, pattern) for pattern in WANTED) and not any(
        fnmatch.fnmatch(name, pattern) for pattern in UNWANTED
    )


def _counting(meter: Meter) -> type[tqdm]:
    """A silent progress bar in the form that the Hub's client asks for; it passes the bytes on to a meter."""

    class Counting(tqdm):
        def __init__(self, *args: Any, **options: Any) -> None:
            self._counts = options.get("name") == "huggingface_hub.snapshot_download"
            super().__init__(*args, **{**options, "disable": True})  # pyright: ignore[reportUnknownMemberType]

        def update(self, n: float | None = 1) -> bool | None:
            if self._counts:
                meter.add(int(n or 0))
            return None

    return Counting


@contextmanager
def _answers(repository: str, file: str = "") -> Generator[None]:
    """Turn what the Hub's client raises into a sentence."""
    try:
        yield
    except GatedRepoError as error:
        raise FetchError(
            f"{repository} is gated: accept its terms at {endpoint()}/{repository} and set HF_TOKEN to a token of that "
            "account"
        ) from error
    except (RepositoryNotFoundError, HFValidationError) as error:
        raise FetchError(f"{SOURCE} has no model {repository!r} that this account may see") from error
    except RevisionNotFoundError as error:
        raise FetchError(f"{repository} has no such revision") from error
    except LocalEntryNotFoundError as error:
        raise FetchError(f"the connection to {endpoint()} was lost") from error
    except EntryNotFoundError as error:
        raise FetchError(f"{repository} has no file {file!r}") from error
    except HfHubHTTPError as error:
        raise FetchError(f"{endpoint()} answered {error.response.status_code} for {repository}") from error
    except (httpx2.HTTPError, OfflineModeIsEnabled) as error:
        raise FetchError(f"{endpoint()} cannot be reached ({str(error) or type(error).__name__})") from error
