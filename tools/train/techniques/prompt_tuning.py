"""Prompt tuning: Lester et al. 2021, arXiv 2104.08691."""

from typing import Any

from tools.train._technique import Plan, Shape, Technique

TOKENS = 20


def _settings(plan: Plan, shape: Shape) -> dict[str, Any]:
    return {"num_virtual_tokens": TOKENS, "prompt_tuning_init": "SAMPLE_VOCAB", **shape.heads}


TECHNIQUE = Technique(
    title="prompt tuning",
    why=f"it learns {TOKENS} artificial tokens before each text and leaves the model as it is: the smallest files, and "
    "weak on small models",
    instead="lora: safer on a small model",
    rates={"generate": (3e-2, 5e-3), "classify": (3e-2, 5e-3)},
    config="PromptTuningConfig",
    settings=_settings,
    merges=False,
    tokens_before=TOKENS,
    reads_rows=True,
)
