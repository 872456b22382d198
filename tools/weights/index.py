"""Find a wheel on the package indexes that pip is set up to use (the simple repository API, PEP 503 and PEP 691)."""

import ast
import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import httpx
from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename
from packaging.version import Version

from tools.weights.download import Remote, client
from tools.weights.errors import FetchError

PYPI = "https://pypi.org/simple"
ACCEPT = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1"


@dataclass(frozen=True)
class PipSettings:
    """What pip was told about where packages are.

    Attributes:
        indexes: Addresses of the simple API, the main one first.
        cert: Path of a certificate bundle, or empty.
        proxy: Address of a proxy, or empty.
    """

    indexes: tuple[str, ...]
    cert: str = ""
    proxy: str = ""

    @classmethod
    def read(cls) -> "PipSettings":
        """Ask pip, where it is installed, for its files and the environment; else read the environment alone."""
        told = _pip_config() if importlib.util.find_spec("pip") else _pip_environment()
        index = [] if told.get("no-index", "").lower() in ("1", "true", "yes", "on") else [told.get("index-url", PYPI)]
        return cls((*index, *told.get("extra-index-url", "").split()), told.get("cert", ""), told.get("proxy", ""))

    def client(self) -> httpx.Client:
        """An HTTP client that goes through the same proxy and trusts the same certificates as pip."""
        return client(self.cert or True, self.proxy or None)


def find_wheel(http: httpx.Client, indexes: tuple[str, ...], name: str, version: str) -> Remote:
    """The wheel of one version of a package, from the first index that has it.

    Raises:
        FetchError: No index has it; the message says what each answered.
    """
    tried: list[str] = []
    for index in indexes:
        try:
            for remote in _files(http, f"{index.rstrip('/')}/{canonicalize_name(name)}/"):
                if _is_wheel_of(remote, version):
                    return remote
            tried.append(f"{_shown(index)} has no wheel of {name} {version}")
        except httpx.HTTPStatusError as error:
            tried.append(f"{_shown(index)} answered {error.response.status_code} for {name}")
        except (httpx.TransportError, OSError) as error:
            tried.append(f"{_shown(index)} cannot be reached ({str(error) or type(error).__name__})")
    raise FetchError("; ".join(tried) or "pip is told to use no index")


def _files(http: httpx.Client, page: str) -> Iterator[Remote]:
    if urlsplit(page).scheme == "file":
        yield from _from_html((Path(unquote(urlsplit(page).path)) / "index.html").read_text(), page)
        return
    response = http.get(page, headers={"Accept": ACCEPT})
    response.raise_for_status()
    if "json" not in response.headers.get("content-type", ""):
        yield from _from_html(response.text, str(response.url))
        return
    listing: dict[str, Any] = response.json()
    for file in listing["files"]:
        url = urljoin(str(response.url), file["url"])
        yield Remote(url, file.get("size"), file["hashes"].get("sha256", ""))


def _from_html(text: str, page: str) -> Iterator[Remote]:
    links = _Links()
    links.feed(text)
    for link in links.found:
        url, fragment = urldefrag(urljoin(page, link))
        yield Remote(url, None, fragment.removeprefix("sha256=") if fragment.startswith("sha256=") else "")


class _Links(HTMLParser):
    """Collects the address of every link of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a" and (link := dict(attrs).get("href")):
            self.found.append(link)


def _is_wheel_of(remote: Remote, version: str) -> bool:
    try:
        return parse_wheel_filename(unquote(urlsplit(remote.url).path).rpartition("/")[2])[1] == Version(version)
    except InvalidWheelFilename:
        return False


def _pip_config() -> dict[str, str]:
    command = [sys.executable, "-m", "pip", "config", "list", "--disable-pip-version-check"]
    told = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False).stdout
    settings: dict[str, str] = {}
    for section in ("global", "download", "install", ":env:"):  # the later ones win, as they do for pip
        for line in told.splitlines():
            key, _, value = line.partition("=")
            if key.startswith(section + "."):
                settings[key.removeprefix(section + ".")] = str(ast.literal_eval(value))
    return settings


def _pip_environment() -> dict[str, str]:
    return {key[4:].lower().replace("_", "-"): value for key, value in os.environ.items() if key.startswith("PIP_")}


def _shown(index: str) -> str:
    """An index address without the password that may stand in it."""
    parts = urlsplit(index)
    return f"{parts.scheme}://{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}{parts.path}"
