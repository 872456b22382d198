"""LoRA+: Hayou et al. 2024, arXiv 2402.12354."""

from tools.train._technique import Technique
from tools.train.techniques import lora

TECHNIQUE = Technique(
    title="LoRA+",
    why="LoRA with larger steps for the second of its two matrices: often faster at the same cost",
    instead="lora: one learning rate for both",
    rates={"generate": (2e-4, 1e-4), "classify": (3e-4, 1e-4)},
    config="LoraConfig",
    settings=lora.settings,
    sized=True,
    second_rate=16,
)
