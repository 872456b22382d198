"""Layer-norm tuning: Zhao et al. 2023, arXiv 2312.11420."""

from typing import Any

from tools.train._technique import Plan, Shape, Technique


def _settings(plan: Plan, shape: Shape) -> dict[str, Any]:
    return {"target_modules": list(shape.norms)}


TECHNIQUE = Technique(
    title="layer-norm tuning",
    why="it trains only the factors of the normalisation layers: tiny files, for light changes",
    instead="ia3: as small, and inside attention too",
    rates={"generate": (1e-2, 1e-3), "classify": (1e-2, 1e-3)},
    config="LNTuningConfig",
    settings=_settings,
)
