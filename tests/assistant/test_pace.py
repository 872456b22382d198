"""The more pages are open, the rarer each looks."""

import pytest

from assistant import pace as module
from assistant.pace import LOOKS_A_SECOND, OPEN_SECONDS, SLOWEST, Pace


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A clock that is set by hand: the time is its first item."""
    now = [1000.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    return now


def test_a_page_that_is_alone_looks_as_ever(clock: list[float]) -> None:
    pace = Pace(0.5)
    assert [pace.looked("ana") for _ in range(100)] == [1, *[None] * 99]


def test_all_pages_together_look_only_so_often_and_as_before_once_the_others_are_gone(clock: list[float]) -> None:
    pace, told = Pace(0.5), dict[str, int]()
    for _ in range(3):
        for n in range(50):
            told[f"page {n}"] = pace.looked(f"page {n}") or told.get(f"page {n}", 1)
    assert {*told.values()} == {4}
    assert sum(1 / (0.5 * rarer) for rarer in told.values()) <= LOOKS_A_SECOND
    assert pace.looked("page 0") is None
    clock[0] += OPEN_SECONDS + 1
    assert pace.looked("page 0") == 1, "whatever it was told before it was away"


def test_a_page_that_stays_looks_more_often_once_the_others_are_gone(clock: list[float]) -> None:
    pace = Pace(0.5)
    for n in range(50):
        pace.looked(f"page {n}")
    rarer = pace.looked("page 0")
    for _ in range(30):
        clock[0] += 1
        rarer = pace.looked("page 0") or rarer
    assert rarer == 1


def test_however_many_there_are_a_page_looks_now_and_then(clock: list[float]) -> None:
    pace = Pace(0.5)
    told = [pace.looked(f"page {n}") for n in range(1000)]
    assert max(filter(None, told)) == SLOWEST
