"""The tour, the keys and the languages, in a real browser."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from assistant.languages import LANGUAGES, words
from tests.browser.conftest import OpenTab, Tab
from tests.browser.test_page import mails

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
BOOK = {"I uploaded mails.csv. Load it.": ("load_dataset", {"source": "mails.csv"}), "hello": ("answer", "Hello.")}
__all__ = ["mails"]


def test_the_tour_is_walked_with_the_keyboard_once(address: str, open_tab: OpenTab) -> None:
    tab = open_tab(address)
    tour = tab.page.get_by_role("region", name="A short tour")
    for step, title in enumerate(["Say what you want", "Nothing changes without your yes", "See how far you are"], 1):
        expect(tour).to_contain_text(f"Step {step} of 3")
        expect(tour.get_by_role("heading", name=title)).to_be_visible()
        tour.get_by_role("button", name="Begin" if step == 3 else "Next").focus()
        tab.page.keyboard.press("Enter")
    expect(tour).to_be_hidden()
    expect(tab.box).to_be_focused()
    tab.page.reload()
    expect(tab.page.locator("#tw-board .tw-board")).to_be_attached()
    expect(tour).to_be_hidden()


def test_the_tour_goes_when_something_is_said(address: str, open_tab: OpenTab) -> None:
    tab = open_tab(address)
    expect(tab.page.locator(".tw-tour")).to_be_visible()
    tab.say("hello")
    tab.sees("Hello.")
    expect(tab.page.locator(".tw-tour")).to_be_hidden()
    tab.page.locator("#tw-new-talk").click()
    expect(tab.page.get_by_text("What should your model do?")).to_be_visible()
    expect(tab.page.locator(".tw-tour")).to_be_hidden()


def test_keys_do_as_the_map_says_and_never_while_typing(address: str, open_tab: OpenTab, mails: Path) -> None:
    tab = open_tab(address)
    tab.begin("keys")
    tab.upload(mails)
    expect(tab.card.locator("#tw-approve")).to_be_visible()
    tab.box.fill("")
    tab.box.press_sequentially("a?b/n")
    expect(tab.box).to_have_value("a?b/n")
    expect(tab.page.get_by_role("dialog")).to_be_hidden()
    tab.box.press("Escape")
    tab.page.keyboard.press("?")
    expect(tab.page.get_by_role("dialog", name="Keyboard map")).to_be_visible()
    tab.page.keyboard.press("Escape")
    expect(tab.page.get_by_role("dialog")).to_be_hidden()
    tab.page.keyboard.press("a")
    expect(tab.card.locator("#tw-approve")).to_be_focused()
    tab.page.keyboard.press("s")
    expect(tab.page.get_by_label("Search conversations")).to_be_focused()
    tab.page.keyboard.press("b")
    expect(tab.page.get_by_label("Search conversations")).to_have_value("b")
    expect(tab.card.locator("#tw-approve")).to_be_visible()


def test_the_keys_can_be_turned_off(address: str, open_tab: OpenTab) -> None:
    tab = open_tab(address)
    tab.page.get_by_role("button", name=re.compile("Keyboard map")).click()
    tab.page.get_by_label(re.compile("Use these keys")).uncheck()
    tab.page.get_by_role("button", name="Close").click()
    tab.page.keyboard.press("?")
    tab.page.keyboard.press("/")
    expect(tab.page.get_by_role("dialog")).to_be_hidden()
    expect(tab.box).not_to_be_focused()


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
def test_the_page_speaks_the_language_of_the_browser(address: str, browser: Browser, language: str) -> None:
    context = browser.new_context(locale=language, viewport={"width": 1280, "height": 900})
    page, told = context.new_page(), words(language)
    page.goto(address)
    for key in ("welcome", "new_conversation", "tour_say", "honest", "hint_results"):
        expect(page.get_by_text(told[key], exact=True).first).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", language)
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    context.close()


def test_the_language_is_changed_in_the_page_and_an_open_card_follows(
    address: str, browser: Browser, mails: Path
) -> None:
    context = browser.new_context(locale="de")
    tab = Tab(context.new_page())
    tab.page.goto(address)
    tab.upload(mails)
    expect(tab.card.get_by_role("button", name="Zustimmen", exact=True)).to_be_visible()
    tab.page.locator(".tw-language select").select_option("fr")
    expect(tab.card.get_by_role("button", name="Approuver", exact=True)).to_be_visible()
    expect(tab.page.locator("html")).to_have_attribute("lang", "fr")
    context.close()
