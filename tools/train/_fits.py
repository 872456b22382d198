"""Whether a model can be held in the memory at all, before it is loaded."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from store import StoreError
from tools.train._machine import Machine
from tools.train.techniques import TECHNIQUES
from tools.weights.progress import size

BYTES = {"bfloat16": 2, "float32": 4}
UPDATE_BYTES = 12
"""For each weight that is trained: its gradient, and the two moments of AdamW, in float32."""


def weights_in(folder: Path) -> int:
    """How many weights a model folder holds, by the headers of its safetensors files alone."""
    total = 0
    for file in folder.glob("*.safetensors"):
        with file.open("rb") as opened:
            header: dict[str, Any] = json.loads(opened.read(int.from_bytes(opened.read(8), "little")))
        for name, tensor in header.items():
            count = 0 if name == "__metadata__" else 1
            for length in tensor.get("shape", ()):
                count *= length
            total += count
    return total


def least_bytes(weights: int, plan: Mapping[str, Any]) -> int:
    """The memory that holding a model takes, and training it where all of its weights are trained."""
    if TECHNIQUES[plan["technique"]].config:
        return weights * BYTES[plan["dtype"]]
    return weights * (BYTES["float32"] + UPDATE_BYTES)


def refuse_if_too_large(name: str, weights: int, plan: Mapping[str, Any], machine: Machine) -> None:
    """Stop before the memory is full and the system ends whatever it likes.

    Raises:
        StoreError: The model cannot be trained so in the memory that is free; the message says what can be done.
    """
    need, free = least_bytes(weights, plan), machine.room_bytes
    if need <= free:
        return
    where = f"the {machine.gpu}" if machine.gpu else "this machine"
    whole = not TECHNIQUES[plan["technique"]].config
    way = "Take lora, which trains a small part of the weights, or" if whole else "Take"
    raise StoreError(
        f"{name} has {weights / 1e6:,.0f} million weights: training it with {plan['technique']} takes at least "
        f"{size(need)} of memory, and {where} has {size(free)} free. {way} a smaller base model, or close other "
        "programs."
    )
