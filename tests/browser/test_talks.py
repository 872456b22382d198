"""Several conversations of a project, in a real browser: begun, found again, renamed and saved as files."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenTab, Tab

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
BOOK = {"What is LoRA?": ("answer", ""), "hello": ("answer", "Hello.")}
TOLD = re.compile("a pair of thin matrices")


def listed(tab: Tab) -> list[str]:
    return [one.strip() for one in tab.page.locator(".tw-talks li button[data-what=open] span").all_inner_texts()]


def test_conversations_are_begun_found_and_opened_again(address: str, open_tab: OpenTab) -> None:
    tab = open_tab(address)
    tab.begin("several")
    expect(tab.page.locator("#tw-talks")).to_contain_text("Nothing has been said yet")
    tab.say("What is LoRA?")
    tab.sees(TOLD)
    tab.rests()
    tab.page.locator("#tw-new-talk").click()
    expect(tab.chat.get_by_text(TOLD)).to_have_count(0)
    tab.say("hello")
    tab.sees("Hello.")
    expect(tab.page.locator(".tw-talks li")).to_have_count(2)
    assert listed(tab) == ["hello", "What is LoRA?"]
    search = tab.page.get_by_label("Search conversations")
    search.fill("THIN matrices")
    expect(tab.page.locator(".tw-talks mark")).to_have_text("thin")
    tab.page.locator(".tw-talks").get_by_role("button", name=re.compile("What is LoRA")).click()
    tab.sees(TOLD)
    tab.page.reload()
    tab.sees(TOLD)
    search.fill("no such words")
    expect(tab.page.locator("#tw-talks")).to_contain_text("Nothing found for “no such words”")


def test_a_conversation_is_renamed_and_saved(address: str, open_tab: OpenTab) -> None:
    tab = open_tab(address)
    tab.begin("saved")
    tab.say("What is LoRA?")
    tab.sees(TOLD)
    tab.rests()
    tab.page.get_by_label("More about What is LoRA?").click()
    tab.page.get_by_label("New name").fill("<b>Cities</b>")
    tab.page.get_by_role("button", name="Rename").click()
    expect(tab.page.locator(".tw-talks li button[data-what=open] span")).to_have_text("<b>Cities</b>")
    file = saved(tab, "Save as Markdown")
    assert file.index("## You\n\nWhat is LoRA?") < file.index("## Tunewright") < file.index("thin matrices")
    told = json.loads(saved(tab, "Save as JSON"))
    assert told["title"] == "<b>Cities</b>"
    assert [one["event"] for one in told["events"]][:1] == ["heard"]
    assert any("thin matrices" in one.get("text", "") for one in told["events"] if one["event"] == "said")


def saved(tab: Tab, button: str) -> str:
    """The file that a button saves."""
    if not tab.page.locator(".tw-talks details[open]").count():
        tab.page.locator(".tw-talks summary").click()
    with tab.page.expect_download() as download:
        tab.page.get_by_role("button", name=button).click()
    assert download.value.suggested_filename.startswith("b_cities_b.")
    return Path(download.value.path()).read_text(encoding="utf-8")


def test_two_tabs_look_at_two_conversations(address: str, open_tab: OpenTab) -> None:
    first = open_tab(address)
    first.begin("two tabs")
    first.say("What is LoRA?")
    first.sees(TOLD)
    second = open_tab(address, beside=first)
    second.sees(TOLD)
    second.page.locator("#tw-new-talk").click()
    second.say("hello")
    second.sees("Hello.")
    expect(first.chat.get_by_text("Hello.")).to_have_count(0)
    first.sees(TOLD)
