"""Give a newer run a part of the requests, and find out from what comes of it whether it is to have all of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from store import Workspace
from store.requests import Request
from store.services import ServedModel, Service
from tools.monitor._arms import ALPHA, Arm, Difference, difference
from tools.monitor._complaints import complaints
from tools.tool import ToolError
from tools.words import counted

STEPS = (0.25, 0.5)
"""The shares that follow the first one, as far as they are higher."""
EACH_STEP = 50
"""Requests that the newer run has to answer before its share grows."""
MARGIN = 0.05
"""How much worse the newer run may be at the most to count as not worse."""
MOST = 50_000


@dataclass(frozen=True)
class Measured:
    """One thing that may go wrong, in both arms."""

    what: str
    old: Arm
    new: Arm
    difference: Difference | None
    """None while there is too little to say."""


@dataclass(frozen=True)
class Verdict:
    """How a rollout stands."""

    old: str
    new: str
    share: float
    measured: tuple[Measured, ...]

    @property
    def harm(self) -> Measured | None:
        """In what the newer run is shown to be worse."""
        return next((each for each in self.measured if each.difference and each.difference.harm), None)

    @property
    def ready(self) -> bool:
        """Whether the newer run is shown to be no worse in everything that counts for all requests."""
        counted_of_all = [each.difference for each in self.measured if each.what != JUDGED]
        return all(found is not None and found.no_worse_than(MARGIN) for found in counted_of_all)

    @property
    def answered(self) -> int:
        """Requests that the newer run answered."""
        return self.measured[0].new.requests


JUDGED = "of the answers that were judged, those that were found wrong"


def begun(before: Service, new: ServedModel, share: float) -> tuple[tuple[ServedModel, ...], dict[str, Any]]:
    """The models and the settings with which a rollout begins; see `store.services.Services.set`.

    Args:
        before: The service as it is.
        new: The newer model.
        share: The share of the requests that it begins with.

    Raises:
        ToolError: The service cannot be split like that.
    """
    old = _serving(before)
    if old.run == new.run:
        raise ToolError(f"{before.name} answers with {new.run} already.")
    models = [each for each in before.models if each.run != new.run]
    models = [replace(each, share=1 - share) if each.run == old.run else each for each in models]
    steps = [share, *(step for step in STEPS if step > share)]
    plan = {"old": old.run, "new": new.run, "steps": steps, "at": 0, "before": before.version}
    settings = {name: value for name, value in before.settings.items() if name != "returned"}
    return (*models, replace(new, share=share)), {**settings, "rollout": plan}


def card_words(before: Service, new: str, share: float) -> str:
    """What the card of a rollout says: what the one yes allows, and what it does not.

    Args:
        before: The service as it is.
        new: What the newer model is called.
        share: The share of the requests that it begins with.

    Raises:
        ToolError: The service cannot be split like that.
    """
    old = _serving(before).run
    later = " and ".join(f"{step:.0%}" for step in STEPS if step > share)
    grows = (
        f" After {EACH_STEP} answers each, and while nothing speaks against it, its share grows to {later}."
        if later
        else ""
    )
    return (
        f"{new} will answer {share:.0%} of the requests to {before.name}, and {old} the rest.{grows} If it is "
        "shown to do harm (more failures, more declined or empty answers, more complaints; 95 % intervals that hold at "
        f"every look), the service goes back to {old} by itself: that was approved before and needs no new yes. "
        "Before it gets all the requests, you are asked again."
    )


def judged(ws: Workspace, service: Service) -> Verdict | None:
    """How the rollout of a service stands; None if there is none."""
    plan = service.settings.get("rollout")
    if not plan or not {plan["old"], plan["new"]} <= {each.run for each in service.models if each.share}:
        return None
    since = _seconds(ws.services.get(service.name, plan["before"] + 1).made_at)
    requests = ws.requests.of(service.name, since=since, most=MOST)
    wrong = complaints(ws, service.name, since)
    arms = [[each for each in requests if each.run == run] for run in (plan["old"], plan["new"])]
    measured = [_measured(what, *(_arm(what, arm, wrong) for arm in arms)) for what in WHAT]
    return Verdict(plan["old"], plan["new"], plan["steps"][plan["at"]], tuple(measured))


def table_rows(verdict: Verdict) -> list[tuple[str, str, str, str]]:
    """What is measured of both arms, for a table: what, the older, the newer, the difference with its interval."""
    return [(each.what, _told(each.old), _told(each.new), _interval(each.difference)) for each in verdict.measured]


def in_words(verdict: Verdict, name: str) -> str:
    """How a rollout stands, in a sentence or two."""
    head = f"{verdict.new} answers {verdict.share:.0%} of the requests to {name} beside {verdict.old}"
    if harm := verdict.harm:
        return f"{head}, and does harm: {harm.what} are {_told(harm.new)} against {_told(harm.old)}."
    if verdict.ready:
        return f"{head}, and is shown to be no worse by more than {MARGIN:.0%} in anything that is measured."
    return f"{head}; after {counted(verdict.answered, 'request')} nothing is shown yet."


WHAT = ("failed requests", "declined or empty answers", "complaints", JUDGED)


def _arm(what: str, requests: Sequence[Request], wrong: dict[str, bool]) -> Arm:
    asked = [each for each in requests if each.outcome in ("answered", "failed")]
    answered = [each for each in asked if each.outcome == "answered"]
    if what == WHAT[0]:
        return Arm(len(asked), len(asked) - len(answered))
    if what == WHAT[1]:
        return Arm(len(answered), sum(each.refused or each.empty for each in answered))
    if what == WHAT[2]:
        return Arm(len(answered), sum(wrong.get(each.id, False) for each in answered))
    said = [wrong[each.id] for each in answered if each.id in wrong]
    return Arm(len(said), sum(said))


def _measured(what: str, old: Arm, new: Arm) -> Measured:
    return Measured(what, old, new, difference(old, new, ALPHA / len(WHAT)))


def _serving(before: Service) -> ServedModel:
    if before.settings.get("rollout"):
        raise ToolError(f"{before.name} is being split already. Give one of its runs all the requests first.")
    old = max(before.models, key=lambda each: each.share, default=None)
    if before.state != "serving" or old is None:
        raise ToolError(
            f"{before.name} serves nothing now, so there is nothing to split. Deploy the run without a share."
        )
    return old


def _told(arm: Arm) -> str:
    return f"{arm.bad:,} of {arm.requests:,} ({arm.rate:.1%})" if arm.requests else "none yet"


def _interval(found: Difference | None) -> str:
    if found is None:
        return "too few yet"
    return f"{100 * found.value:+.1f} ({100 * found.low:+.1f} to {100 * found.high:+.1f}) points"


def _seconds(made_at: str) -> float:
    return datetime.fromisoformat(made_at).replace(tzinfo=UTC).timestamp()
