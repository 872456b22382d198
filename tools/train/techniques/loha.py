"""Low-rank Hadamard product: Hyeon-Woo et al. 2021 (FedPara), arXiv 2108.06098."""

from typing import Any

from tools.train._technique import Plan, Shape, Technique


def _settings(plan: Plan, shape: Shape) -> dict[str, Any]:
    return {"r": plan["rank"], "alpha": plan["alpha"], "target_modules": plan["target_modules"]}


TECHNIQUE = Technique(
    title="LoHa",
    why="it multiplies two low-rank changes element by element, which reaches a higher rank with as many weights",
    instead="lora: faster, and usually as good for text",
    rates={"generate": (2e-3, 5e-4), "classify": (3e-3, 1e-3)},
    config="LoHaConfig",
    settings=_settings,
    sized=True,
    linear_only=True,
)
