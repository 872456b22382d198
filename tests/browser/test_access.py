"""The page for everybody: axe finds no violation, in both themes, wide and narrow, at every stage of a conversation."""

import re
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenTab, Tab, serving
from tests.browser.test_page import BOOK as SAID
from tests.browser.test_page import mails
from tests.browser.test_rows import opened
from tests.browser.test_training import WORK, going_on, unfold

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
BOOK = SAID
__all__ = ["mails"]


def violations(tab: Tab) -> list[str]:
    """What axe finds on the page once its colours rest: the rule, and the elements that break it."""
    tab.page.wait_for_function("document.getAnimations().every(one => !(one instanceof CSSTransition))")
    tab.page.evaluate(AXE)
    found: dict[str, Any] = tab.page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    assert len(found["passes"]) > 15
    return [f"{one['id']}: {[node['html'][:200] for node in one['nodes'][:3]]}" for one in found["violations"]]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing(address: str, open_tab: OpenTab, mails: Path, theme: str, width: int) -> None:
    tab = open_tab(address, width=width, theme=theme)
    expect(tab.page.locator(".tw-tour")).to_be_visible()
    assert violations(tab) == []
    aside(tab, opened=True)
    tab.begin(f"axe {theme} {width}")
    assert violations(tab) == []
    aside(tab, opened=width > 900)
    tab.upload(mails)
    expect(tab.card.locator("#tw-approve")).to_be_visible()
    assert violations(tab) == []
    tab.approve()
    tab.sees(re.compile("Loaded 8 rows"))
    tab.rests()
    tab.say("What is in it?")
    expect(tab.chat.locator("figure svg").last).to_be_visible()
    tab.rests()
    tab.say("look for repeated rows")
    tab.sees(re.compile("waits? for your yes"))
    tab.rests()
    tab.say("apply the fixes")
    expect(tab.card.locator("#tw-approve")).to_be_visible()
    expect(tab.chat.locator("table").last).to_be_attached()
    assert violations(tab) == []
    opened(tab, "exact duplicates")
    assert violations(tab) == []
    tab.page.locator("#tw-chat").click(position={"x": 2, "y": 2})
    tab.page.keyboard.press("?")
    expect(tab.page.get_by_role("dialog")).to_be_visible()
    assert violations(tab) == []
    tab.page.keyboard.press("Escape")
    aside(tab, opened=True)
    tab.page.locator(".tw-talks summary").first.click()
    assert violations(tab) == []


def test_axe_finds_nothing_while_a_training_goes_on(tmp_path: Path, open_tab: OpenTab) -> None:
    with going_on(tmp_path) as home:
        with serving(home, {}) as address:
            for theme in ("light", "dark"):
                for width in (390, 1280):
                    tab = open_tab(address, width=width, theme=theme)
                    live = tab.page.locator("#tw-live")
                    expect(live).to_contain_text(re.compile(r"running\. Step \d+"), timeout=WORK)
                    assert violations(tab) == []
                    unfold(tab)
                    assert violations(tab) == []
                    tab.page.close()


def test_the_page_has_one_heading_of_its_own_whatever_is_open(address: str, open_tab: OpenTab) -> None:
    tab = open_tab(address, width=390)
    for at_the_side in (False, True):
        aside(tab, opened=at_the_side)
        expect(tab.page.get_by_role("heading", level=1)).to_have_count(1)
        expect(tab.page.get_by_role("heading", name="Tunewright", level=1)).to_have_count(1)


def aside(tab: Tab, *, opened: bool) -> None:
    """Open or close the side panel."""
    side = tab.page.locator(".sidebar")
    if ("open" in (side.get_attribute("class") or "").split()) != opened:
        side.locator(".toggle-button").click()
    expect(side).to_have_class(re.compile(r"\bopen\b") if opened else re.compile(r"^(?!.*\bopen\b)"))
