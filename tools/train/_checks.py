"""What is looked at before a training starts, and what to do about what is not in order."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tools.tool import ToolError
from tools.train import places
from tools.train._plan import Planned
from tools.train.tasks import TASKS
from tools.weights.progress import size
from tools.words import counted

FEWEST_OF_A_LABEL = 5
SURELY = 1.2
"""Times the memory of the machine; estimates may be a fifth off."""
BUSY = "Other programs are using this machine: the times hold if that goes on, and are shorter if it ends."


@dataclass(frozen=True)
class Check:
    """One thing that was looked at.

    Attributes:
        good: Whether it is in order.
        told: What was found, in a sentence.
        way: What to do about it, as one would ask for it; empty where it is in order.
    """

    good: bool
    told: str
    way: str = ""


def checks(planned: Planned) -> list[Check]:
    """All that is looked at before a start, in the order that it matters."""
    each: tuple[Callable[[Planned], Iterator[Check]], ...] = (
        _split,
        _leakage,
        _labels,
        _format,
        _lengths,
        _memory,
        _disk,
        _smoke,
    )
    return [check for look in each for check in look(planned)]


def refuse_if_impossible(planned: Planned) -> None:
    """Do not start what would surely break on the way. What only may be unwise is told, and left to the user.

    Raises:
        ToolError: The memory or the disk of this machine is too small; the message says what can be done.
    """
    need, machine, plan = planned.estimates, planned.machine, planned.plan
    if need["disk_bytes"] > machine.disk_bytes:
        raise ToolError(
            f"The training needs {size(need['disk_bytes'])} of disk, and {size(machine.disk_bytes)} are free. "
            "Free some space, or train with lora, which saves only a small part of the weights."
        )
    place = places.of(plan)
    if place.kind == "jobs" or place.address:
        return  # the memory is that of other machines
    there = machine.gpu_bytes or machine.memory_bytes
    if need["memory_bytes"] > SURELY * there:
        less = "a smaller batch_size or max_length" if plan["batch_size"] > 1 else "a smaller max_length"
        raise ToolError(
            f"The training needs about {size(need['memory_bytes'])} of memory, and this machine has {size(there)} in "
            f"all. Take {less}, lora if it is another technique, or a smaller base model."
        )


def _split(planned: Planned) -> Iterator[Check]:
    sides, name = planned.material.sides, planned.material.version.dataset
    told = f"Split: {', '.join(f'{rows:,} {side}' for side, rows in sides.items())}."
    if not sides["test"]:
        told = "No rows are kept for a test, so the result could not be checked: split the dataset first."
    elif not sides["validation"]:
        told += " Some training rows are set aside for the evaluation loss."
    yield Check(bool(sides["test"]), told, "" if sides["test"] else f"split {name}")


def _leakage(planned: Planned) -> Iterator[Check]:
    leaked, name = planned.material.leaked, planned.material.version.dataset
    if not leaked:
        yield Check(True, "No test row is among the training rows.")
        return
    are = "is" if leaked == 1 else "are"
    told = (
        f"{counted(leaked, 'test row')} {are} also among the training rows, so a test would flatter the model: propose "
        "fixes for leakage first."
    )
    yield Check(False, told, f"find the leakage in {name}")


def _labels(planned: Planned) -> Iterator[Check]:
    material = planned.material
    if material.task != "classify":
        return
    if material.unseen:
        rows, names = sum(material.unseen.values()), ", ".join(list(material.unseen)[:3])
        more = f" and {len(material.unseen) - 3} more" if len(material.unseen) > 3 else ""
        yield Check(
            False,
            f"{counted(rows, 'row')} outside the training rows {'has' if rows == 1 else 'have'} a label that none of "
            f"those has ({names}{more}): the model could never answer them.",
            f"split {material.version.dataset} again",
        )
    if material.rarest and material.rarest[1] < FEWEST_OF_A_LABEL:
        label, rows = material.rarest
        told = f"The label {label} has only {counted(rows, 'training row')}: it will hardly be learned."
        yield Check(False, told, f"make more training examples for {material.version.dataset}")


def _format(planned: Planned) -> Iterator[Check]:
    measured, task = planned.measured, TASKS[planned.plan["task"]]
    yield Check(True, task.told(planned.plan))
    for note in planned.material.looked.notes:
        yield Check(False, note, f"what is wrong with {planned.material.version.dataset}?")
    if measured["left_out"]:
        rows = counted(measured["left_out"], "row")
        told = (
            f"{rows} of the {measured['drawn']:,} measured cannot be trained on: nothing to read, or nothing to learn."
        )
        yield Check(False, told, f"what is wrong with {planned.material.version.dataset}?")


def _lengths(planned: Planned) -> Iterator[Check]:
    tokens, measured, limit = planned.measured["tokens"], planned.measured, planned.plan["max_length"]
    if "blocks_a_row" in measured:
        yield Check(True, f"The rows fill blocks of {limit} tokens, about {measured['blocks_a_row']:.2g} each.")
        return
    told = f"Rows have {tokens['mean']:g} tokens on average, 95 % at most {tokens['p95']}"
    cut = measured["cut"] or sum(length > limit for length in measured["lengths"])
    if not cut and tokens["max"] > limit:
        cut = 1
    if not cut:
        yield Check(True, f"{told}; none measured is cut at {limit}.")
        return
    longer = limit < measured["context"]
    way = (
        f"plan it with a max length of {min(2 * limit, measured['context'])}"
        if longer
        else "plan it with another base model"
    )
    whose = "" if longer else ", the most that the base model reads"
    yield Check(
        False, f"{told}; {counted(cut, 'row')} of {measured['drawn']:,} measured would be cut at {limit}{whose}.", way
    )


def _memory(planned: Planned) -> Iterator[Check]:
    need = planned.estimates["memory_bytes"]
    told = f"Memory: {size(need)} needed; {planned.machine}."
    plan = planned.plan
    way = f"plan it with a batch size of {max(1, plan['batch_size'] // 4)}"
    if plan["batch_size"] == plan["gradient_accumulation"]:
        way = "plan it with a smaller base model"
    yield Check(planned.memory_is_enough, told, "" if planned.memory_is_enough else way)


def _disk(planned: Planned) -> Iterator[Check]:
    need = size(planned.estimates["disk_bytes"])
    told = f"Disk: {need} needed, {size(planned.machine.disk_bytes)} free."
    yield Check(planned.disk_is_enough, told, "" if planned.disk_is_enough else "free some disk, or plan it with lora")


def _smoke(planned: Planned) -> Iterator[Check]:
    most = max(each["tokens"] for each in planned.measured["steps"])
    told = f"A few steps were made here, with up to {most:,} tokens at once: they work."
    yield Check(True, f"{told} {BUSY}" if planned.measured["busy"] else told)


def refuse_if_too_short(minutes: int, seconds: float, why: str) -> None:
    """Do not start what cannot end in the time given.

    Raises:
        ToolError: It takes more seconds than that; the message says why, and how many minutes are enough.
    """
    if 60 * minutes < seconds:
        raise ToolError(
            f"{counted(minutes, 'minute')} is too short: {why}. Give it {-(-seconds // 60):.0f} minutes, or take a "
            "smaller base model or fewer rows."
        )
