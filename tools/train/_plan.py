"""Plan a training: choose what was not said, measure the machine, and estimate what it will take."""

from dataclasses import dataclass, replace
from typing import Any

from store import Workspace
from tools.train import _settings as settings
from tools.train._base_choice import Choice, choose_base
from tools.train._continue import as_before, continued, earlier_run, shown
from tools.train._dial import DIALS, EFFORTS
from tools.train._estimate import costs, memory_at
from tools.train._learned import learned, numbers
from tools.train._machine import Machine, look
from tools.train._material import Material, examine
from tools.train._measuring import measured as measure
from tools.train._placing import placed, wanted
from tools.train._wishes import Effort, Setting, Wishes
from tools.train.places._place import Place
from tools.train.techniques import TECHNIQUES

SPARE_BYTES = 500_000_000
"""Disk that stays free."""
SAFE = 0.85
"""Share of the free memory that a plan may fill by its own choice."""


@dataclass(frozen=True)
class Planned:
    """A plan, its reasons, and what was found on the way."""

    material: Material
    machine: Machine
    plan: dict[str, Any]
    settings: list[Setting]
    measured: dict[str, Any]
    dial: list[tuple[Effort, dict[str, Any]]]
    """For each position of the dial, the plan that it would give, with its estimates."""

    @property
    def estimates(self) -> dict[str, Any]:
        """seconds, processor_seconds, memory_bytes, disk_bytes and kept_bytes."""
        return self.plan["estimates"]

    @property
    def disk_is_enough(self) -> bool:
        """Whether checkpoints and model fit with some room to spare."""
        return self.machine.disk_bytes > self.estimates["disk_bytes"] + SPARE_BYTES

    @property
    def memory_is_enough(self) -> bool:
        """Whether the estimate is below what is free."""
        return self.estimates["memory_bytes"] < self.machine.room_bytes


@dataclass(frozen=True)
class _Basis:
    """What a plan is decided from, and that of every position of the dial alike."""

    material: Material
    machine: Machine
    measured: dict[str, Any]
    asked: dict[str, Any]
    """The plan, as far as it does not depend on what was measured."""
    place: Place


def make_plan(ws: Workspace, dataset: str, wishes: Wishes, version: int | None = None) -> Planned:
    """Plan a training on a dataset as it is now, or was. The first plan for a base model measures this machine.

    Raises:
        StoreError: The dataset cannot be trained on, or the base model cannot be had; the message says what to do.
    """
    place = wanted(wishes.where)
    earlier = earlier_run(ws, wishes)
    wishes = as_before(earlier, wishes)
    material, machine = examine(ws, dataset, wishes.task, wishes.reward, version), look(ws.home)
    what = learned(material, wishes)
    choice = choose_base(machine, material.task, material.texts, wishes)
    technique = settings.technique(machine, material, wishes)
    rank = wishes.rank or TECHNIQUES[technique.value].usual_rank or DIALS["balanced"].rank[0]
    asked: dict[str, Any] = {
        "base_model": choice.setting.value,
        "task": material.task,
        "technique": technique.value,
        **material.columns,
        "labels": material.labels,
        "batch_size": wishes.batch_size,
        "gradient_accumulation": 1,
        "rank": rank,
        "alpha": 2 * rank,
        "dropout": 0.0,
        "target_modules": "all-linear",
        **{setting.name.replace(" ", "_"): setting.value for setting in what},
        **numbers(material),
        "freeze": wishes.freeze,
        "last_layers": wishes.last_layers,
    }
    asked |= continued(earlier, asked)
    measured = {**measure(ws, material, machine, asked, wishes), "rank": rank}
    basis = _Basis(material, machine, measured, asked, place)
    plan, chosen = _decided(basis, wishes)
    dial: list[tuple[Effort, dict[str, Any]]] = [(effort, _turned(effort, basis, wishes, choice)) for effort in EFFORTS]
    first = [shown(earlier, choice.setting, plan), material.why, *what, technique]
    return Planned(material, machine, plan, [*first, *chosen], measured, dial)


def _decided(basis: _Basis, wishes: Wishes, larger: float = 1.0) -> tuple[dict[str, Any], list[Setting]]:
    """The whole plan with its estimates, and the settings that are numbers with their reasons."""
    material, measured, asked = basis.material, basis.measured, basis.asked
    rows, rank = settings.train_rows(material, wishes), settings.rank(asked["technique"], material, wishes)
    epochs, longest = settings.epochs(material, int(rows.value), wishes), settings.max_length(measured, wishes)
    batch = settings.batch_size(measured, material, int(rows.value), wishes)
    rate = settings.learning_rate(asked["technique"], material, round(measured["weights"] * larger), wishes)
    checked = settings.evaluation_rows(material, wishes)
    parts, tight = _in_parts(basis, int(batch.value), min(int(longest.value), measured["tokens"]["max"]))
    plan = {
        **asked,
        "rank": int(rank.value),
        "alpha": 2 * int(rank.value),
        "max_length": int(longest.value),
        "epochs": float(epochs.value),
        "learning_rate": float(rate.value),
        "dtype": measured["dtype"],
        "early_stopping": not wishes.to_the_end,
        "seed": wishes.seed if wishes.seed is not None else settings.SEED,
        "sample": int(rows.value) if int(rows.value) < material.rows else None,
        "evaluation_rows": int(checked.value),
        **parts,
    }
    plan |= costs(plan, material.sides, measured, larger)
    changes, where = placed(plan, basis.place, basis.machine)
    sized = TECHNIQUES[asked["technique"]].sized
    kept = [rank] if sized else settings.frozen(wishes)
    chosen = [rows, *kept, epochs, rate, batch, settings.passes_at_once(parts, tight), longest]
    chosen += [settings.precision(measured), settings.early_stopping(wishes), checked]
    return plan | changes, [*chosen, *settings.small_print(int(rank.value), sized, wishes), *where]


def _turned(effort: Effort, basis: _Basis, wishes: Wishes, choice: Choice) -> dict[str, Any]:
    """The plan of a position of the dial, from the one measurement: another base is reckoned by its size."""
    base, here = choice.by_effort[effort], basis.asked["base_model"]
    larger = choice.weights.get(base, 1) / choice.weights[here] if base != here else 1.0
    turned = replace(basis, asked={**basis.asked, "base_model": base})
    return _decided(turned, replace(wishes, effort=effort), larger)[0]


def _in_parts(basis: _Basis, batch_size: int, longest: int) -> tuple[dict[str, int], bool]:
    """A step in as many parts as the memory needs, and whether it is the memory that asks for them."""
    micro = settings.micro_rows(batch_size, settings.tokens_at_once(basis.asked, longest))
    tight, room = False, SAFE * basis.machine.room_bytes
    while micro > 1 and memory_at(micro * longest, basis.measured) > room:
        micro, tight = micro // 2, True
    return settings.in_parts(batch_size, micro), tight
