"""A weighed text in the page: read in both themes, wide and narrow, and hostile words stay words."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from assistant.scene import unmarked
from store import Workspace
from tests.browser.conftest import OpenTab
from tests.tiny_run import make

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

NASTY = "<img src=x onerror=alert(1)> I want my \u202emoney\u202c back, <b>please</b> &amp; soon"
ASKED = f"why did run-1 answer so to '{NASTY}'"
BOOK = {unmarked(ASKED): ("explain_prediction", {"run": "run-1", "text": NASTY})}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a run."""
    folder = tmp_path_factory.mktemp("explained")
    with Workspace(folder / "home", readable=(folder,)) as workspace:
        make(workspace, folder)
    return folder / "home"


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 1280), ("light", 400), ("dark", 400)])
def test_a_weighed_text_is_read_in_both_themes_wide_and_narrow(
    address: str, open_tab: OpenTab, tmp_path: Path, theme: str, width: int
) -> None:
    tab = open_tab(address, theme=theme, width=width)
    drawn, nothing_said = tab.chat.locator(".tw-weighed").last, tab.page.get_by_text("What should your model do?")
    expect(drawn.or_(nothing_said)).to_be_visible()
    if nothing_said.is_visible():
        tab.say(ASKED)
    expect(drawn).to_be_visible(timeout=120_000)
    tab.rests()
    text = drawn.locator("p").first
    expect(text).to_contain_text("<img src=x onerror=alert(1)> I want my ‹U+202E›money‹U+202C› back, <b>please</b>")
    assert tab.chat.locator("img, .tw-weighed b").count() == 0
    marked = text.locator(".tw-for, .tw-against").first
    expect(marked).to_have_attribute("title", re.compile(r"^[+-]\d+\.\d\d, (for|against)$"))
    look = marked.evaluate(
        "one => [getComputedStyle(one).textDecorationLine, getComputedStyle(one).textDecorationStyle,"
        " getComputedStyle(one).color, getComputedStyle(one.parentElement).color]"
    )
    assert look[0] == "underline" and look[1] in ("solid", "dotted") and look[2] == look[3]
    box = drawn.bounding_box()
    assert box and box["x"] >= 0 and box["x"] + box["width"] <= width
    drawn.screenshot(path=tmp_path / f"{theme}-{width}.png")
