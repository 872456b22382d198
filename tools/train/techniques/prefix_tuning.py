"""Prefix tuning: Li and Liang 2021, arXiv 2101.00190."""

from typing import Any

from tools.train._technique import Plan, Shape, Technique

TOKENS = 20


def _settings(plan: Plan, shape: Shape) -> dict[str, Any]:
    return {"num_virtual_tokens": TOKENS, **shape.heads}


TECHNIQUE = Technique(
    title="prefix tuning",
    why=f"it learns what {TOKENS} artificial tokens before each text would be in every layer, and leaves the model as "
    "it is",
    instead="lora: safer on a small model",
    rates={"generate": (2e-2, 5e-3), "classify": (2e-2, 5e-3)},
    config="PrefixTuningConfig",
    settings=_settings,
    merges=False,
    tokens_before=TOKENS,
    reads_rows=True,
)
