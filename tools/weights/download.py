"""One remote file to one path: resumed after an interruption, checked, and never half there."""

import errno
import hashlib
import os
import shutil
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

import httpx

from tools.weights.errors import BadModelFile, DiskFull, FetchError
from tools.weights.progress import Meter, size

CHUNK = 1 << 20
CONNECT_SECONDS = 3.0
SILENCE_SECONDS = 30.0
TRIES = 4


@dataclass(frozen=True)
class Remote:
    """A file somewhere else.

    Attributes:
        url: An http, https or file address.
        bytes: Its size, if the server said.
        sha256: Its hash, if the server or the catalogue said.
        headers: What to send along when asking for it.
    """

    url: str
    bytes: int | None = None
    sha256: str = ""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


def client(verify: str | bool = True, proxy: str | None = None) -> httpx.Client:
    """An HTTP client that gives up quickly on a host that cannot be reached, and slowly on one that is slow.

    Args:
        verify: Path of a certificate bundle, or True for the usual ones.
        proxy: Address of a proxy, where it is not in the environment.
    """
    import ssl  # noqa: PLC0415

    context = ssl.create_default_context(cafile=verify) if isinstance(verify, str) else verify
    timeout = httpx.Timeout(SILENCE_SECONDS, connect=CONNECT_SECONDS)
    return httpx.Client(timeout=timeout, follow_redirects=True, verify=context, proxy=proxy)


def download(http: httpx.Client, remote: Remote, path: Path, meter: Meter) -> Path:
    """Load a file to `path`.

    The bytes go into a file beside it, which is named after the hash and survives a kill at any moment; the next
    call goes on where it ends. Only a whole and checked file gets the name `path`.

    Raises:
        BadModelFile: The hash is wrong; the file was deleted.
        DiskFull: There is no room.
        FetchError: The server refused or the connection was lost again and again.
    """
    if path.exists():
        meter.have(path.stat().st_size)
        return path
    part = path.with_name(f"{path.name}.{remote.sha256[:12] or 'unchecked'}.part")
    with disk_errors(path.parent):
        _load(http, remote, part, meter)
        _check(part, remote)
        part.replace(path)
    return path


@contextmanager
def disk_errors(folder: Path) -> Generator[None]:
    """Turn what a disk says into a sentence."""
    try:
        yield
    except PermissionError as error:
        raise FetchError(f"The folder {folder} cannot be written to. Set TUNEWRIGHT_MODELS to one that can.") from error
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise
        raise DiskFull(
            f"The disk that holds {folder} is full. Free some space, or set TUNEWRIGHT_MODELS to a folder on another "
            "disk, and start again; what has been loaded is kept."
        ) from error


def check_room(folder: Path, needed: int) -> None:
    """Refuse a download that cannot fit.

    Raises:
        DiskFull: Fewer than `needed` bytes are free where `folder` is.
    """
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise DiskFull(
            f"The download needs {size(needed)} and the disk that holds {folder} has {size(free)} free. Free some "
            "space, or set TUNEWRIGHT_MODELS to a folder on another disk."
        )


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _load(http: httpx.Client, remote: Remote, part: Path, meter: Meter) -> None:
    have = part.stat().st_size if part.exists() else 0
    meter.have(have)
    failures = 0
    while True:
        try:
            for chunk in _chunks(http, remote, part, meter):
                failures = 0
                meter.add(len(chunk))
            break
        except httpx.TransportError as error:
            failures += 1
            if failures == TRIES or isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.ProxyError):
                raise FetchError(f"the connection to {_host(remote)} was lost ({_reason(error)})") from error
        except httpx.HTTPStatusError as error:
            raise FetchError(f"{_host(remote)} answered {error.response.status_code} for {_name(remote)}") from error
    meter.tell()


def _chunks(http: httpx.Client, remote: Remote, part: Path, meter: Meter) -> Iterator[bytes]:
    """Append what is missing to `part`, and yield each piece after it was written."""
    have = part.stat().st_size if part.exists() else 0
    if remote.bytes is not None and have == remote.bytes:
        return
    if urlsplit(remote.url).scheme == "file":
        yield from _copied(Path(unquote(urlsplit(remote.url).path)), part, have)
        return
    headers = {**remote.headers, "Accept-Encoding": "identity", **({"Range": f"bytes={have}-"} if have else {})}
    with http.stream("GET", remote.url, headers=headers) as response:
        if have and response.status_code != 206:
            # The server starts at the beginning, or says that there is nothing past what is here: begin again.
            meter.have(-have)
            part.unlink()
            if response.status_code == 416:
                yield from _chunks(http, remote, part, meter)
                return
        response.raise_for_status()
        with part.open("ab") as file:
            for chunk in response.iter_bytes():  # as they arrive: a chunk size would hold bytes back
                file.write(chunk)
                yield chunk
            file.flush()
            os.fsync(file.fileno())


def _copied(source: Path, part: Path, have: int) -> Iterator[bytes]:
    if not source.is_file():
        raise FetchError(f"{source} does not exist")
    with source.open("rb") as origin, part.open("ab") as file:
        origin.seek(have)
        while chunk := origin.read(CHUNK):
            file.write(chunk)
            yield chunk


def _check(part: Path, remote: Remote) -> None:
    got = part.stat().st_size
    if remote.bytes is not None and got != remote.bytes:
        part.unlink()
        raise BadModelFile(f"{_name(remote)} from {_host(remote)} has {got} bytes, not {remote.bytes}; it was deleted")
    if remote.sha256 and (found := sha256_of(part)) != remote.sha256:
        part.unlink()
        raise BadModelFile(
            f"{_name(remote)} from {_host(remote)} is not the genuine file: its SHA-256 is {found[:12]}... instead of "
            f"{remote.sha256[:12]}...; it was deleted"
        )


def _host(remote: Remote) -> str:
    return urlsplit(remote.url).hostname or "this machine"


def _name(remote: Remote) -> str:
    return unquote(urlsplit(remote.url).path).rpartition("/")[2]


def _reason(error: httpx.TransportError) -> str:
    return str(error) or type(error).__name__
