"""Low-rank adaptation: Hu et al. 2021, arXiv 2106.09685."""

from typing import Any

from tools.train._technique import Plan, Shape, Technique


def settings(plan: Plan, shape: Shape) -> dict[str, Any]:
    """The arguments of peft's `LoraConfig`, for LoRA and what is made from it."""
    return {
        "r": plan["rank"],
        "lora_alpha": plan["alpha"],
        "lora_dropout": plan["dropout"],
        "target_modules": plan["target_modules"],
    }


TECHNIQUE = Technique(
    title="LoRA",
    why="it trains small matrices beside the frozen weights: about 1 to 4 % of the memory for gradients, and nearly "
    "the quality of full fine-tuning",
    instead="dora: sometimes a little better at the same rank, and about half as fast",
    rates={"generate": (5e-4, 2e-4), "classify": (1e-3, 3e-4)},
    config="LoraConfig",
    settings=settings,
    sized=True,
)
