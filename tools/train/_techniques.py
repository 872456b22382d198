"""Put an adapter on a model, or open all its weights."""
# pyright: basic

from typing import Any

import torch
from peft import IA3Config, LoraConfig, PeftConfig, TaskType, get_peft_model
from peft.utils.constants import (
    TRANSFORMERS_MODELS_TO_IA3_FEEDFORWARD_MODULES_MAPPING as FEEDFORWARD,
)
from peft.utils.constants import TRANSFORMERS_MODELS_TO_IA3_TARGET_MODULES_MAPPING as SCALED


def made_trainable(model: Any, plan: dict[str, Any]) -> Any:
    """The model with the trainable weights that a plan wants, kept in float32 whatever the others are in."""
    if plan["technique"] != "full":
        model = get_peft_model(model, _config(model, plan))
        for layer in model.modules():
            if hasattr(layer, "cast_input_dtype_enabled"):
                layer.cast_input_dtype_enabled = False  # autocast brings adapters and inputs together
    for weight in model.parameters():
        if weight.requires_grad:
            weight.data = weight.data.float()
    return model


def trainable_weights(model: torch.nn.Module) -> int:
    """How many weights are trained."""
    return sum(weight.numel() for weight in model.parameters() if weight.requires_grad)


def _config(model: Any, plan: dict[str, Any]) -> PeftConfig:
    task = TaskType.SEQ_CLS if plan["task"] == "classify" else TaskType.CAUSAL_LM
    if plan["technique"] == "ia3":
        kind = model.config.model_type
        targets = SCALED.get(kind, "all-linear")
        return IA3Config(task_type=task, target_modules=targets, feedforward_modules=FEEDFORWARD.get(kind, []))
    return LoraConfig(
        task_type=task,
        r=plan["rank"],
        lora_alpha=plan["alpha"],
        lora_dropout=plan["dropout"],
        target_modules=plan["target_modules"],
        use_dora=plan["technique"] == "dora",
    )
