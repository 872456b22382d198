"""What a person does with the page, in a real browser."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenTab

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

NASTY = "<img src=x onerror=alert(1)>"
ROWS = [
    ("My card has not arrived yet", "delivery"),
    ("I want my money back", "refund"),
    ("I want my money back", "refund"),
    ("The app shows an error", "technical"),
    (f"{NASTY} **where** is it", "delivery"),
    ("Please send the parcel again", "delivery"),
    ("  Refund   the second payment ", "refund"),
    ("Cannot log in since Monday", "technical"),
]
BOOK = {
    "I uploaded mails.csv. Load it.": ("load_dataset", {"source": "mails.csv"}),
    "What is in it?": ("profile_dataset", {"dataset": "mails"}),
    "look for repeated rows": ("propose_fixes", {"dataset": "mails", "kinds": ["exact_duplicates"]}),
    "apply the fixes": ("apply_fixes", {"fixes": ["fix-1"]}),
    "show me what is in mails": ("profile_dataset", {"dataset": "mails"}),
    "show the history": ("show_history", {"dataset": "mails"}),
    "What is LoRA?": ("answer", ""),
    "how are you today": ("answer", None),
    "keep it as a file": ("answer", "All right, the file stays where it is."),
}


@pytest.fixture
def mails(tmp_path: Path) -> Path:
    lines = [f'"{text}",{label}' for text, label in ROWS]
    path = tmp_path / "mails.csv"
    path.write_text("\n".join(["message,topic", *lines]) + "\n")
    return path


def test_a_file_is_loaded_after_a_yes_and_its_rows_are_shown_as_text(
    address: str, open_tab: OpenTab, mails: Path
) -> None:
    tab = open_tab(address)
    tab.begin("rows as text")
    tab.upload(mails)
    tab.sees("I uploaded mails.csv. Load it.")
    tab.sees(f"{NASTY} **where** is it")
    tab.approve()
    tab.sees(re.compile("Loaded 8 rows from mails.csv"))
    tab.say("What is in it?")
    expect(tab.chat.locator("table").last).to_be_visible()
    expect(tab.chat.locator("figure svg").last).to_be_visible()
    tab.page.reload()
    tab.sees(re.compile("Loaded 8 rows from mails.csv"))
    expect(tab.chat.locator("figure svg").last).to_be_visible()
    assert tab.chat.locator("img").count() == 0


def test_a_message_of_several_wishes_becomes_a_plan_that_is_seen_to_its_end(
    address: str, open_tab: OpenTab, mails: Path
) -> None:
    tab = open_tab(address)
    tab.begin("a plan")
    tab.upload(mails)
    tab.approve()
    tab.rests()
    tab.say("look for repeated rows and apply the fixes, show me what is in mails and then show the history")
    plan = tab.chat.locator(".tw-plan")
    expect(plan.locator("li")).to_have_count(4)
    expect(plan.locator(".tw-current")).to_contain_text("Apply fixes")
    tab.page.reload()
    tab.card.locator("#tw-decline").click()
    expect(plan.locator(".tw-skipped")).to_contain_text("Apply fixes")
    tab.page.locator("#tw-chips").get_by_text("skip that step").click()
    expect(plan.locator(".tw-done")).to_have_count(2)
    tab.sees(re.compile("mails is at version 1"))


def test_a_question_is_answered_with_the_keyboard_alone(address: str, open_tab: OpenTab, mails: Path) -> None:
    tab = open_tab(address)
    tab.begin("keyboard")
    tab.upload(mails)
    expect(tab.card.get_by_role("button", name="Approve", exact=True)).to_be_visible()
    tab.box.focus()
    for _ in range(20):
        tab.page.keyboard.press("Shift+Tab")
        if tab.page.evaluate("document.activeElement.id") == "tw-approve":
            break
    tab.page.keyboard.press("Enter")
    tab.sees(re.compile("Loaded 8 rows from mails.csv"))


def test_a_no_is_heard_with_its_words(address: str, open_tab: OpenTab, mails: Path) -> None:
    tab = open_tab(address)
    tab.begin("a no")
    tab.upload(mails)
    tab.card.locator("#tw-note textarea, #tw-note input").fill("keep it as a file")
    tab.card.locator("#tw-decline").click()
    tab.sees("Declined: keep it as a file")
    tab.sees("All right, the file stays where it is.")
    expect(tab.card.locator("button")).to_have_count(0)


def test_arguments_are_edited_before_the_yes(address: str, open_tab: OpenTab, mails: Path) -> None:
    tab = open_tab(address)
    tab.begin("edited")
    tab.upload(mails)
    tab.card.get_by_text("Edit before approving").click()
    tab.card.get_by_label(re.compile(r"^\s*name\b")).fill("letters")
    tab.approve("#tw-approve-edited")
    tab.sees(re.compile("Loaded 8 rows from mails.csv as letters"))


def test_a_card_answered_in_one_tab_goes_from_the_other(address: str, open_tab: OpenTab, mails: Path) -> None:
    first = open_tab(address)
    first.begin("two tabs")
    first.upload(mails)
    expect(first.card.locator("#tw-approve")).to_be_visible()
    second = open_tab(address, beside=first)
    expect(second.card.locator("#tw-approve")).to_be_visible()
    first.approve()
    second.sees(re.compile("Loaded 8 rows"))
    expect(second.card.locator("#tw-approve")).to_have_count(0)


def test_a_second_project_has_its_own_conversation(address: str, open_tab: OpenTab) -> None:
    tab = open_tab(address)
    tab.begin("one")
    tab.say("What is LoRA?")
    tab.sees(re.compile("a pair of thin matrices"))
    tab.begin("two")
    expect(tab.chat.get_by_text("a pair of thin matrices")).to_have_count(0)
    tab.page.locator("#tw-projects").get_by_label("one", exact=True).check()
    tab.sees(re.compile("a pair of thin matrices"))
    tab.page.reload()
    tab.sees(re.compile("a pair of thin matrices"))


def test_stop_stops(address: str, open_tab: OpenTab) -> None:
    tab = open_tab(address)
    tab.begin("stop")
    tab.say("how are you today")
    tab.sees(re.compile("And on it goes"))
    tab.page.locator("#tw-box .stop-button").click()
    tab.rests()


def test_a_closed_tab_loses_nothing(address: str, open_tab: OpenTab) -> None:
    tab = open_tab(address)
    tab.begin("closed tab")
    tab.say("how are you today")
    tab.sees(re.compile("And on it goes"))
    again = open_tab(address, beside=tab)
    tab.page.close()
    again.sees(re.compile("And on it goes"))
    again.page.locator("#tw-box .stop-button").click()
    again.rests()


def test_a_file_of_an_unknown_kind_is_refused_in_a_sentence(address: str, open_tab: OpenTab, tmp_path: Path) -> None:
    (tmp_path / "notes.pptx").write_bytes(b"PK")
    tab = open_tab(address)
    tab.begin("unknown kind")
    tab.upload(tmp_path / "notes.pptx")
    expect(tab.page.get_by_text("notes.pptx is not of a kind I can read. I read .csv")).to_be_visible()
    tab.say("What is LoRA?")
    tab.sees(re.compile("a pair of thin matrices"))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_fits_its_width_in_both_themes(
    address: str, open_tab: OpenTab, mails: Path, theme: str, width: int
) -> None:
    tab = open_tab(address, theme=theme)
    tab.begin(f"{theme} {width}")
    tab.upload(mails)
    tab.approve()
    tab.sees(re.compile("Loaded 8 rows"))
    tab.page.set_viewport_size({"width": width, "height": 844})
    tab.page.reload()
    tab.sees(re.compile("Loaded 8 rows"))
    wide = tab.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0
    assert tab.page.evaluate("document.body.classList.contains('dark')") == (theme == "dark")
    expect(tab.box).to_be_in_viewport()


def test_whoever_reads_the_end_goes_on_reading_it_when_a_card_takes_room_from_it(
    address: str, open_tab: OpenTab, mails: Path
) -> None:
    tab = open_tab(address)
    tab.begin("end")
    tab.upload(mails)
    tab.approve()
    tab.sees(re.compile("Loaded 8 rows"))
    tab.rests()
    log = tab.page.get_by_role("log")
    for _ in range(4):
        with tab.page.expect_request("**/queue/join*"):  # what was said last scrolls to the end once more
            pass
    log.evaluate("""log => {  // the end is being scrolled to, and room is taken meanwhile
      document.querySelector('#tw-chat').style.setProperty('flex', '0 0 300px', 'important')
      log.scrollTop += 1
    }""")
    tab.page.wait_for_function("""() => {
      const log = document.querySelector('#tw-chat [role=log]')
      return log.clientHeight < 320 && log.scrollHeight - log.scrollTop - log.clientHeight < 2
    }""")


def test_whoever_reads_above_is_not_pulled_down(address: str, open_tab: OpenTab, mails: Path) -> None:
    tab = open_tab(address)
    tab.begin("reading")
    tab.upload(mails)
    tab.approve()
    tab.sees(re.compile("Loaded 8 rows"))
    tab.rests()
    tab.page.set_viewport_size({"width": 1280, "height": 500})
    log = tab.page.get_by_role("log")
    for _ in range(4):
        with tab.page.expect_request("**/queue/join*"):  # a new size scrolls to the end once
            pass
    log.evaluate("log => { log.scrollTop = 0 }")
    for _ in range(4):
        with tab.page.expect_request("**/queue/join*"):  # the page looks for news
            pass
    assert log.evaluate("log => log.scrollTop") == 0
