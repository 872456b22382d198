"""People compare answers blind in a real browser, by keys."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from store import Workspace
from store.blind_tests import Judged
from tests.browser.conftest import OpenTab, Tab
from tests.browser.test_labelling import NASTY, named, pressed
from tests.evaluate.made_answers import evaluated

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

WISH, END = "let me compare the answers blind", "show the result of the blind test"
BOOK = {WISH: ("blind_test", {}), END: ("blind_test", {"step": "end"})}
LONG = "Thank you for writing to us. " * 60


def opened(tab: Tab, home: Path, project: str, rows: int = 8) -> Locator:
    tab.begin(project)
    said = [(f"Where is parcel {n}?", "here", f"Parcel {n} is on its way.", LONG) for n in range(rows - 1)]
    with Workspace(home, project) as ws:
        evaluated(ws, "run-1", [*said, (NASTY, "here", NASTY, "")])
    tab.say(WISH)
    return tab.page.locator(".tw-labelling")


def standing(home: Path, project: str) -> list[Judged]:
    with Workspace(home, project) as ws:
        found = ws.blind_tests.newest()
        assert found
        return ws.blind_tests.standing(found.number)


def test_pairs_are_judged_by_keys_and_a_reload_goes_on(address: str, open_tab: OpenTab, home: Path) -> None:
    tab = open_tab(address)
    panel = opened(tab, home, "blind keys")
    named(panel, "Ana")
    expect(panel.locator(".tw-far")).to_contain_text("0 of 8 judged")
    expect(tab.box).not_to_be_visible()
    for key in ("1", "2", "0"):
        pressed(panel, key)
    row = panel.get_attribute("data-row")
    answers = panel.locator(".tw-answer").all_inner_texts()
    tab.page.reload()
    expect(panel.locator(".tw-far")).to_contain_text("3 of 8 judged")
    assert (panel.get_attribute("data-row"), panel.locator(".tw-answer").all_inner_texts()) == (row, answers)
    pressed(panel, "s")
    pressed(panel, "u")
    assert panel.get_attribute("data-row") == row
    pressed(panel, "u")
    expect(panel.locator(".tw-far")).to_contain_text("2 of 8 judged")
    seen: list[str] = []
    for _ in range(6):
        seen.append(panel.inner_text())
        pressed(panel, "1")
    expect(panel.locator(".tw-read")).to_contain_text("You have judged every pair")
    assert sum(NASTY in text for text in seen) <= 1
    assert not any(name in text for text in seen for name in ("run-1", "untuned"))
    said = standing(home, "blind keys")
    assert len(said) == 8 and all(each.rater == "Ana" and each.seconds > 0 for each in said)
    assert all(each.choice == each.first for each in said[2:]), "1 takes what stands first, whosever it is"
    pressed(panel, "r")
    expect(panel.locator(".tw-read")).to_contain_text("run-1")
    tab.page.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    tab.say(END)
    tab.sees("What people chose")


def test_a_second_person_judges_the_same_pairs_in_an_order_of_their_own(
    address: str, open_tab: OpenTab, home: Path
) -> None:
    ana, ben = open_tab(address), open_tab(address)
    panel = opened(ana, home, "blind two", rows=5)
    named(panel, "Ana")
    for _ in range(5):
        pressed(panel, "1")
    other = ben.page.locator(".tw-labelling")
    ben.page.locator("#tw-projects").get_by_label("blind_two", exact=True).check()
    named(other, "Ben")
    for _ in range(5):
        pressed(other, "2")
    pressed(other, "r")
    expect(other.locator(".tw-read")).to_contain_text("Ana and Ben judged 5 rows more than once")
    pressed(panel, "u")
    expect(panel.locator(".tw-read")).to_contain_text("Ana and Ben judged 5 rows")
    assert len(standing(home, "blind two")) == 10, "after the end nothing is taken back"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_panel_fits_its_width_in_both_themes(
    address: str, open_tab: OpenTab, home: Path, theme: str, width: int
) -> None:
    tab = open_tab(address, theme=theme)
    panel = opened(tab, home, f"blind {theme} {width}")
    named(panel, "Ana")
    tab.page.set_viewport_size({"width": width, "height": 844})
    if width < 900:
        tab.page.locator("#tw-side .toggle-button").click()
        expect(tab.page.locator("#tw-board")).not_to_be_in_viewport()
    for what in (".tw-asked", ".tw-labels", ".tw-foot"):
        expect(panel.locator(what)).to_be_in_viewport(ratio=0.99)
    for place in (0, 1):
        expect(panel.locator(".tw-answer").nth(place)).to_be_in_viewport(ratio=0.99)
    wide = tab.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0
    if folder := os.environ.get("TUNEWRIGHT_PICTURES"):
        tab.page.screenshot(path=f"{folder}/blind-{theme}-{width}.png")
