"""A fix of many rows on its card: opened, filtered, narrowed, written otherwise and approved, in a real browser."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from store import Workspace
from tests.browser.conftest import OpenTab, Tab

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

BOOK = {
    "I uploaded trips.csv. Load it.": ("load_dataset", {"source": "trips.csv"}),
    "look for exact duplicates, mails and spaces": (
        "propose_fixes",
        {"dataset": "trips", "kinds": ["email_addresses", "exact_duplicates", "stray_whitespace"]},
    ),
    "apply the fixes": ("apply_fixes", {"dataset": "trips"}),
}
NASTY = "${alert(1)} {{this}} <img src=x onerror=alert(1)>"


@pytest.fixture
def asked(address: str, open_tab: OpenTab, tmp_path: Path) -> Callable[..., Tab]:
    """A tab in a project of its own, with 60 rows of trips and the question whether to apply three fixes."""

    def asked(project: str, **how: object) -> Tab:
        cities = ["Paris", "Rome", "Oslo"]
        rows = [f"Trip {n} to {cities[n % 3]}, ask guest{n}@example.org" for n in range(60)]
        rows[6] = f"{NASTY} guest6@example.org"
        rows += ["Two   spaces here", "The same twice", "The same twice"]
        file = tmp_path / "trips.csv"
        file.write_text(
            "\n".join(["text,kind", *(f'"{text}",{n % 2 if n < 60 else 0}' for n, text in enumerate(rows))])
        )
        tab = open_tab(address, **how)
        tab.begin(project)
        tab.upload(file)
        tab.approve()
        tab.sees(re.compile("Loaded 63 rows"))
        for wish, told in (
            ("look for exact duplicates, mails and spaces", "3 fixes wait for your yes"),
            ("apply the fixes", "3 fixes for"),
        ):
            tab.rests()
            tab.say(wish)
            tab.sees(re.compile(told))
        expect(tab.card.locator("#tw-approve")).to_be_visible()
        return tab

    return asked


def opened(tab: Tab, kind: str) -> None:
    tab.card.get_by_label("Look at all rows of").click()
    tab.page.get_by_role("option", name=re.compile(kind)).click()
    expect(tab.card.locator(".tw-line").first).to_be_visible()


def texts(home: Path, project: str) -> list[str]:
    with Workspace(home, project) as ws, ws.datasets.read("trips") as con:
        return [text for (text,) in con.execute("select text from trips order by _row").fetchall()]


def test_rows_are_opened_filtered_left_out_written_and_approved(home: Path, asked: Callable[..., Tab]) -> None:
    tab = asked("all of it")
    lines = tab.card.locator(".tw-line")
    opened(tab, "email addresses")
    expect(lines).to_have_count(25)
    tab.card.get_by_role("button", name="Next").click()
    expect(lines.first).to_have_attribute("data-row", "26")
    tab.card.get_by_label("Only rows with these words").fill("paris")
    tab.card.get_by_role("button", name="Find").click()
    expect(tab.card.locator(".tw-count")).to_contain_text("19 changes in rows with “paris”")
    tab.card.get_by_role("button", name="Leave all of these as they are").click()
    expect(tab.card.locator("#tw-marks")).to_contain_text("rows about “paris” stay")
    tab.card.get_by_role("button", name="All rows", exact=True).click()
    row = tab.card.locator('.tw-line[data-row="2"]')
    row.get_by_role("button", name="Leave as it is").click()
    expect(row).to_contain_text("stays as it is")
    row = tab.card.locator('.tw-line[data-row="3"]')
    row.get_by_role("button", name="Edit").click()
    row.get_by_role("textbox").fill("Trip to Oslo, ask me")
    row.get_by_role("button", name="Keep this value").click()
    expect(row.locator("ins")).to_contain_text("me")
    tab.approve()
    tab.sees(re.compile(r"trips is now version 4 with 62 rows"))
    after = texts(home, "all of it")
    assert after[0] == "Trip 0 to Paris, ask guest0@example.org"
    assert after[1] == "Trip 1 to Rome, ask guest1@example.org"
    assert after[2] == "Trip to Oslo, ask me"
    assert after[4] == "Trip 4 to Rome, ask <EMAIL>"
    assert after[6] == f"{NASTY} <EMAIL>"
    assert sum("@" in text for text in after) == 20
    with Workspace(home, "all of it") as ws:
        (declined,) = ws.fixes.all(state="declined")
        assert declined.rows == 20
        assert "taken out by hand" in declined.note


def test_what_was_marked_is_there_after_a_reload_and_everything_of_a_group_is_approved(
    home: Path, asked: Callable[..., Tab]
) -> None:
    tab = asked("a group")
    opened(tab, "email addresses")
    tab.card.locator('.tw-line[data-row="2"]').get_by_role("button", name="Leave as it is").click()
    expect(tab.card.locator("#tw-marks")).to_contain_text("1 row stays")
    tab.page.reload()
    expect(tab.card.locator("#tw-marks")).to_contain_text("1 row stays")
    expect(tab.card).to_contain_text("These stay as they are: 1 row of")
    tab.card.get_by_role("button", name="Approve only personal data").click()
    tab.sees(re.compile(r"trips is now version 2 with 63 rows"))
    after = texts(home, "a group")
    assert after[1].endswith("guest1@example.org") and after[0].endswith("<EMAIL>")
    assert "Two   spaces here" in after


def test_a_yes_to_rows_that_were_marked_elsewhere_meanwhile_is_not_taken(home: Path, asked: Callable[..., Tab]) -> None:
    tab = asked("meanwhile")
    with Workspace(home, "meanwhile") as ws:
        from store import Narrowing  # noqa: PLC0415

        ws.fixes.draft(ws.fixes.all(state="open")[0].id, Narrowing(without_rows=(1,)))
    tab.card.locator("#tw-approve").click()
    expect(tab.page.get_by_text("was changed elsewhere since you saw it")).to_be_visible()
    with Workspace(home, "meanwhile") as ws:
        assert ws.datasets.head("trips").number == 1


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_rows_fit_the_width(asked: Callable[..., Tab], theme: str, width: int) -> None:
    tab = asked(f"fits {theme} {width}", theme=theme)
    tab.page.set_viewport_size({"width": width, "height": 844})
    tab.page.reload()
    opened(tab, "email addresses")
    over = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert tab.page.evaluate(over) <= 0
    rows = "element => element.scrollWidth - element.clientWidth"
    assert tab.card.locator(".tw-rows").evaluate(rows) <= 0
    expect(tab.box).to_be_in_viewport()
    expect(tab.card.locator("#tw-approve")).to_be_in_viewport()
