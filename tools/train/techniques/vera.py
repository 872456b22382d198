"""Vector-based random matrix adaptation: Kopiczko et al. 2023, arXiv 2310.11454."""

from typing import Any

from tools.train._technique import Plan, Shape, Technique


def _settings(plan: Plan, shape: Shape) -> dict[str, Any]:
    return {"r": plan["rank"], "vera_dropout": plan["dropout"], "target_modules": plan["target_modules"]}


TECHNIQUE = Technique(
    title="VeRA",
    why="all layers share two fixed random matrices and learn only vectors of factors: ten times smaller than LoRA",
    instead="lora: learns more",
    rates={"generate": (2e-2, 4e-3), "classify": (2e-2, 5e-3)},
    config="VeraConfig",
    settings=_settings,
    sized=True,
    usual_rank=256,
)
