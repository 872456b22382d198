"""What a comparison lets one say, and no more."""

from collections.abc import Sequence
from dataclasses import dataclass

from tools.evaluate._intervals import Estimate
from tools.evaluate._pairs import PairedTest, told_apart
from tools.evaluate._show import AS_SHARE
from tools.words import about, counted, listed


@dataclass(frozen=True)
class Pair:
    """Two contestants, by their places, and what the rows tell about them.

    Attributes:
        one: Place of the first.
        other: Place of the second.
        difference: The first's score less the second's.
        p: Corrected for the number of pairs.
    """

    one: int
    other: int
    difference: Estimate
    p: float

    @property
    def told_apart(self) -> bool:
        """Whether one is better beyond chance."""
        return told_apart(self.difference, PairedTest("", self.p))

    @property
    def better(self) -> int:
        """The place of the one that scores higher."""
        return self.one if self.difference.value > 0 else self.other


def verdict(one: str, other: str, found: Estimate, test: PairedTest, rows: int, metric: str, needed: int | None) -> str:
    """What the difference of two lets one say.

    Equality is never said, since no test shows it: only how far apart the two may be at most.

    Args:
        one: The name of one.
        other: The name of the other.
        found: The first's score less the second's.
        test: What the rows say against chance.
        rows: How many there were.
        metric: Key of the metric, for its units.
        needed: Rows in all that would tell; None if none would.
    """
    if told_apart(found, test):
        which = "better" if found.value > 0 else "worse"
        return f"{one} is {which} than {other} on these rows, beyond what chance would give."
    most = f"at most {at_most(metric, found)} apart by the 95 % interval"
    if needed is None:
        return (
            f"Cannot tell {one} and {other} apart on {counted(rows, 'row')}: they score the same here, and are {most}."
        )
    if (more := needed - rows) > 0:
        return (
            f"Cannot tell yet which is better; they are {most}. If the difference is as large as it looks, about "
            f"{about(more)} more test {'row' if more == 1 else 'rows'} would tell."
        )
    return (
        f"Cannot tell yet which is better; the difference is at the edge of what these rows can show. They are {most}."
    )


def at_most(metric: str, found: Estimate) -> str:
    """The largest difference either way that the interval leaves, as its ends are written: "2.0 points"."""
    scale, digits, unit = (100, 1, " points") if metric in AS_SHARE else (1, 1 if metric == "bleu" else 2, "")
    return f"{scale * max(abs(found.low), abs(found.high)):.{digits}f}{unit}"


def ranks(contestants: int, pairs: Sequence[Pair]) -> list[int]:
    """One more than the number that are better beyond chance: who cannot be told apart from the best is first too."""
    behind = [0] * contestants
    for pair in pairs:
        if pair.told_apart:
            behind[pair.other if pair.better == pair.one else pair.one] += 1
    return [1 + number for number in behind]


def verdict_of_several(names: Sequence[str], pairs: Sequence[Pair]) -> str:
    """Who is ahead of whom, of three or more, where that is beyond chance."""
    beaten = {place: list[str]() for place in range(len(names))}
    for pair in pairs:
        if pair.told_apart:
            beaten[pair.better].append(names[pair.other if pair.better == pair.one else pair.one])
    ahead = [f"{names[place]} is ahead of {listed(theirs)}" for place, theirs in beaten.items() if theirs]
    if not ahead:
        return f"None of the {len(names)} can be told apart from another on these rows, with Holm's correction."
    left = sum(not pair.told_apart for pair in pairs)
    rest = f" {_pairs(left)} cannot be told apart." if left else " All pairs can be told apart."
    winner = next((names[place] for place, theirs in beaten.items() if len(theirs) == len(names) - 1), None)
    lead = f"{winner} is better than all others on these rows, beyond what chance would give" if winner else ""
    ahead = [each for each in ahead if not winner or not each.startswith(f"{winner} is ahead")]
    told = "; ".join(part for part in (lead, *ahead) if part)
    return f"{told}, with Holm's correction for {len(pairs)} pairs.{rest}"


def _pairs(number: int) -> str:
    return f"The other {number} pairs" if number > 1 else "The other pair"
