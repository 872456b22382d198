"""The main job in a real browser: upload, look, fix, train a tiny model, evaluate, close, come back."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Tab, serving
from tests.tiny_model import build
from tests.tiny_run import ENDINGS, ROWS

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]
WORK = 180_000
"""Milliseconds for what loads torch in a process of its own."""


def book(base: Path) -> dict[str, tuple[str, dict[str, object]]]:
    train = f"Train from {base} for 3 epochs"
    return {
        "I uploaded tickets.csv. Load it.": ("load_dataset", {"source": "tickets.csv"}),
        "What is in tickets?": ("profile_dataset", {"dataset": "tickets"}),
        "What should be fixed?": ("propose_fixes", {"dataset": "tickets"}),
        "Apply the fixes": ("apply_fixes", {}),
        "Split it": ("split_dataset", {"dataset": "tickets"}),
        "Format it": ("format_dataset", {"dataset": "tickets"}),
        train: ("start_training", {"dataset": "tickets", "base_model": str(base), "epochs": 3}),
        "How good is it?": ("evaluate_run", {}),
    }


def tickets(folder: Path) -> Path:
    rows = [(f"{text}{ending}", label) for ending in ENDINGS for label, texts in ROWS.items() for text in texts]
    rows += [*rows[:3], ("  Where   is my order\t", "delivery"), ("Write to ann@example.com please", "refund")]
    path = folder / "tickets.csv"
    path.write_text("\n".join(["message,topic", *(f'"{text}",{label}' for text, label in rows)]) + "\n")
    return path


def test_a_project_goes_from_upload_to_evaluation_and_is_there_the_next_day(
    tmp_path: Path, open_tab: Callable[..., Tab]
) -> None:
    base = build(tmp_path / "tiny")
    home, said = tmp_path / "home", book(base)
    with serving(home, said) as address:
        tab = open_tab(address)
        tab.upload(tickets(tmp_path))
        tab.approve()
        tab.sees(re.compile("Loaded 101 rows from tickets.csv"))
        _clean(tab)
        _train(tab, next(text for text in said if text.startswith("Train")))
        tab.say("How good is it?")
        tab.sees(re.compile("run-1 reaches"), patience=WORK)
        tab.rests()
        _all_is_there(tab)
        tab.page.close()
    with serving(home, said) as address:
        _all_is_there(open_tab(address))


def _clean(tab: Tab) -> None:
    tab.say("What is in tickets?")
    expect(tab.chat.locator("figure svg").first).to_be_visible()
    tab.rests()
    tab.say("What should be fixed?")
    tab.sees(re.compile("wait for your yes"))
    tab.rests()
    tab.say("Apply the fixes")
    expect(tab.chat.locator("del").first).to_be_visible()
    choices = tab.card.locator("#tw-some input[type=checkbox]")
    expect(choices.first).to_be_visible()
    wanted = choices.count() - 1
    choices.last.uncheck()
    tab.approve("#tw-approve-selected")
    tab.sees(re.compile(r"tickets is now version \d+ with"))
    expect(tab.page.locator("#tw-board")).to_contain_text(f"1 open, {wanted} applied")


def _train(tab: Tab, words: str) -> None:
    for wish, told in (("Split it", "is now version"), ("Format it", "Formatted")):
        tab.rests()
        tab.say(wish)
        tab.approve()
        tab.sees(re.compile(told))
    tab.rests()
    tab.say(words)
    expect(tab.card.locator("#tw-approve")).to_be_visible(timeout=WORK)
    tab.approve()
    tab.sees(re.compile("run-1 is training"))
    live = tab.page.locator("#tw-live")
    expect(live).to_be_visible()
    expect(live).to_contain_text("run-1 on tickets: done", timeout=WORK)
    expect(live.locator("svg")).to_be_visible()
    expect(live).to_contain_text("tokens per second")
    expect(tab.page.locator("#tw-chips").get_by_text("evaluate run-1")).to_be_visible()
    expect(tab.page.locator("#tw-chips").get_by_text("stop run-1")).to_be_hidden()


def _all_is_there(tab: Tab) -> None:
    for told in ("Loaded 101 rows", "Formatted", "run-1 is training", "run-1 reaches"):
        expect(tab.chat.get_by_text(re.compile(told)).last).to_be_attached()
    board = tab.page.locator("#tw-board")
    expect(board).to_contain_text("run-1 done")
    expect(board).to_contain_text("evaluation of run-1")
