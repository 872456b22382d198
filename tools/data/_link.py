"""A file behind an http(s) link, fetched within limits, and never from the inside of the network that we run in.

The server's name is looked up once, every address is checked, and the connection goes to the checked address: a name
that means another address a moment later (DNS rebinding) gains nothing. Each redirect is checked the same way. The
bytes are kept as they are sent; what is packed is unpacked later, within the limits for archives.
"""

import hashlib
import re
import shutil
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import httpx

from store import NoSpace, Workspace
from store.errors import disk_is_full
from store.jobs import tell
from tools.data._address import shown, targets
from tools.data._archive import safe
from tools.data._kind import OF_NAME
from tools.tool import ToolError

MOST_BYTES = 2**30
MOST_REDIRECTS = 5
CONNECT_SECONDS = 10.0
SILENT_SECONDS = 30.0
MOST_SECONDS = 900.0
CHUNK = 2**18
KEPT_SECONDS = 24 * 3600
"""What was fetched for a question is kept as long for the answer, so that what is loaded is what was shown."""
OF_TYPE = {
    "text/csv": ".csv",
    "text/tab-separated-values": ".tsv",
    "application/json": ".json",
    "application/x-ndjson": ".jsonl",
    "application/jsonl": ".jsonl",
    "application/pdf": ".pdf",
    "text/markdown": ".md",
    "text/plain": ".txt",
    "application/zip": ".zip",
    "application/gzip": ".gz",
    "application/x-gzip": ".gz",
}
"""Endings for files whose link has none, by what the server says they are."""
SHOWN_AS_PAGES = (
    (r"https://github\.com/([^/]+/[^/]+)/blob/(.+)", r"https://raw.githubusercontent.com/\1/\2"),
    (r"(https://huggingface\.co/.+)/blob/(.+)", r"\1/resolve/\2"),
    (r"(https://(?:www\.)?dropbox\.com/.+)[?&]dl=0", r"\1?dl=1"),
    (r"(https://docs\.google\.com/spreadsheets/d/[^/]+)/edit.*", r"\1/export?format=csv"),
)
"""Links to pages that show a file, and where the file itself is."""


def fetched(ws: Workspace, url: str, *, fresh: bool) -> Path:
    """The file behind a link, in a folder of the project that is for this link alone.

    Args:
        ws: The workspace.
        url: The link.
        fresh: Whether to fetch it anew even if it was fetched for the question just before.

    Raises:
        ToolError: It cannot be reached, is no file, is too large, or leads where nothing may be read.
        NoSpace: The disk is full.
    """
    folder = _folder(ws, url)
    _forget_old(folder.parent)
    if not fresh and (here := next((path for path in folder.glob("*") if path.suffix != ".part"), None)):
        return here
    forget(ws, url)
    folder.mkdir(parents=True)
    try:
        with _answer(_as_file(url)) as answer:
            return _save(answer, url, folder)
    except OSError as error:
        forget(ws, url)
        if disk_is_full(error):
            raise NoSpace from error
        raise
    except httpx.HTTPError as error:
        forget(ws, url)
        raise ToolError(f"{shown(url)} broke off: {str(error) or type(error).__name__}. Try again.") from error
    except ToolError:
        forget(ws, url)
        raise


def forget(ws: Workspace, url: str) -> None:
    """Delete what was fetched from a link."""
    shutil.rmtree(_folder(ws, url), ignore_errors=True)


def name_in(url: str) -> str:
    """What the file behind a link is called, by the link."""
    path = unquote(urlsplit(_as_file(url)).path).rstrip("/")
    return safe(path.rpartition("/")[2]) if path else urlsplit(url).hostname or "link"


def _folder(ws: Workspace, url: str) -> Path:
    return ws.folder / ".links" / hashlib.sha256(url.encode()).hexdigest()[:32]


def _forget_old(folder: Path) -> None:
    for each in folder.glob("*"):
        if time.time() - each.stat().st_mtime > KEPT_SECONDS:
            shutil.rmtree(each, ignore_errors=True)


def _as_file(url: str) -> str:
    for page, file in SHOWN_AS_PAGES:
        if match := re.fullmatch(page, url):
            return match.expand(file)
    return url


@contextmanager
def _answer(url: str) -> Generator[httpx.Response]:
    """The answer at the end of the redirects, its body still to be read."""
    first = url
    for _ in range(MOST_REDIRECTS + 1):
        with _asked(url) as answer:
            if answer.is_redirect:
                url = urljoin(url, answer.headers.get("location", ""))
                continue
            if not answer.is_success:
                raise ToolError(_refusal(first, answer.status_code))
            yield answer
            return
    raise ToolError(f"{shown(first)} leads from one place to the next and to no file. Give the link of the file.")


@contextmanager
def _asked(url: str) -> Generator[httpx.Response]:
    """The answer of the first address that takes the connection."""
    timeout = httpx.Timeout(SILENT_SECONDS, connect=CONNECT_SECONDS)
    why = ""
    for target in targets(url):
        with httpx.Client(timeout=timeout, trust_env=target.by_proxy) as client:
            request = client.build_request("GET", target.url, headers=target.headers, extensions=target.extensions)
            try:
                answer = client.send(request, stream=True)
            except (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError) as error:
                why = str(error) or type(error).__name__
                continue
            try:
                yield answer
            finally:
                answer.close()
            return
    raise ToolError(f"{shown(url)} cannot be reached ({why}). Check the link and the connection, or upload the file.")


def _save(answer: httpx.Response, url: str, folder: Path) -> Path:
    said = answer.headers.get("content-length", "")
    total = int(said) if said.isdigit() else 0
    if total > MOST_BYTES:
        raise _too_large(url)
    target = folder / _name(answer, url)
    part = target.with_suffix(".part")
    size, began = 0, time.monotonic()
    with part.open("wb") as out:
        for chunk in answer.iter_raw(CHUNK):
            size += len(chunk)
            if size > MOST_BYTES:
                raise _too_large(url)
            if time.monotonic() - began > MOST_SECONDS:
                raise ToolError(f"{shown(url)} comes too slowly. Fetch it yourself and upload the file.")
            out.write(chunk)
            tell(size / total if total else 0.0, f"Fetched {size / 2**20:,.0f} MB of {target.name}")
    part.rename(target)
    return target


def _name(answer: httpx.Response, url: str) -> str:
    given = re.search(r'filename="?([^";]+)', answer.headers.get("content-disposition", ""), re.I)
    name = safe(given[1]) if given else name_in(url)
    if Path(name).suffix.lower() in OF_NAME:
        return name
    type_ = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    return name + OF_TYPE.get(type_, "")


def _refusal(url: str, status: int) -> str:
    match status:
        case 401 | 403:
            return f"{shown(url)} is not open to everyone ({status}). Fetch it where you are signed in and upload it."
        case 404 | 410:
            return f"There is nothing at {shown(url)} ({status}). Check the link."
        case 429:
            return f"{shown(url)} is asked too often just now ({status}). Try again in a while."
        case _:
            return f"{shown(url)} answered {status} instead of a file. Try again later, or upload the file."


def _too_large(url: str) -> ToolError:
    return ToolError(
        f"{shown(url)} is larger than the {MOST_BYTES / 2**30:.0f} GB that are fetched. Upload the part that matters."
    )
