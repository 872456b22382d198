"""What a service did in a time, in figures."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from store.requests import Feedback, Request
from tools.evaluate._intervals import Estimate, wilson
from tools.monitor._complaints import found_wrong


@dataclass(frozen=True)
class Figures:
    """Of the requests of a time. Seconds are from when a request came in."""

    requests: int
    minutes: float
    """From the first request to the last."""
    outcomes: dict[str, int]
    seconds: tuple[float, float] | None
    """Half and 95 of 100 of the answers took no longer."""
    first: tuple[float, float] | None
    """The same until the first token."""
    read: int
    """Tokens of all questions."""
    written: int
    busy_seconds: float
    """Seconds spent on requests, without those in the queue."""
    declined: int
    empty: int
    labels: dict[str, int]
    answered: int

    @property
    def a_minute(self) -> float:
        """Requests in a minute, in the mean."""
        return self.requests / max(self.minutes, 1.0)


@dataclass(frozen=True)
class Quality:
    """What people and programs said of the answers."""

    up: int
    thumbs: int
    corrections: int
    outcomes: int
    right: int
    judged: int
    """Answers of which something was said."""

    @property
    def accuracy(self) -> Estimate | None:
        """The share of the judged answers that were right, with Wilson's interval."""
        return wilson(self.right / self.judged, self.judged) if self.judged else None


def figures(requests: Sequence[Request]) -> Figures:
    """Count what was recorded."""
    done = [each for each in requests if each.outcome == "answered"]
    times = [each.at for each in requests]
    return Figures(
        requests=len(requests),
        minutes=(max(times) - min(times)) / 60 if times else 0.0,
        outcomes=dict(Counter(each.outcome for each in requests)),
        seconds=_middle_and_high([each.seconds for each in done]),
        first=_middle_and_high([each.first_seconds for each in done if each.first_seconds is not None]),
        read=sum(each.prompt_tokens for each in requests),
        written=sum(each.completion_tokens for each in requests),
        busy_seconds=sum(each.seconds - each.waited_seconds for each in requests if each.outcome != "refused"),
        declined=sum(each.refused for each in done),
        empty=sum(each.empty for each in done),
        labels=dict(Counter(each.label for each in done if each.label is not None).most_common()),
        answered=len(done),
    )


def quality(requests: Sequence[Request], said: Sequence[Feedback]) -> Quality:
    """Count what was said of these requests."""
    known = {each.id for each in requests}
    said = [each for each in said if each.request in known]
    wrong = found_wrong(requests, said)
    kinds = Counter(each.kind for each in said)
    return Quality(
        up=sum(each.kind == "thumb" and bool(each.value) for each in said),
        thumbs=kinds["thumb"],
        corrections=kinds["correction"],
        outcomes=kinds["outcome"],
        right=sum(not each for each in wrong.values()),
        judged=len(wrong),
    )


def cost(found: Figures, per_hour: float | None, per_thousand: float | None) -> tuple[float, str] | None:
    """What the requests cost, and by which assumption; None where no price is known."""
    if per_thousand is not None:
        return (found.read + found.written) / 1000 * per_thousand, f"at {per_thousand:g} for 1,000 tokens, as you said"
    if per_hour is not None:
        return found.busy_seconds / 3600 * per_hour, (
            f"at {per_hour:g} for an hour of the machine, as you said, and for the {found.busy_seconds:,.0f} seconds "
            "spent on requests alone"
        )
    return None


def _middle_and_high(values: Sequence[float]) -> tuple[float, float] | None:
    if not values:
        return None
    middle, high = np.quantile(np.asarray(values), (0.5, 0.95))
    return float(middle), float(high)
