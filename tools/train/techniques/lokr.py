"""Low-rank Kronecker product: Edalati et al. 2022 (KronA), arXiv 2212.10650; Yeh et al. 2023, arXiv 2309.14859."""

from typing import Any

from tools.train._technique import Plan, Shape, Technique


def _settings(plan: Plan, shape: Shape) -> dict[str, Any]:
    return {"r": plan["rank"], "alpha": plan["alpha"], "target_modules": plan["target_modules"]}


TECHNIQUE = Technique(
    title="LoKr",
    why="it builds the change from a small block that is repeated at different strengths: smaller files than LoRA",
    instead="lora: learns more evenly",
    rates={"generate": (5e-3, 2e-3), "classify": (5e-3, 2e-3)},
    config="LoKrConfig",
    settings=_settings,
    sized=True,
    linear_only=True,
)
