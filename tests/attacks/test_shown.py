"""Every maker of HTML is given hostile words in every place that takes words, and shows them as text."""

import pytest

from assistant import blind_markup, labelling_markup, markup, rows
from assistant.board import stages
from store import Workspace
from store.goals import Goal
from tests.attacks.attacks import WORDS
from tests.attacks.told import live
from tools.plot import Plot
from tools.project._document import Section
from tools.project._page import as_page
from tools.result import Change, Result, Table, Weighed

QUOTES = (
    '" onmouseover=alert(1) x="',
    "' onfocus=alert(1) autofocus '",
    "</title><script>alert(1)</script>",
    "]]><svg onload=x>",
)
HOSTILE = [*(words[:2000] for words in WORDS.values()), *QUOTES]
OURS = {"form", "input", "meta", "button"}
"""Tags that the makers themselves write."""


def makers(words: str) -> dict[str, str]:
    """What each makes of the words."""
    shown = Result(
        words,
        tables=[Table(words, (words, "n"), [(words, 1)])],
        changes=[Change(words, [(words, words, words[::-1]), (words, "", words), (words, words, "")])],
        plots=[Plot(words, "bar", [{"name": words, "n": 2}], "n", "name")],
        weighed=[Weighed(title=words, toward=words, pieces=[(words, 0.5), (words, None)])],
    )
    return {
        "result": markup.inside(shown),
        "plan": markup.steps([{"tool": words, "wish": words, "state": "open"}]),
        "panel": labelling_markup.framed(words, labelling_markup.safe(words), 1, words),
        "button": labelling_markup.button("label", words, "1", value=words, note=words),
        "blind": blind_markup.result(words) + blind_markup._answer("Answer 1", words),
        "finder": rows._finder(rows.View(words=words)),
        "page": as_page(words, [Section(words, [shown])]),
    }


@pytest.mark.parametrize("words", HOSTILE)
def test_every_maker_of_html_shows_hostile_words_as_text(words: str) -> None:
    harmless = {name: sorted(set(live(html))) for name, html in makers("harmless words").items()}
    for name, html in makers(words).items():
        found = {each for each in live(html) if not each.startswith("href=#")}
        assert found <= {*harmless[name], *OURS}, (name, found)


def test_the_side_of_the_page_shows_a_hostile_goal_as_text(empty: Workspace) -> None:
    for words in HOSTILE:
        with empty.approvals.typed("set_goal", {}):
            empty.goals.set(Goal(words[:500], "classify", "accuracy", 0.9, domain=words[:100]))
        assert live(stages(empty)) == []


def test_a_blind_comparison_shows_hostile_answers_as_text() -> None:
    for words in HOSTILE:
        assert live(blind_markup._text(words, "empty")) == []
