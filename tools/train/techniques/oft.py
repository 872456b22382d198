"""Orthogonal fine-tuning: Qiu et al. 2023, arXiv 2306.07280."""

from typing import Any

from tools.train._technique import Plan, Shape, Technique, divisor

BLOCK = 32


def _settings(plan: Plan, shape: Shape) -> dict[str, Any]:
    return {"r": 0, "oft_block_size": divisor(shape.inputs, BLOCK), "target_modules": plan["target_modules"]}


TECHNIQUE = Technique(
    title="OFT",
    why="it turns weights without stretching them, which keeps more of what the model knows",
    instead="lora: faster, and with more room to learn",
    rates={"generate": (2e-3, 5e-4), "classify": (3e-3, 1e-3)},
    config="OFTConfig",
    settings=_settings,
    linear_only=True,
)
