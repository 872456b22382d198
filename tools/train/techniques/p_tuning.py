"""P-tuning: Liu et al. 2021, arXiv 2103.10385."""

from typing import Any

from tools.train._technique import Plan, Shape, Technique

TOKENS = 20
WIDTH = 128


def _settings(plan: Plan, shape: Shape) -> dict[str, Any]:
    return {"num_virtual_tokens": TOKENS, "encoder_hidden_size": WIDTH, **shape.heads}


TECHNIQUE = Technique(
    title="P-tuning",
    why=f"as prompt tuning, with a small network that makes the {TOKENS} artificial tokens: steadier to train",
    instead="lora: safer on a small model",
    rates={"generate": (3e-3, 1e-3), "classify": (3e-3, 1e-3)},
    config="PromptEncoderConfig",
    settings=_settings,
    merges=False,
    tokens_before=TOKENS,
)
