"""LoRA on a base in four bits: Dettmers et al. 2023, arXiv 2305.14314."""

from tools.train._technique import Technique
from tools.train.techniques import lora

TECHNIQUE = Technique(
    title="QLoRA",
    why="LoRA on a base model kept in four bits: a card that could not hold the model can tune it",
    instead="lora: faster, if the model fits",
    rates=lora.TECHNIQUE.rates,
    config="LoraConfig",
    settings=lora.settings,
    sized=True,
    four_bits=True,
)
