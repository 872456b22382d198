from tools.evaluate._intervals import Estimate
from tools.evaluate._pairs import PairedTest
from tools.evaluate._verdict import Pair, ranks, verdict, verdict_of_several

SURE, UNSURE = PairedTest("a test", 0.01), PairedTest("a test", 0.2)


def said(found: Estimate, test: PairedTest, rows: int = 90, needed: int | None = None) -> str:
    return verdict("run-2", "run-1", found, test, rows, "accuracy", needed)


def test_the_verdict_does_not_claim_what_the_interval_does_not_show() -> None:
    assert said(Estimate(0.1, 0.02, 0.18), SURE).startswith("run-2 is better than run-1")
    assert said(Estimate(-0.1, -0.18, -0.02), SURE).startswith("run-2 is worse than run-1")
    assert "Cannot tell yet" in said(Estimate(0.3, 0.05, 0.5), UNSURE, 12, 30)
    unsure = said(Estimate(0.04, -0.02, 0.1), UNSURE, 90, 408)
    assert "Cannot tell yet" in unsure and "about 320 more test rows" in unsure
    assert "about 1 more test row would" in said(Estimate(0.04, -0.02, 0.1), UNSURE, 90, 91)
    assert "edge of what these rows can show" in said(Estimate(0.04, -0.001, 0.1), UNSURE, 90, 80)


def test_equality_is_never_claimed_without_how_far_apart_they_may_be() -> None:
    same = said(Estimate(0, -0.02, 0.02), PairedTest("a test", 1), 1000)
    assert "they score the same here, and are at most 2.0 points apart by the 95 % interval" in same
    assert "equal" not in same and "1 row:" in said(Estimate(0, -0.8, 0.8), PairedTest("a test", 1), 1)
    bleu = verdict("a", "b", Estimate(1.2, -3.1, 4.7), UNSURE, 50, "bleu", 900)
    assert "at most 4.7 apart" in bleu


def pairs(*found: tuple[int, int, float, float]) -> list[Pair]:
    """Each with its places, difference and corrected p."""
    return [
        Pair(one, other, Estimate(value, value - 0.05 if p < 0.05 else -1, value + 0.05 if p < 0.05 else 1), p)
        for one, other, value, p in found
    ]


def test_only_what_can_be_told_apart_is_ranked() -> None:
    chain = pairs((0, 1, 0.06, 0.3), (0, 2, 0.12, 0.01), (1, 2, 0.06, 0.3))
    assert ranks(3, chain) == [1, 1, 2]
    told = verdict_of_several(["run-1", "run-2", "run-3"], chain)
    assert told == (
        "run-1 is ahead of run-3, with Holm's correction for 3 pairs. The other 2 pairs cannot be told apart."
    )


def test_a_winner_is_one_that_is_ahead_of_all() -> None:
    clear = pairs((0, 1, -0.2, 0.01), (0, 2, 0.01, 0.9), (1, 2, 0.21, 0.01))
    told = verdict_of_several(["run-1", "run-2", "run-3"], clear)
    assert told.startswith("run-2 is better than all others on these rows") and "The other pair cannot" in told
    assert ranks(3, clear) == [2, 1, 2]
    all_three = pairs((0, 1, 0.2, 0.01), (0, 2, 0.4, 0.01), (1, 2, 0.2, 0.01))
    assert "run-2 is ahead of run-3" in verdict_of_several(["run-1", "run-2", "run-3"], all_three)
    assert "All pairs can be told apart" in verdict_of_several(["run-1", "run-2", "run-3"], all_three)


def test_none_told_apart_is_said_so() -> None:
    none = pairs((0, 1, 0.02, 1), (0, 2, 0.01, 0.9), (1, 2, -0.01, 1))
    assert verdict_of_several(["a", "b", "c"], none).startswith("None of the 3 can be told apart from another")
    assert ranks(3, none) == [1, 1, 1]
