"""Time, memory and disk of a training, by arithmetic from what `_probe` measured.

A run takes: the start (imports, weights, rows as tokens), the passes over its batches, the updates of the weights, the
evaluations, and the saves. The time and the memory of a pass follow from the tokens of its batch, padding included, by
straight lines between the sizes that were measured.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from random import Random
from typing import Any

ROUND = 16
"""Batches without padding have a multiple of so many tokens."""
SORTED_TOGETHER = 50
"""Batches whose rows are sorted by length together, as the trainer does it."""
FEWEST_EVALUATIONS, MOST_EVALUATIONS = 4, 10
EVALUATION_SHARE = 0.05
"""Of the work of the steps, what all evaluations together may take; a row costs a third of what it costs to learn."""
ASKED = ("generate", "classify")
"""Tasks whose untouched model is evaluated too."""
SAVE_EVERY_SECONDS = 60
KEPT = 2
"""Checkpoints that stay; while one is written there is one more."""
WEIGHT_BYTES, UPDATE_BYTES, GRADIENT_BYTES = 4, 8, 4
"""Of each trained weight: itself, the two moments of AdamW, and its gradient, in float32."""
SMALL_FILES, LINE_BYTES = 40_000, 180
"""Of a checkpoint or a model besides its weights, and of what is written for each step."""
PROGRAM_BYTES = 600_000_000
"""What the libraries take before there is a model."""
CLOCKS = ("seconds", "processor_seconds")
Plan = Mapping[str, Any]
Measured = Mapping[str, Any]


@dataclass(frozen=True)
class Size:
    """How much there is to do.

    Attributes:
        read: Rows of the dataset that are made into tokens.
        rows: Rows that are trained on in an epoch, or blocks of plain text.
        checked: Rows of each evaluation, likewise.
        evaluations: How many evaluations there are.
        passes: Batches that go through the model in the whole run.
        steps: Updates of the weights.
        tokens: Tokens of each batch of an epoch, padding included, as far as a sample tells.
        row_tokens: Tokens of a row on average, padding included.
        largest: Tokens of the largest batch that can come.
    """

    read: int
    rows: int
    checked: int
    evaluations: int
    passes: int
    steps: int
    tokens: list[int]
    row_tokens: float
    largest: int


def size_of(plan: Plan, sides: Mapping[str, int], measured: Measured) -> Size:
    """How much a plan has to do.

    Args:
        plan: The settings.
        sides: Rows by side of the split.
        measured: What `_probe` found.
    """
    packed = bool(measured.get("packed"))
    rows, checked = sides["train"], min(plan["evaluation_rows"], sides["validation"])
    if not checked and rows >= 20:
        checked = min(plan["evaluation_rows"], rows // 10)
        rows -= checked
    rows = min(rows, plan.get("sample") or rows)
    read = rows + checked
    rows, checked = (round(n * measured["rows"] / measured["drawn"]) for n in (rows, checked))
    rows = max(1, rows)
    parts = plan["gradient_accumulation"]
    micro = max(1, plan["batch_size"] // parts)
    batches = ceil(rows / micro)
    steps = max(1, ceil(ceil(batches / parts) * plan["epochs"]))
    lengths = [min(length, plan["max_length"]) for length in measured["lengths"]]
    longest = min(measured["tokens"]["max"], plan["max_length"])
    tokens = batch_tokens(lengths, rows, micro, packed=packed)
    passes, each = max(1, ceil(batches * plan["epochs"])), sum(tokens) / len(tokens) / min(micro, rows)
    looks = min(steps, evaluations(rows, checked, plan["epochs"])) + (plan["task"] in ASKED)
    return Size(read, rows, checked, looks, passes, steps, tokens, each, min(micro, rows) * longest)


def evaluations(rows: int, checked: int, epochs: float) -> int:
    """How often the model is measured in a run on rows that it does not learn from.

    Args:
        rows: Rows that are trained on in an epoch.
        checked: Rows of each evaluation.
        epochs: How often each row is seen.
    """
    worth = EVALUATION_SHARE * 3 * rows * epochs / max(1, checked)
    return min(MOST_EVALUATIONS, max(FEWEST_EVALUATIONS, int(worth)))


def batch_tokens(lengths: Sequence[int], rows: int, micro: int, *, packed: bool = False) -> list[int]:
    """Tokens of the batches of an epoch, padding included, where rows of like length share a batch.

    Args:
        lengths: Tokens of the rows of a sample.
        rows: Rows of an epoch; with fewer than the sample has, some of it are drawn.
        micro: Rows that go through the model at once.
        packed: Whether the rows of a batch follow each other, without padding.
    """
    drawn = list(lengths)
    Random(0).shuffle(drawn)
    if rows < len(drawn):
        drawn = drawn[:rows]
    elif len(drawn) >= micro:  # a short batch comes once at the end of an epoch, not once in every sample
        drawn = drawn[: len(drawn) // micro * micro] if rows > len(drawn) else drawn
    span = micro * SORTED_TOGETHER
    found: list[int] = []
    for start in range(0, len(drawn), span):
        alike = sorted(drawn[start : start + span])
        found += [
            sum(part) if packed else len(part) * part[-1]
            for place in range(0, len(alike), micro)
            if (part := alike[place : place + micro])
        ]
    return found


def costs(plan: Plan, sides: Mapping[str, int], measured: Measured, larger: float = 1.0) -> dict[str, Any]:
    """How often to save, and the estimates.

    Args:
        plan: The settings.
        sides: Rows by side of the split.
        measured: What `_probe` found.
        larger: How many times as many weights the base model has as the one measured.

    Returns:
        `save_steps`, and `estimates`: `seconds`, `processor_seconds`, `memory_bytes`, `disk_bytes` while it runs, and
        `kept_bytes` afterwards.
    """
    size = size_of(plan, sides, measured)
    step = (
        larger
        * (_passes(size, measured, "seconds") + size.steps * measured["steps"][1]["update"]["seconds"])
        / size.steps
    )
    save_steps = max(1, round(SAVE_EVERY_SECONDS / max(step, 1e-9)))
    saves = ceil(size.steps / save_steps)
    trained = round(weights_trained(plan, measured) * larger)
    disk = _disk(size, saves, trained, measured)
    written = (saves * _checkpoint_bytes(trained) + trained * WEIGHT_BYTES) / measured["saving"]["bytes_per_second"]
    times = {clock: round(_time(size, measured, larger, clock) + written, 1) for clock in CLOCKS}
    return {
        "save_steps": save_steps,
        "estimates": {**times, "memory_bytes": _memory(size, trained, measured, larger), **disk},
    }


def weights_trained(plan: Plan, measured: Measured) -> int:
    """The trained weights at a plan's rank, from those at the rank that was measured."""
    sized = measured["weights_by_rank"]
    return round(measured["weights_trained"] + sized * (plan["rank"] / measured["rank"] - 1))


