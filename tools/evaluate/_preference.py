"""Which of two is preferred: exact statistics of wins, losses and ties, and what they let one say."""

# pyright: reportMissingTypeStubs=false, reportUnknownVariableType=false, reportUnknownMemberType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from store.blind_tests import Side
from tools.words import counted, p_value

if TYPE_CHECKING:
    from tools.evaluate._intervals import Estimate

LEVEL, ALARM = 0.95, 0.05
LEAST = 6
"""Preferences from which on the sign test can tell anything: 2 / 2**5 is above 5 %, 2 / 2**6 below."""
Z_TWO_SIDED, Z_POWER = 1.959964, 0.841621
"""Normal quantiles for a two-sided test at 5 % with power 80 %."""
Outcome = Side | Literal["tie"]


@dataclass(frozen=True)
class Preference:
    """What a comparison came to, a row at a time.

    Attributes:
        wins: Rows on which the first model was preferred.
        losses: Rows on which the other one was.
        ties: Rows on which neither was, of those that were asked about.
    """

    wins: int
    losses: int
    ties: int

    @classmethod
    def of(cls, outcomes: Iterable[Outcome]) -> Preference:
        """Count them."""
        told = list(outcomes)
        return cls(told.count("one"), told.count("other"), told.count("tie"))

    @property
    def decided(self) -> int:
        """Rows with a preference; ties say nothing to the test (Dixon and Mood 1946)."""
        return self.wins + self.losses

    @property
    def rate(self) -> Estimate | None:
        """The first model's share of the preferences; None where there are none."""
        return exact(self.wins, self.decided) if self.decided else None

    @property
    def p(self) -> float:
        """How often chance alone would give a lead this large: the exact two-sided sign test."""
        return sign_test(self.wins, self.decided)

    @property
    def told_apart(self) -> bool:
        """Whether chance is no good explanation."""
        return self.p < ALARM

    def more(self) -> int | None:
        """About how many more pairs would tell with 80 % chance, were the lead as large as it looks; None if none is.

        The sample size of a test of one share against a half, normal approximation (Fleiss, Levin and Paik 2003, 2.5).
        """
        if self.wins == self.losses:
            return None
        share = min(max(self.wins / self.decided, 1 / (2 * self.decided)), 1 - 1 / (2 * self.decided))
        needed = ((Z_TWO_SIDED / 2 + Z_POWER * math.sqrt(share * (1 - share))) / (share - 0.5)) ** 2
        asked = self.decided + self.ties
        return max(math.ceil(max(needed, LEAST) * asked / self.decided) - asked, 1)

    def as_json(self) -> dict[str, Any]:
        """As JSON types."""
        figures = {"wins": self.wins, "losses": self.losses, "ties": self.ties, "decided": self.decided, "p": self.p}
        return {**figures, "rate": self.rate and self.rate.as_json(), "told_apart": self.told_apart}


def exact(hits: int, of: int) -> Estimate:
    """A share with its exact 95 % interval (Clopper and Pearson 1934)."""
    from scipy.stats import binomtest  # noqa: PLC0415  scipy and statsmodels take seconds

    from tools.evaluate._intervals import Estimate  # noqa: PLC0415

    found = binomtest(hits, of).proportion_ci(LEVEL, method="exact")
    return Estimate(hits / of, float(found.low), float(found.high))


def sign_test(hits: int, of: int) -> float:
    """How often a fair coin is at least this far from half; 1 where it was not thrown."""
    from scipy.stats import binomtest  # noqa: PLC0415

    return float(binomtest(hits, of, 0.5).pvalue) if of else 1.0


def verdict(names: tuple[str, str], found: Preference, who: str) -> str:
    """What may be said, and no more.

    Args:
        names: Both models.
        found: The counts.
        who: Whoever chose, as the subject of a sentence in the past tense: People, The judge.
    """
    if not found.decided:
        return f"{who} preferred neither on any row, so nothing tells {names[0]} and {names[1]} apart."
    if found.told_apart:
        better, worse = names if found.wins > found.losses else names[::-1]
        return f"{who} preferred {better} to {worse} on these rows, beyond what chance would give."
    unknown = f"Cannot tell yet whether {names[0]} or {names[1]} is preferred"
    if found.decided < LEAST:
        told = counted(found.decided, "preference")
        return f"{unknown}: with {told} even full agreement could be chance; {LEAST} are the least that can tell."
    if (more := found.more()) is None:
        return f"{unknown}: each was preferred as often as the other."
    return f"{unknown}. If the lead is as large as it looks, about {_round(more)} more pairs would tell."


def share(found: Estimate) -> str:
    """A share with its interval: "75 % (95 % interval 48 to 93 %)"."""
    return f"{100 * found.value:.0f} % (95 % interval {100 * found.low:.0f} to {100 * found.high:.0f} %)"


def chance(p: float) -> str:
    """The test with its p-value."""
    return f"exact sign test, p {p_value(p)}"


def position(first: int, of: int, who: str) -> str:
    """Whether the place on the screen or in the prompt decided: the answer that stood first, of all preferences."""
    if not of:
        return ""
    told = f"{who} took the answer that stood first in {share(exact(first, of))} of {counted(of, 'choice')}"
    if sign_test(first, of) >= ALARM:
        return f"{told}: no sign that the place decided."
    return f"{told}: the place counted, which blurs the result."


def _round(number: int) -> str:
    """Two leading digits: an estimate is no count."""
    return f"{round(number, -max(len(str(number)) - 2, 0)):,}"
