"""People label rows in a real browser, by keys."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from store import Workspace
from store.datasets import slug
from store.labellings import Annotation
from tests.browser.conftest import OpenTab, Tab

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

NASTY = "{{value}} ${alert(1)} <img src=x onerror=alert(1)>"
BY_HAND = "label the mails by hand as delivery or refund, half of them by both of us"
BOOK = {
    "I uploaded mails.csv. Load it.": ("load_dataset", {"source": "mails.csv"}),
    BY_HAND: ("label_rows", {"dataset": "mails", "labels": ["delivery", "refund"], "share": 0.5}),
    "answer the faq by hand": ("label_rows", {"dataset": "mails", "style": "answers"}),
}


@pytest.fixture
def mails(tmp_path: Path) -> Path:
    path = tmp_path / "mails.csv"
    texts = [f"Where is parcel {n}, it should be here by now" for n in range(20)]
    path.write_text("\n".join(["message", NASTY, *(f'"{text}"' for text in texts)]) + "\n")
    return path


def opened(tab: Tab, project: str, mails: Path, wish: str = BY_HAND) -> Locator:
    tab.begin(project)
    tab.upload(mails)
    tab.approve()
    tab.rests()
    tab.say(wish)
    return tab.page.locator(".tw-labelling")


def named(panel: Locator, name: str) -> None:
    panel.locator(".tw-say").fill(name)
    panel.locator(".tw-say").press("Enter")
    expect(panel.locator(".tw-far")).to_be_visible()


def pressed(panel: Locator, key: str) -> None:
    """Press a key, and wait for what is drawn then."""
    before = panel.get_attribute("data-drawn")
    panel.page.keyboard.press(key)
    expect(panel).not_to_have_attribute("data-drawn", before or "")


def said(home: Path, project: str) -> list[Annotation]:
    with Workspace(home, project) as ws:
        found = ws.labellings.newest()
        assert found
        return ws.labellings.standing(found.number)


def test_rows_are_labelled_by_keys_and_nothing_is_lost(
    address: str, open_tab: OpenTab, mails: Path, home: Path
) -> None:
    tab = open_tab(address)
    panel = opened(tab, "keys", mails)
    expect(tab.box).not_to_be_visible()
    named(panel, "Ana")
    expect(panel.locator(".tw-far")).to_contain_text("0 of 21 labelled")
    for key in ("1", "2", "1"):
        pressed(panel, key)
    last = panel.get_attribute("data-row")
    pressed(panel, "u")
    expect(panel.locator(".tw-far")).to_contain_text(re.compile("2 of 21 labelled, about .* left"))
    assert panel.get_attribute("data-row") != last
    pressed(panel, "2")
    pressed(panel, "s")
    expect(panel.locator(".tw-far")).to_contain_text("3 of 21 labelled")
    panel.locator(".tw-say").fill("complaint")
    panel.locator(".tw-say").press("Enter")
    expect(panel.locator(".tw-label")).to_have_count(3)
    pressed(panel, "3")
    tab.page.reload()
    expect(panel.locator(".tw-far")).to_contain_text("5 of 21 labelled")
    stands = said(home, "keys")
    assert [each.value for each in stands if each.action == "labelled"] == [
        "delivery", "refund", "refund", "complaint", "complaint"
    ]  # fmt: skip
    assert [each.annotator for each in stands if each.action == "skipped"] == ["Ana"]
    pressed_close(tab, panel)


def pressed_close(tab: Tab, panel: Locator) -> None:
    tab.page.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    expect(tab.box).to_be_visible()
    tab.page.reload()
    expect(tab.box).to_be_visible()
    expect(panel).to_have_count(0)


def test_a_second_person_disagrees_and_it_is_settled_by_a_click(
    address: str, open_tab: OpenTab, mails: Path, home: Path
) -> None:
    ana, ben = open_tab(address), open_tab(address)
    panel = opened(ana, "two people", mails)
    named(panel, "Ana")
    for _ in range(4):
        pressed(panel, "1")
    other = ben.page.locator(".tw-labelling")
    ben.page.locator("#tw-projects").get_by_label(slug("two people"), exact=True).check()
    named(other, "Ben")
    pressed(other, "2")
    other.get_by_text("Disagreements (1)").click()
    expect(other.locator(".tw-read")).to_contain_text("Cohen's kappa")
    other.get_by_role("button", name=re.compile("refund")).click()
    expect(other.locator(".tw-read")).to_contain_text("Nothing is left to settle")
    assert [each.value for each in said(home, "two people") if each.action == "settled"] == ["refund"]


def test_answers_are_typed_and_text_from_data_is_only_text(
    address: str, open_tab: OpenTab, mails: Path, home: Path
) -> None:
    tab = open_tab(address)
    panel = opened(tab, "answers", mails, "answer the faq by hand")
    named(panel, "Ana")
    seen: list[str] = []
    for n in range(21):
        seen.append(panel.locator(".tw-text").inner_text())
        before = panel.get_attribute("data-drawn")
        panel.locator(".tw-say").fill(f"Answer {n} {NASTY}")
        panel.locator(".tw-say").press("Enter")
        expect(panel).not_to_have_attribute("data-drawn", before or "")
    expect(panel.locator(".tw-read")).to_contain_text("nothing left for you to label")
    assert NASTY in seen
    assert {each.value for each in said(home, "answers")} == {f"Answer {n} {NASTY}" for n in range(21)}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_panel_fits_its_width_in_both_themes(
    address: str, open_tab: OpenTab, mails: Path, theme: str, width: int
) -> None:
    tab = open_tab(address, theme=theme)
    panel = opened(tab, f"panel {theme} {width}", mails)
    named(panel, "Ana")
    tab.page.set_viewport_size({"width": width, "height": 844})
    for what in ("#tw-say, .tw-say", ".tw-foot", ".tw-labels"):
        expect(panel.locator(what)).to_be_in_viewport()
    wide = tab.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0