def memory_at(tokens: int, measured: Measured) -> float:
    """The peak of the memory with batches of so many tokens, as measured or on the line through what was."""
    which = "gpu_peak_bytes" if measured["gpu_peak_bytes"] else "peak_bytes"
    return along(tokens, [(each["tokens"], each[which]) for each in measured["steps"]], at_least=0.0)


def along(x: float, points: Sequence[tuple[float, float]], at_least: float) -> float:
    """The value at x on straight lines through points that do not fall.

    Args:
        x: Where; before the first and after the last point the nearest line goes on.
        points: (x, value) in any order.
        at_least: Share of the proportional value that the line may not go below before the first point.
    """
    best: dict[float, float] = {}
    for place, value in sorted(points):
        best[place] = max([value, *best.values()])
    line = list(best.items())
    if len(line) == 1:
        return line[0][1] * (x / line[0][0] if at_least else 1.0)
    right = next((n for n, (place, _) in enumerate(line) if place >= x), len(line) - 1)
    (x0, y0), (x1, y1) = line[max(0, right - 1)], line[max(1, right)]
    found = y0 + (y1 - y0) * (x - x0) / (x1 - x0)
    return max(found, at_least * line[0][1] * x / line[0][0]) if x < line[0][0] else found


def _passes(size: Size, measured: Measured, clock: str) -> float:
    points = [(each["tokens"], each["pass"][clock]) for each in measured["steps"]]
    return size.passes * sum(along(tokens, points, 1.0) for tokens in size.tokens) / len(size.tokens)


def _time(size: Size, measured: Measured, larger: float, clock: str) -> float:
    usual, checked = measured["steps"][1], measured["evaluation"]
    shapes = len({-(-tokens // ROUND) for tokens in size.tokens} if measured.get("packed") else set(size.tokens))
    warming = _warming(measured["steps"][0], clock) + (shapes - 1) * _warming(usual, clock)
    evaluated = size.checked * size.row_tokens / checked["tokens"] * checked[clock]
    model = _passes(size, measured, clock) + size.steps * usual["update"][clock]
    model += size.evaluations * evaluated + measured["loading"][clock]
    return measured["imports"][clock] + warming + _reading(size, measured, clock) + larger * model


def _warming(step: Mapping[str, Any], clock: str) -> float:
    """What the first step on a size takes beyond the later ones: the program is made ready for each size once."""
    return max(0.0, step["first"][clock] - step["pass"][clock] - step["update"][clock])


def _reading(size: Size, measured: Measured, clock: str) -> float:
    few, all_ = measured["few"], measured["all"]
    if all_["rows"] <= few["rows"]:
        return all_[clock]
    each = max(0.0, all_[clock] - few[clock]) / (all_["rows"] - few["rows"])
    return max(few[clock], few[clock] + each * (size.read - few["rows"]))


def _memory(size: Size, trained: int, measured: Measured, larger: float) -> int:
    more = trained / larger - measured["weights_trained"]
    here = memory_at(size.largest, measured) + more * (WEIGHT_BYTES + UPDATE_BYTES + GRADIENT_BYTES)
    if measured["gpu_peak_bytes"]:
        return round(here * larger)
    here = max(here, measured["loading"]["peak_bytes"])
    return round(here + (larger - 1) * max(0.0, here - PROGRAM_BYTES))


def _checkpoint_bytes(trained: int) -> int:
    return trained * (WEIGHT_BYTES + UPDATE_BYTES) + SMALL_FILES


def _disk(size: Size, saves: int, trained: int, measured: Measured) -> dict[str, int]:
    checkpoint = _checkpoint_bytes(trained) + LINE_BYTES * size.steps
    model = trained * WEIGHT_BYTES + measured["saving"]["tokenizer_bytes"] + SMALL_FILES
    kept = min(KEPT, saves) * checkpoint + model + LINE_BYTES * size.steps
    rows = round(size.read * measured["row_bytes"])
    best = trained * WEIGHT_BYTES if size.checked else 0  # the best weights so far
    return {"disk_bytes": rows + best + max(kept, min(KEPT + 1, saves) * checkpoint), "kept_bytes": kept}
