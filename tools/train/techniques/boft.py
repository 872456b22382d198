"""Butterfly orthogonal fine-tuning: Liu et al. 2023, arXiv 2311.06243."""

from typing import Any

from tools.train._technique import Plan, Shape, Technique, divisor

BLOCK = 4


def _settings(plan: Plan, shape: Shape) -> dict[str, Any]:
    return {
        "boft_block_size": divisor(shape.inputs, BLOCK),
        "boft_n_butterfly_factor": 1,  # more than one needs an extension that is compiled for a graphics card
        "target_modules": plan["target_modules"],
    }


TECHNIQUE = Technique(
    title="BOFT",
    why="it turns weights in many small blocks: few weights to train, and slow",
    instead="oft: larger blocks, and several times faster",
    rates={"generate": (1e-2, 2e-3), "classify": (1e-2, 2e-3)},
    config="BOFTConfig",
    settings=_settings,
    linear_only=True,
)
