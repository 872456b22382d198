"""Orthonormal low-rank adaptation: Büyükakyüz 2024, arXiv 2406.01775."""

from typing import Any

from tools.train._technique import Plan, Shape, Technique
from tools.train.techniques import pissa


def _settings(plan: Plan, shape: Shape) -> dict[str, Any]:
    return {**pissa.settings(plan, shape), "init_lora_weights": "olora"}


TECHNIQUE = Technique(
    title="OLoRA",
    why="LoRA that begins with directions at right angles, taken from each weight: a steadier and faster start",
    instead="pissa: begins with the largest parts of each weight",
    rates={"generate": (2e-4, 5e-5), "classify": (3e-4, 1e-4)},
    config="LoraConfig",
    settings=_settings,
    sized=True,
    moves_base="difference",
    linear_only=True,
)
