"""Put an adapter on a model, or open its weights."""
# pyright: basic

from typing import Any

import peft
import torch
from peft import PeftConfig, PeftModel, TaskType, get_peft_model, prepare_model_for_kbit_training

from store import StoreError
from tools.train._four_bits import begin_with_what_is_lost
from tools.train._freeze import freeze
from tools.train._quiet import quiet
from tools.train._soft_prompt import pool_where_text_ends
from tools.train._targets import has_transposed, linear_layers, scaled_layers, shape_of
from tools.train._technique import Technique
from tools.train.tasks import TASKS
from tools.train.techniques import TECHNIQUES

HEADS = ("score", "classifier")
"""What transformers calls a classification head."""


def made_trainable(model: Any, plan: dict[str, Any]) -> Any:
    """The model with the trainable weights that a plan wants, kept in float32 whatever the others are in.

    Raises:
        StoreError: This technique is not for this architecture; the message says what is.
    """
    technique = TECHNIQUES[plan["technique"]]
    if technique.config:
        earlier = plan.get("continues", {})
        if earlier.get("how") == "adapter":
            model = PeftModel.from_pretrained(model, earlier["model"], is_trainable=True)
        else:
            model = _with_adapter(technique, model, plan)
        for layer in model.modules():
            if hasattr(layer, "cast_input_dtype_enabled"):
                layer.cast_input_dtype_enabled = False  # autocast brings adapters and inputs together
    else:
        freeze(model, plan.get("freeze"), plan.get("last_layers"))
    for weight in model.parameters():
        if weight.requires_grad:
            weight.data = weight.data.float()
    return model


def trainable_weights(model: torch.nn.Module) -> int:
    """How many weights are trained."""
    return sum(weight.numel() for weight in model.parameters() if weight.requires_grad)


def _with_adapter(technique: Technique, model: Any, plan: dict[str, Any]) -> Any:
    kind = model.config.model_type
    if technique.families and kind not in technique.families:
        raise _not_for(technique, kind, f"It is for {', '.join(technique.families)}")
    if technique.linear_only and has_transposed(model):
        raise _not_for(technique, kind, "It changes plain linear layers, and these are transposed")
    config = _config(technique, model, plan)
    if technique.four_bits:
        model = prepare_model_for_kbit_training(model, use_gradient_checkpointing=False)
    try:
        with quiet():
            model = get_peft_model(model, config)
            if technique.tokens_before:
                _try_out(model)
    except (ValueError, TypeError, NotImplementedError) as error:  # what peft says of an architecture it does not know
        raise _not_for(technique, kind, f"The library for it says: {error}") from error
    if technique.moves_base == "rounded":
        begin_with_what_is_lost(model)
    if technique.tokens_before and TASKS[plan["task"]].head == "classes":
        pool_where_text_ends(model)
    return model


@torch.no_grad()
def _try_out(model: Any) -> None:
    """Whether the model takes learned tokens is only told when it reads."""
    model(input_ids=torch.ones(1, 1, dtype=torch.long, device=model.device))


def weights_by_rank(model: torch.nn.Module) -> int:
    """How many of the trained weights there are more of at a larger rank: the matrices of LoRA and its kin."""
    return sum(
        weight.numel()
        for name, weight in model.named_parameters()
        if weight.requires_grad and "lora_" in name and "magnitude" not in name
    )


def _config(technique: Technique, model: Any, plan: dict[str, Any]) -> PeftConfig:
    wanted = plan["target_modules"]
    told = {**plan, "target_modules": linear_layers(model) if wanted == "all-linear" else wanted}
    settings = technique.settings(told, shape_of(model))
    if technique.config == "IA3Config":
        settings |= scaled_layers(model)
    if settings.get("init_lora_weights") == "eva":
        settings["eva_config"] = peft.EvaConfig(rho=1.0)  # every layer keeps the rank that was wished
    with quiet():
        return getattr(peft, technique.config)(task_type=TaskType[TASKS[plan["task"]].peft], **settings)


def _not_for(technique: Technique, kind: str, why: str) -> StoreError:
    return StoreError(
        f"{technique.title} cannot be put on a model of the kind {kind}. {why.rstrip('.')}. Train with lora instead, "
        "or take another base model."
    )
