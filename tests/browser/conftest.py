"""The page in a process of its own, and headless Chromium before it."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from store.datasets import slug

ROOT = Path(__file__).parents[2]
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
QUIET = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
).split()
PATIENCE = 30_000
"""Milliseconds until a condition must have come true: two busy cores are slow."""

expect.set_options(timeout=PATIENCE)
Book = dict[str, tuple[str, Any]]
OpenTab = Callable[..., "Tab"]


class Tab:
    """The page as a person sees it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.chat = page.locator("#tw-chat")
        self.card = page.locator("#tw-card")
        self.box = page.locator("#tw-box textarea")

    def say(self, text: str) -> None:
        self.box.fill(text)
        self.box.press("Enter")
        expect(self.box).to_have_value("")

    def sees(self, text: str | re.Pattern[str], patience: float = PATIENCE) -> Locator:
        found = self.chat.get_by_text(text).last
        expect(found).to_be_visible(timeout=patience)
        return found

    def rests(self) -> None:
        """The turn is over: words can be sent again."""
        expect(self.page.locator("#tw-box .submit-button")).to_be_visible()

    def approve(self, which: str = "#tw-approve") -> None:
        self.card.locator(which).click()
        expect(self.card.locator("#tw-approve")).to_have_count(0)

    def begin(self, project: str) -> None:
        """A project of its own, so that tests do not meet."""
        name = self.page.locator("#tw-new-name input, #tw-new-name textarea")
        name.fill(project)
        name.press("Enter")
        expect(self.page.locator("#tw-projects").get_by_label(slug(project), exact=True)).to_be_checked()
        expect(self.page.get_by_text("What should your model do?")).to_be_visible()

    def upload(self, *files: Path) -> None:
        self.page.locator("#tw-box input[type=file]").set_input_files(list(files))
        expect(self.page.locator("#tw-box .thumbnail-item")).to_have_count(len(files))
        self.box.press("Enter")


@contextmanager
def serving(home: Path, book: Book) -> Iterator[str]:
    """The page's address while it runs; killed at the end, as a machine that goes down would."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    home.mkdir(parents=True, exist_ok=True)
    (home / "book.json").write_text(json.dumps(book))
    command = [sys.executable, "-m", "tests.browser.serve", str(home), str(port), str(home / "book.json")]
    settings = {"GRADIO_ANALYTICS_ENABLED": "False", "GRADIO_TEMP_DIR": str(home / "gradio"), "TUNEWRIGHT_EAR": "off"}
    environment = os.environ | settings
    with (home / "server.log").open("w") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        _reach(f"http://127.0.0.1:{port}", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


def _reach(address: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 90
    while time.monotonic() < until:
        assert process.poll() is None, "the page did not start"
        try:
            httpx.get(address, timeout=5).raise_for_status()
            return
        except httpx.TransportError:
            time.sleep(0.2)
    raise AssertionError("the page did not answer")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workspace of the page that a file's tests look at."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def address(request: pytest.FixtureRequest, home: Path) -> Iterator[str]:
    """Where the page is, which knows what is said in the file's `BOOK`."""
    with serving(home, request.module.BOOK) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM:
        pytest.skip("no Chromium on this machine; install it (apt install chromium) to run the browser tests")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def open_tab(browser: Browser) -> Iterator[Callable[..., Tab]]:
    """Opens a tab of a browser that asked nobody but the page for anything, and met no error."""
    met: list[str] = []
    contexts = []

    def open_tab(address: str, *, width: int = 1280, theme: str = "light", beside: Tab | None = None) -> Tab:
        if beside:
            page = beside.page.context.new_page()
        else:
            contexts.append(context := browser.new_context(viewport={"width": width, "height": 900}))
            page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: met.append(f"error on the page: {error}"))
        page.on("dialog", lambda dialog: met.append(f"a script ran: {dialog.message}") or dialog.dismiss())
        page.on("request", lambda request: _is_ours(request.url, address) or met.append(f"asked {request.url}"))
        page.goto(f"{address}/?__theme={theme}")
        tab = Tab(page)
        expect(page.locator("#tw-board .tw-board")).to_be_attached()
        return tab

    yield open_tab
    for context in contexts:
        context.close()
    assert not met


def _is_ours(url: str, address: str) -> bool:
    return url.startswith((address, "data:", "blob:"))
