"""A training in the page: live, after a reload, after a restart of the app, and with something wrong."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import expect

from store import Workspace
from tests.browser.conftest import Tab, serving
from tests.tiny_model import build
from tests.tiny_run import add_tickets, start

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]
WORK = 180_000
"""Milliseconds for what loads torch in a process of its own."""
CURVES = ("Evaluation rows right", "Learning rate", "Gradient norm", "Tokens per second", "Memory")


@contextmanager
def going_on(folder: Path) -> Iterator[Path]:
    """A workspace in which a training goes on for as long as it is looked at."""
    home = folder / "home"
    with Workspace(home) as ws:
        add_tickets(ws)
        run = start(ws, build(folder / "tiny"), epochs=4000, evaluation_rows=12, early_stopping=False)
    try:
        yield home
    finally:
        with Workspace(home) as ws:
            ws.jobs.stop(run.job.id)


def unfold(tab: Tab) -> None:
    more = tab.page.get_by_role("button", name="More curves and sample answers")
    more.click()
    for title in CURVES:
        expect(tab.page.get_by_role("img", name=re.compile(title))).to_be_visible(timeout=WORK)
    answers = tab.page.get_by_role("group", name=re.compile("Sample answers of run-1"))
    expect(answers).to_contain_text("expected")


def test_a_run_is_watched_live_and_found_again_after_a_reload_and_a_restart(
    tmp_path: Path, open_tab: Callable[..., Tab]
) -> None:
    with going_on(tmp_path) as home:
        with serving(home, {}) as address:
            tab = open_tab(address)
            live = tab.page.locator("#tw-live")
            expect(live).to_contain_text(re.compile(r"run-1 on tickets: running\. Step \d+"), timeout=WORK)
            expect(live).to_contain_text("gradient norm")
            unfold(tab)
            tab.page.reload()
            expect(live).to_contain_text(re.compile(r"Step \d+"))
            unfold(tab)
        with serving(home, {}) as address:
            again = open_tab(address, width=390)
            live = again.page.locator("#tw-live")
            expect(live).to_contain_text(re.compile(r"running\. Step \d+"))
            unfold(again)
            wide = again.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0
            again.page.locator("#tw-stop-run").click()
            expect(live).to_contain_text("run-1 on tickets: stopped", timeout=WORK)


def test_what_is_wrong_with_a_run_is_told_with_what_to_say_next(tmp_path: Path, open_tab: Callable[..., Tab]) -> None:
    home = tmp_path / "home"
    with Workspace(home) as ws:
        add_tickets(ws)
        ws.jobs.wait(start(ws, build(tmp_path / "tiny"), epochs=6, learning_rate=1e-9).job.id)
    with serving(home, {}) as address:
        tab = open_tab(address)
        live = tab.page.locator("#tw-live")
        expect(live.locator(".tw-trouble").filter(has_text="hardly fallen")).to_be_visible()
        expect(live).to_contain_text("run-1 on tickets: done")
        expect(tab.page.locator("#tw-chips").get_by_text("learning rate 5e-09")).to_be_visible()
