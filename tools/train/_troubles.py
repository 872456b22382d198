"""What may be wrong with a training, seen in its measures: each trouble is one small function."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean, pstdev
from typing import Any

from tools.train._stopping import best, evaluations
from tools.weights.progress import duration, size

NO_NUMBER = "stopped being a number"
WINDOW = 10
"""Steps over which a loss is averaged, at least."""
DEVIATIONS = 6
"""How many standard errors a loss must have risen to be called rising: it is looked at after every step."""
RISEN = 1.05
NO_GAIN = 0.98
ENOUGH_STEPS, ENOUGH = 30, 0.4
"""Steps, and share of the run, before which nothing is said about learning."""
KNOWN_LOSS = 0.05
SLOWER, LATER_SECONDS = 2.0, 300.0
FULL = 0.08
"""Share of the memory that is left when it counts as nearly full."""
Line = Mapping[str, Any]


@dataclass(frozen=True)
class Course:
    """A run as far as it has come.

    Attributes:
        lines: The measures by step.
        plan: What was planned.
        run: Its id.
        dataset: What it learns from.
        live: Whether it still goes on.
        sentence: What it ended with, if it failed.
        seconds_left: As it was told last.
    """

    lines: Sequence[Line]
    plan: Mapping[str, Any]
    run: str
    dataset: str
    live: bool
    sentence: str = ""
    seconds_left: float | None = None

    @property
    def losses(self) -> list[float]:
        """The training loss of each step."""
        return [line["loss"] for line in self.lines if line.get("loss") is not None]

    @property
    def done(self) -> float:
        """The share of the steps that is done."""
        return self.lines[-1]["step"] / max(1, self.lines[-1]["steps"]) if self.lines else 0.0


@dataclass(frozen=True)
class Trouble:
    """What is wrong, why it may be, and what could be done, in the user's words."""

    kind: str
    sentence: str
    proposals: Sequence[str]


def troubles(course: Course) -> list[Trouble]:
    """What is wrong with a run now; mostly nothing."""
    return [found for look in LOOKS if (found := look(course))]


def no_number(course: Course) -> Trouble | None:
    """The loss became infinite or no number, which ends a run."""
    if NO_NUMBER not in course.sentence:
        return None
    return Trouble("nan", "", [_again(course, rate=0.2)])  # the run's own sentence has said it


def diverging(course: Course) -> Trouble | None:
    """The training loss has risen far above where it was already, by more than its noise."""
    losses = course.losses
    window = max(WINDOW, len(losses) // 20)
    if len(losses) < 3 * window:
        return None
    means = [fmean(losses[at : at + window]) for at in range(0, len(losses) - window + 1, max(1, window // 2))]
    first, lowest, now = means[0], min(means), fmean(losses[-window:])
    at = means.index(lowest) * max(1, window // 2)
    noise = max(pstdev(losses[-window:]), pstdev(losses[at : at + window])) / sqrt(window)
    if now - lowest <= max(0.3 * lowest, 0.15 * (first - lowest), DEVIATIONS * noise):
        return None
    said = f"The loss has risen from {lowest:.3g} to {now:.3g}: the steps are probably too large."
    return Trouble("diverging", said, [*_stop(course), _again(course, rate=0.2)])


def not_learning(course: Course) -> Trouble | None:
    """Neither loss is lower than in the beginning, though a good part of the run is done."""
    losses, told = course.losses, evaluations(course.lines)
    window = max(WINDOW, len(losses) // 5)
    if len(losses) < max(ENOUGH_STEPS, 2 * window) or course.done < ENOUGH:
        return None
    first, now = fmean(losses[:window]), fmean(losses[-window:])
    noise = sqrt(pstdev(losses[:window]) ** 2 + pstdev(losses[-window:]) ** 2) / sqrt(window)
    if first < KNOWN_LOSS or abs(first - now) > max((1 - NO_GAIN) * first, 3 * noise):
        return None  # it falls, it was low already, or it diverges
    if len(told) > 1 and (
        min(one.loss for one in told[1:]) < NO_GAIN * told[0].loss or max(one.score for one in told[1:]) > told[0].score
    ):
        return None
    said = (
        f"The loss has hardly fallen ({first:.3g} in the beginning, {now:.3g} now), so it does not learn: the steps "
        "may be too small, or the answers may not follow from the texts."
    )
    return Trouble(
        "not_learning", said, [*_stop(course), _again(course, rate=5), f"what is wrong with {course.dataset}?"]
    )


def overfitting(course: Course) -> Trouble | None:
    """Two evaluations in a row are worse than an earlier one, while the training loss goes on falling."""
    told = [one for one in evaluations(course.lines) if one.step]
    top = best(told)
    if top is None or len(told) < 3 or top in told[-2:]:
        return None
    lowest = min(told, key=lambda one: one.loss)
    if lowest in told[-2:] or min(one.loss for one in told[-2:]) <= RISEN * lowest.loss:
        return None
    said = (
        f"The evaluation loss was lowest at step {lowest.step:,} ({lowest.loss:.3g}) and has risen since "
        f"({told[-1].loss:.3g}): it learns the rows by heart. The weights of step {top.step:,} are kept as the best."
    )
    epochs = max(1.0, round(course.plan.get("epochs", 1) * top.step / course.lines[-1]["steps"]))
    more = [_again(course, epochs=epochs)] if epochs < course.plan.get("epochs", 1) else []
    return Trouble("overfitting", said, [*_stop(course), *more])


def slow(course: Course) -> Trouble | None:
    """At its present speed it takes much longer than planned."""
    planned = course.plan.get("estimates", {}).get("seconds")
    if not course.live or not planned or course.seconds_left is None or len(course.losses) < 5 or course.done > 0.9:
        return None
    expected = course.seconds_left / (1 - course.done)
    if expected < SLOWER * planned or expected - planned < LATER_SECONDS:
        return None
    said = (
        f"It takes about {duration(expected)} at its present speed, {expected / planned:,.0f} times as long as "
        "planned: other programs may be using the processor."
    )
    return Trouble("slow", said, _stop(course))


def nearly_full(course: Course) -> Trouble | None:
    """Hardly any memory is left."""
    last: Line = course.lines[-1] if course.lines else {}
    free, total = last.get("memory_free_bytes"), last.get("memory_total_bytes")
    if not course.live or free is None or not total or free > FULL * total:
        return None
    said = (
        f"The memory is nearly full: {size(free)} of {size(total)} is left. Close other programs. If it does not "
        "suffice, fewer rows go through the model at once, with the same outcome."
    )
    return Trouble("memory", said, _stop(course))


LOOKS: Sequence[Callable[[Course], Trouble | None]] = (
    no_number,
    diverging,
    not_learning,
    overfitting,
    slow,
    nearly_full,
)
"""All of them, the gravest first."""


def _stop(course: Course) -> list[str]:
    return [f"stop {course.run}"] if course.live else []


def _again(course: Course, *, rate: float = 1.0, epochs: float | None = None) -> str:
    """The same training with one setting changed, as a user would ask for it."""
    plan = course.plan
    passes = epochs or plan.get("epochs", 1)
    return (
        f"train {plan['base_model']} on {course.dataset} with {plan['technique']} for {passes:g} "
        f"epoch{'' if passes == 1 else 's'}, learning rate {plan['learning_rate'] * rate:.2g}"
    )
