"""Two users and a guest at once before the same Space: none ever sees a name, file, project or word of another."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser.conftest import Tab
from tests.space.emulated import Space, session, space

SLOW = 120_000
"""Milliseconds: three browsers look at one Space."""

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Space]:
    with space(tmp_path_factory.mktemp("space")) as running:
        yield running


def visit(browser: Browser, running: Space, name: str = "") -> tuple[Tab, BrowserContext]:
    """A browser of its own; signed in, if it has a name."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    if name:
        context.add_cookies([{"name": "session", "value": session(name), "url": running.address}])
    page = context.new_page()
    page.goto(running.address)
    expect(page.locator("#tw-board .tw-board")).to_be_attached(timeout=60_000)
    return Tab(page), context


def begun(tab: Tab, project: str, file: Path, rows: str) -> None:
    file.write_text(rows)
    tab.begin(project)
    tab.upload(file)
    tab.sees(f"I uploaded {file.name}.", SLOW)


def test_two_users_and_a_guest_never_see_one_another(browser: Browser, running: Space, tmp_path: Path):
    people = {name: visit(browser, running, name) for name in ("ana", "ben")}
    people["guest"] = visit(browser, running)
    try:
        for name, (tab, _) in people.items():
            told = "You are a guest" if name == "guest" else f"Signed in as {name}"
            expect(tab.page.locator("#tw-visitor")).to_contain_text(told)
            begun(tab, f"plans of {name}", tmp_path / f"{name}_diary.csv", f"text,label\nsecret of {name},a\nx,b\n")
        for name, (tab, _) in people.items():
            for _round in range(2):  # as it stands, and as it comes anew
                sees = tab.page.content()
                assert f"{name}_diary.csv" in sees and f"plans_of_{name}" in sees
                for other in people.keys() - {name}:
                    assert not re.search(f"{other}_diary|plans_of_{other}|secret of {other}", sees), (name, other)
                tab.page.reload()
                tab.sees(f"I uploaded {name}_diary.csv.", SLOW)
    finally:
        for _, context in people.values():
            context.close()
