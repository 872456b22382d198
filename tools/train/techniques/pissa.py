"""Principal singular values and vectors adaptation: Meng et al. 2024, arXiv 2404.02948."""

from typing import Any

from tools.train._technique import Plan, Shape, Technique
from tools.train.techniques import lora


def settings(plan: Plan, shape: Shape) -> dict[str, Any]:
    """As LoRA, beginning with the weights' largest parts at their own size."""
    return {**lora.settings(plan, shape), "lora_alpha": plan["rank"], "init_lora_weights": "pissa"}


TECHNIQUE = Technique(
    title="PiSSA",
    why="LoRA that begins with the largest parts of each weight and trains those: it learns faster at the start",
    instead="lora: begins at once, without taking each weight apart",
    rates={"generate": (2e-4, 5e-5), "classify": (3e-4, 1e-4)},
    config="LoraConfig",
    settings=settings,
    sized=True,
    moves_base="difference",
)
