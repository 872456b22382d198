"""LLaMA-Adapter: Zhang et al. 2023, arXiv 2303.16199."""

from typing import Any

from tools.train._technique import Plan, Shape, Technique

TOKENS = 10


def _settings(plan: Plan, shape: Shape) -> dict[str, Any]:
    return {"adapter_len": TOKENS, "adapter_layers": shape.layers}


TECHNIQUE = Technique(
    title="LLaMA-Adapter",
    why="small modules in the attention of every layer, opened slowly from nothing, so that it begins exactly at the "
    "untuned model",
    instead="lora: for every architecture, and it can be merged",
    rates={"generate": (2e-2, 5e-3)},  # a classifier's head is neither trained nor saved with it
    config="AdaptionPromptConfig",
    settings=_settings,
    merges=False,
    families=("llama", "mistral", "gpt2"),
)
