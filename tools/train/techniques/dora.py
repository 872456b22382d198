"""Weight-decomposed low-rank adaptation: Liu et al. 2024, arXiv 2402.09353."""

from typing import Any

from tools.train._technique import Plan, Shape, Technique
from tools.train.techniques import lora


def _settings(plan: Plan, shape: Shape) -> dict[str, Any]:
    return {**lora.settings(plan, shape), "use_dora": True}


TECHNIQUE = Technique(
    title="DoRA",
    why="it splits each weight into length and direction, sometimes a little better than LoRA",
    instead="lora: faster",
    rates=lora.TECHNIQUE.rates,
    config="LoraConfig",
    settings=_settings,
    sized=True,
)
