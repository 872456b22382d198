"""What is meant by words that say little without what was done before them."""

import pytest

from assistant.after import with_what_came_before
from assistant.meant import likely
from assistant.transcript import Done, Turn


def _told(wish: str, *before: Turn) -> dict[str, float]:
    return with_what_came_before(likely(wish, {}), [*before, Turn(wish)], {})


def _called(wish: str, tool: str) -> Turn:
    return Turn(wish, [Done(tool, {}, "Done.", failed=False)])


@pytest.mark.parametrize(
    ("before", "wish"),
    [
        (("how do i reach the service?", "connect_service"), "and from javascript?"),
        (("delete the first run", "delete_run"), "the failed one too"),
        (("how is the live service?", "check_service"), "only the last two hours"),
        (("find good settings for mails", "tune_settings"), "an hour is enough for it"),
    ],
)
def test_what_was_done_before_tells_what_is_meant_now(before: tuple[str, str], wish: str) -> None:
    alone, after = _told(wish), _told(wish, _called(*before))
    assert max(after, key=lambda tool: after[tool]) == before[1]
    assert after[before[1]] > alone[before[1]]


def test_the_first_words_of_a_conversation_stand_for_themselves() -> None:
    worded = likely("what is in tickets?", {"tickets": "dataset"})
    assert with_what_came_before(worded, [Turn("what is in tickets?")], {}) == worded


def test_plain_words_mean_what_they_say_whatever_was_done_before() -> None:
    told = _told("what is a learning rate?", _called("delete run-2", "delete_run"))
    assert max(told, key=lambda tool: told[tool]) == "answer"
