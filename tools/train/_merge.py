"""Put an adapter into the weights of its base model."""
# pyright: basic

from typing import Any

from peft import PeftModel
from peft.utils.other import AuxiliaryTrainingWrapper

from tools.train._quiet import quiet


def merged(tuned: PeftModel) -> Any:
    """The base model with the adapter in its weights, and with the trained head of a classifier."""
    inner: Any = tuned.base_model.model
    wrapped = [(name, part) for name, part in inner.named_modules() if isinstance(part, AuxiliaryTrainingWrapper)]
    for name, part in wrapped:  # before the layers, since not every technique knows what to do with a head
        inside, _, last = name.rpartition(".")
        plain = part.unload_and_optionally_merge_module(merge=True, safe_merge=False, adapter_names=None)
        setattr(inner.get_submodule(inside), last, plain)
    with quiet():
        return tuned.merge_and_unload()  # pyright: ignore
