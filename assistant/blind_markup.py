"""Two answers side by side as HTML, without a word of whose they are. Everything that comes from data is escaped."""

from assistant.labelling_markup import TEXT_CHARACTERS, about, button, safe
from store import Workspace
from store.blind_tests import BlindTest
from tools.evaluate._blind_desk import Progress, Shown, progress


def asked(ws: Workspace, test: BlindTest, rater: str, pair: Shown) -> str:
    """A pair to choose from."""
    answers = _answer("Answer 1", pair.first) + _answer("Answer 2", pair.second)
    buttons = (
        button("first", "Answer 1 is better", "1")
        + button("second", "Answer 2 is better", "2")
        + button("tie", "No difference", "0")
    )
    read = f'<div class="tw-read tw-asked">{_text(pair.text, "")}</div><div class="tw-pair">{answers}</div>'
    foot = button("undo", "Undo", "u") + button("skip", "Skip", "s")
    far = _far(progress(ws, test, rater), rater)
    return f'{far}{read}<div class="tw-labels">{buttons}</div><div class="tw-foot">{foot}</div>'


def over(ws: Workspace, test: BlindTest, rater: str) -> str:
    """Nothing is left for somebody to judge."""
    how_far = progress(ws, test, rater)
    told = "<p>You have judged every pair. Thank you!</p>"
    again = ""
    if how_far.skipped:
        told = "<p>Only pairs that you skipped are left.</p>"
        again = button("unskip", f"Show the {how_far.skipped:,} you skipped", classes="tw-do")
    told += (
        "<p>Once the result is shown, nobody can choose any more. If others are to judge too, let them go first.</p>"
    )
    buttons = again + button("end", "Show the result", "r", classes="tw-primary") + button("undo", "Undo", "u")
    return f'{_far(how_far, rater)}<div class="tw-read">{told}</div><div class="tw-foot">{buttons}</div>'


def result(text: str) -> str:
    """What it came to."""
    where = "The tables are in the chat: say “show the result of the blind test”."
    return f'<div class="tw-read"><p>{safe(text)}</p><p>{where}</p></div>'


def _answer(name: str, text: str) -> str:
    shown = _text(text, "This answer is empty.")
    return f'<section class="tw-answer" aria-label="{name}"><h3>{name}</h3>{shown}</section>'


def _text(text: str, empty: str) -> str:
    more = f" … ({len(text):,} characters in all)" if len(text) > TEXT_CHARACTERS else ""
    words = safe(text[:TEXT_CHARACTERS]) if text.strip() else f"<em>{empty}</em>"
    return f'<div class="tw-text" dir="auto">{words}{more}</div>'


def _far(how_far: Progress, rater: str) -> str:
    told = f"{how_far.judged:,} of {how_far.asked:,} judged"
    if how_far.seconds_left:
        told += f", about {about(how_far.seconds_left)} left"
    bar = f'<progress max="{how_far.asked}" value="{how_far.judged}" aria-label="{told}"></progress>'
    return f'<p class="tw-far" role="status">{told}<span class="tw-who">{safe(rater)}</span></p>{bar}'
