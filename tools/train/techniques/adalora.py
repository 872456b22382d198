"""Adaptive low-rank adaptation: Zhang et al. 2023, arXiv 2303.10512."""

from typing import Any

from tools.train._technique import Plan, Shape, Technique

STEPS_UNKNOWN = 1_000_000
"""Until the training begins, which sets the number of steps and when ranks are shared out."""


def _settings(plan: Plan, shape: Shape) -> dict[str, Any]:
    rank = plan["rank"]
    return {
        "init_r": rank + max(1, rank // 2),
        "target_r": rank,
        "lora_alpha": plan["alpha"],
        "lora_dropout": plan["dropout"],
        "target_modules": plan["target_modules"],
        "total_step": STEPS_UNKNOWN,
    }


TECHNIQUE = Technique(
    title="AdaLoRA",
    why="LoRA that starts half as large again and gives its rank to the layers that need it",
    instead="lora: simpler, and faster for each step",
    rates={"generate": (2e-3, 5e-4), "classify": (2e-3, 1e-3)},
    config="AdaLoraConfig",
    settings=_settings,
    sized=True,
)
