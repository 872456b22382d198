"""What a technique cannot do, said before anything starts."""

from importlib.util import find_spec

from tools.tool import ToolError
from tools.train._machine import Machine
from tools.train._material import Material
from tools.train._technique import Technique
from tools.train._wishes import Wishes
from tools.words import listed

LIBRARY = "bitsandbytes"


def refuse(technique: Technique, machine: Machine, material: Material, wishes: Wishes) -> None:
    """Do nothing if it can be done.

    Raises:
        ToolError: It cannot be done on this machine, for this task, or with these wishes; the message says what can.
    """
    title = technique.title
    if technique.four_bits and not machine.gpu:
        raise ToolError(
            f"{title} keeps the base model in four bits, which needs an NVIDIA card, and this machine has none. Train "
            "with lora here: on a processor it takes the memory of the model itself, and little more."
        )
    if technique.four_bits and not find_spec(LIBRARY):
        raise ToolError(f"{title} needs the library {LIBRARY}. Install it with: pip install 'tunewright[gpu]'.")
    if material.task not in technique.rates:
        raise ToolError(
            f"{title} is for {listed(technique.rates)} here, and this is to {material.task}. Train with lora instead."
        )
    if wishes.rank and not technique.sized:
        raise ToolError(f"{title} has no rank. Leave it out, or train with lora.")
    if technique.config and (wishes.freeze is not None or wishes.last_layers is not None):
        raise ToolError(
            f"{title} freezes the whole model beside what it adds. To train some layers and freeze others, train with "
            "full."
        )
    if wishes.freeze is not None and wishes.last_layers is not None:
        raise ToolError("Say either how many of the first layers are frozen, or how many of the last are trained.")
