"""Nothing moves under the pointer while the page loads and works, and every wait says what is being done."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import OpenTab, Tab, serving
from tests.browser.serve import SLOWLY
from tests.browser.test_page import BOOK as SAID
from tests.browser.test_page import mails
from tests.browser.test_training import WORK, going_on

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
SLOW = f"{SLOWLY}keep it as a file"
BOOK = SAID | {SLOW: ("answer", "All right.")}
__all__ = ["mails"]
GOOD = 0.1
"""What web.dev calls a good cumulative layout shift."""
WATCH = """() => {
  window.shifts = []
  new PerformanceObserver(list => {
    for (const one of list.getEntries()) if (!one.hadRecentInput) window.shifts.push({
      value: one.value,
      moved: one.sources.map(({node, previousRect: was, currentRect: is}) => {
        const element = node?.nodeType === 1 ? node : node?.parentElement
        const on = element?.closest('button, a, label, input, #tw-side, #tw-box, #tw-chips, #tw-card, #tw-live')
        return on ? `${on.id || on.textContent.trim()} ${was.x},${was.y} -> ${is.x},${is.y}` : ''
      }).filter(Boolean),
    })
  }).observe({type: 'layout-shift', buffered: true})
}"""


def test_what_can_be_clicked_stays_where_it_is_while_a_turn_goes_on(
    address: str, open_tab: OpenTab, mails: Path
) -> None:
    tab = open_tab(address)
    tab.begin("still")
    tab.upload(mails)
    tab.approve()
    tab.sees(re.compile("Loaded 8 rows"))
    tab.rests()
    expect(tab.page.locator("#tw-chips button").first).to_be_visible()
    tab.page.evaluate(WATCH)
    box = tab.box.bounding_box()
    tab.say("What is in it?")
    expect(tab.chat.locator("figure svg").last).to_be_visible()
    tab.rests()
    expect(tab.page.locator("#tw-chips button").first).to_be_visible()
    tab.say("look for repeated rows")
    tab.sees(re.compile("wait for your yes|waits for your yes"))
    tab.rests()
    tab.say("apply the fixes")
    expect(tab.card.locator("#tw-approve")).to_be_visible()
    shifts: list[dict[str, Any]] = tab.page.evaluate("window.shifts")
    assert sum(one["value"] for one in shifts) < GOOD, shifts
    assert [moved for one in shifts for moved in one["moved"]] == []
    assert tab.box.bounding_box() == box


@pytest.mark.parametrize("width", [390, 1280])
def test_a_file_that_is_attached_or_taken_away_moves_nothing(
    address: str, open_tab: OpenTab, mails: Path, width: int
) -> None:
    tab = open_tab(address, width=width)
    tab.page.get_by_role("button", name="Skip the tour").click()
    chips, chat = tab.page.locator("#tw-chips"), tab.chat
    expect(chips.locator("button").first).to_be_visible()
    stood = chips.bounding_box(), chat.bounding_box()
    tab.page.locator("#tw-box input[type=file]").set_input_files(mails)
    expect(tab.page.locator("#tw-box .thumbnail-item")).to_be_visible()
    assert (chips.bounding_box(), chat.bounding_box()) == stood
    expect(chips.locator("button").first).not_to_be_visible()
    tab.page.get_by_label("Remove file").click()
    expect(tab.page.locator("#tw-box .thumbnail-item")).not_to_be_attached()
    assert (chips.bounding_box(), chat.bounding_box()) == stood
    expect(chips.locator("button").first).to_be_visible()


def test_a_card_that_has_just_come_takes_no_click(address: str, open_tab: OpenTab, mails: Path) -> None:
    tab = open_tab(address)
    tab.begin("settling")
    tab.upload(mails)
    buttons = tab.card.locator(".tw-buttons")
    expect(buttons).to_be_visible()
    settling = buttons.evaluate("row => getComputedStyle(row).animationName + getComputedStyle(row).animationDuration")
    assert settling == "tw-settle0.4s"
    tab.approve()
    tab.sees(re.compile("Loaded 8 rows"))


@pytest.mark.parametrize("slower", [1, 6])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_stands_still_from_when_it_is_first_seen(
    address: str, browser: Browser, width: int, slower: int
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900})
    context.add_init_script(f"({WATCH})()")
    page = context.new_page()
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slower})
    page.goto(address)
    expect(page.locator("#tw-talks p, #tw-talks li").first).to_be_visible(visible=width > 900)
    expect(page.locator("#tw-chips button").first).to_be_visible()
    expect(page.locator("body")).to_have_attribute("data-fitted", "")
    shifts: list[dict[str, Any]] = page.evaluate("window.shifts")
    assert sum(one["value"] for one in shifts) < GOOD, shifts
    assert [moved for one in shifts for moved in one["moved"]] == []
    context.close()


@pytest.mark.parametrize("width", [390, 1280])
def test_a_training_that_is_shown_moves_nothing_nor_does_a_card_that_comes_beside_it(
    tmp_path: Path, open_tab: OpenTab, mails: Path, width: int
) -> None:
    with going_on(tmp_path) as home:
        with serving(home, BOOK) as address:
            tab = open_tab(address, width=width)
            _updated_and_asked(tab, mails)


def _updated_and_asked(tab: Tab, mails: Path) -> None:
    live, stop = tab.page.locator("#tw-live"), tab.page.locator("#tw-stop-run")
    tab.page.get_by_role("button", name="Skip the tour").click()
    expect(stop).to_be_visible()
    tab.page.evaluate(f"({WATCH})(); window.shifts = []")
    stood = stop.bounding_box()
    expect(live).to_contain_text(re.compile(r"running\. Step \d+"), timeout=WORK)
    expect(live.locator("svg")).to_be_visible(timeout=WORK)
    figures = live.locator("dl").inner_text()
    expect(live.locator("dl")).not_to_have_text(figures, use_inner_text=True)
    tab.upload(mails)
    expect(tab.card.locator("#tw-approve")).to_be_visible()
    assert stop.bounding_box() == stood
    shifts: list[dict[str, Any]] = tab.page.evaluate("window.shifts")
    assert [moved for one in shifts for moved in one["moved"]] == []
    assert sum(one["value"] for one in shifts) < GOOD, shifts


TOLD = """() => {
  const begun = performance.now(), chat = document.querySelector('#tw-chat')
  const before = chat.textContent.split('Thinking').length
  window.told = new Promise(resolve => new MutationObserver((_, watch) => {
    if (chat.textContent.split('Thinking').length > before) { watch.disconnect(); resolve(performance.now() - begun) }
  }).observe(chat, {childList: true, subtree: true, characterData: true}))
}"""


def test_a_wait_says_within_a_second_what_is_being_done(address: str, open_tab: OpenTab) -> None:
    tab = open_tab(address)
    tab.begin("waiting")
    waited = []
    for time in range(1, 4):  # the quickest of three: a machine may have other work
        tab.box.fill(SLOW)
        tab.page.evaluate(TOLD)
        tab.box.press("Enter")
        waited.append(tab.page.evaluate("window.told"))
        expect(tab.page.locator("#tw-box .stop-button")).to_be_visible()
        expect(tab.chat.get_by_text("All right.")).to_have_count(time)
        tab.rests()
    assert min(waited) < 1000


MOVING = """() => {
  const shown = one => `${one.tagName}.${one.className}`
  const lasts = one => parseFloat(getComputedStyle(one).transitionDuration)
  const slow = [...document.querySelectorAll('*')].filter(one => lasts(one) > .001)
  const running = document.getAnimations().filter(one => one.playState === 'running'
    && one.effect.getComputedTiming().activeDuration > 1
    && one.effect.getKeyframes().some(frame => Object.keys(frame).some(name => !SAYS_WHEN.includes(name))))
  return [...slow.map(shown), ...running.map(one => shown(one.effect.target))]
}""".replace("SAYS_WHEN", '["offset", "computedOffset", "easing", "composite", "pointerEvents"]')
"""What moves, or would. That a card takes no click for a moment moves nothing."""


def test_nothing_moves_for_whoever_wants_no_motion(address: str, browser: Browser, mails: Path) -> None:
    context = browser.new_context(reduced_motion="reduce", viewport={"width": 390, "height": 844})
    tab = Tab(context.new_page())
    tab.page.goto(address)
    expect(tab.page.locator("#tw-board .tw-board")).to_be_attached()
    assert tab.page.evaluate(MOVING) == []
    tab.say(SLOW)
    tab.sees(re.compile("Thinking"))
    assert tab.page.evaluate(MOVING) == []
    tab.sees("All right.")
    tab.rests()
    tab.upload(mails)
    expect(tab.card.locator("#tw-approve")).to_be_visible()
    assert tab.page.evaluate(MOVING) == []
    context.close()
