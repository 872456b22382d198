"""LoRA-fine-tuning-aware quantisation: Li et al. 2023, arXiv 2310.08659."""

from tools.train._technique import Technique
from tools.train.techniques import lora

TECHNIQUE = Technique(
    title="LoftQ",
    why="LoRA for a model that will run in four bits: the base is rounded to them first, and the adapter begins with "
    "what the rounding lost; training takes as much memory as LoRA",
    instead="lora: for a model that runs in full precision",
    rates=lora.TECHNIQUE.rates,
    config="LoraConfig",
    settings=lora.settings,
    sized=True,
    moves_base="rounded",
)
