"""Explained variance adaptation: Paischer et al. 2024, arXiv 2410.07170."""

from typing import Any

from tools.train._technique import Plan, Shape, Technique
from tools.train.techniques import lora


def _settings(plan: Plan, shape: Shape) -> dict[str, Any]:
    return {**lora.settings(plan, shape), "init_lora_weights": "eva"}


TECHNIQUE = Technique(
    title="EVA",
    why="LoRA that begins with the directions in which your own rows differ most inside the model",
    instead="lora: begins at random, a little sooner",
    rates=lora.TECHNIQUE.rates,
    config="LoraConfig",
    settings=_settings,
    sized=True,
    reads_rows=True,
)
