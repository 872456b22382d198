"""Put a saved adapter on its base model."""
# pyright: basic

import json
from pathlib import Path
from typing import Any

from peft import PeftModel
from safetensors import safe_open

from tools.train._four_bits import MARK, adapted_layers, round_base
from tools.train._quiet import quiet
from tools.train._soft_prompt import as_plain_model, pool_where_text_ends


def is_rounded(adapter: Path) -> bool:
    """Whether an adapter was trained on a base whose weights were rounded to four bits."""
    return bool(json.loads((adapter / "adapter_config.json").read_text()).get("loftq_config"))


def with_adapter(model: Any, adapter: Path) -> Any:
    """A model in evaluation mode as it was trained: a `PeftModel`, or a plain one that begins with learned tokens."""
    if is_rounded(adapter):
        with safe_open(adapter / "adapter_model.safetensors", "pt") as file:
            round_base(model, adapted_layers(list(file.keys())))
    with quiet():
        tuned = PeftModel.from_pretrained(model, adapter, autocast_adapter_dtype=False)
    config: Any = tuned.active_peft_config
    if is_rounded(adapter):
        config.loftq_config = dict(MARK)
    if not config.is_prompt_learning:
        return tuned
    if config.task_type == "CAUSAL_LM":
        return as_plain_model(tuned)
    pool_where_text_ends(tuned)
    return tuned


def can_be_switched_off(model: Any) -> bool:
    """Whether the untuned model is had by switching the adapter off: not if its base is rounded, or it lies before."""
    if not isinstance(model, PeftModel):
        return False
    config = model.active_peft_config
    return not (config.is_prompt_learning or getattr(config, "loftq_config", None))
