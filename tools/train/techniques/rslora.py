"""Rank-stabilised LoRA: Kalajdzievski 2023, arXiv 2312.03732."""

from typing import Any

from tools.train._technique import Plan, Shape, Technique
from tools.train.techniques import lora

STRENGTH = 8
"""`alpha`: with it, rank 16 is as strong as LoRA's rank 16, and every other rank is too."""


def _settings(plan: Plan, shape: Shape) -> dict[str, Any]:
    return {**lora.settings(plan, shape), "lora_alpha": STRENGTH, "use_rslora": True}


TECHNIQUE = Technique(
    title="rsLoRA",
    why="LoRA divided by the square root of its rank, so that a high rank learns as strongly as a low one",
    instead="lora: the same up to rank 16",
    rates=lora.TECHNIQUE.rates,
    config="LoraConfig",
    settings=_settings,
    sized=True,
)
