"""Watches how new requests are to the model that answers, and tells since when, how much, and which."""

from collections import deque
from dataclasses import dataclass

import numpy as np

from store.requests import Request
from tools.monitor._drift_test import REMEMBERED, DriftTest
from tools.monitor._novelty import NEW, Novelty

BEYOND_MIX = 1.5
"""Standard deviations by which more requests are to be new than another mix of known groups would explain."""
EXAMPLES = 8


@dataclass(frozen=True)
class Noticed:
    """What an alarm of drift tells."""

    since: float
    """When it seems to have begun, in seconds since 1970."""
    bad: int
    """Requests since then that are newer than 95 of 100 held-out rows."""
    of: int
    """Requests since then."""
    share: tuple[float, float]
    """The least and the most likely share of them that is of a new kind."""
    mix: bool
    """Whether another mix of what is known would explain it."""
    examples: list[str]
    """The requests that are newest to the model, the newest first."""


@dataclass(frozen=True)
class _Seen:
    request: str
    at: float
    novelty: float
    group: int


class DriftChart:
    """Looks at one request after another.

    Args:
        novelty: What the model that answers was trained on.
    """

    def __init__(self, novelty: Novelty) -> None:
        self._novelty, self._test = novelty, DriftTest(novelty.held)
        self._recent = deque[_Seen](maxlen=REMEMBERED)

    def add(self, request: Request) -> Noticed | None:
        """One more: what is to be told, if it raises the alarm."""
        vector = np.frombuffer(request.features or b"", np.float16).astype(np.float32)
        if len(vector) != self._novelty.dimensions:
            return None
        novelty, group = self._novelty.of_one(vector)
        self._recent.append(_Seen(request.id, request.at, novelty, group))
        alarm = self._test.add(novelty)
        return self._noticed(list(self._recent)[-alarm.since :], alarm.new) if alarm else None

    def _noticed(self, since: list[_Seen], share: tuple[float, float]) -> Noticed:
        novelty = np.array([each.novelty for each in since])
        beyond = self._novelty.beyond_mix(np.array([each.group for each in since]), novelty)
        new = self._novelty.ranks(novelty) > NEW
        newest = sorted(zip(new.tolist(), since, strict=True), key=lambda one: -one[1].novelty)[:EXAMPLES]
        examples = [each.request for is_new, each in newest if is_new]
        return Noticed(since[0].at, int(new.sum()), len(since), share, beyond < BEYOND_MIX, examples)


def in_words(found: Noticed, run: str, when: str) -> str:
    """An alarm as a sentence or two.

    Args:
        found: The alarm.
        run: The run that answers.
        when: Since when, in words.
    """
    usual = max(1, round((1 - NEW) * found.of))
    fact = (
        f"{found.bad} of the {found.of} requests since then are newer to {run} than 95 of 100 rows that were held out "
        f"from its training; {usual} would be usual."
    )
    if found.mix:
        return (
            f"What is asked has changed since {when}: {fact} Another mix of the kinds that {run} knows would explain "
            "it; nothing need be new."
        )
    low, high = (round(100 * share) for share in found.share)
    return f"Something new has been asked since {when}: {fact} About {low} to {high} of 100 are of a new kind."
