"""How a model that is too large for one graphics card is divided among several: FSDP, as accelerate does it."""
# pyright: basic

from typing import Any

from tools.train import places


def sharding(plan: dict[str, Any], gpu: bool) -> dict[str, Any]:
    """The settings of `TrainingArguments` for a plan whose place divides the model; nothing for others.

    Weights, gradients and the optimizer's moments are divided by layers. Checkpoints hold whole weights, so that a run
    can be resumed, evaluated and exported anywhere.
    """
    if not (gpu and places.of(plan).sharded):
        return {}
    return {
        "fsdp": True,
        "fsdp_config": {
            "version": 2,
            "auto_wrap_policy": "TRANSFORMER_BASED_WRAP",
            "reshard_after_forward": True,
            "cpu_ram_efficient_loading": False,
            "state_dict_type": "FULL_STATE_DICT",
            "activation_checkpointing": False,
        },
    }
