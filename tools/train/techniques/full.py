"""Full fine-tuning."""

from tools.train._technique import Technique

TECHNIQUE = Technique(
    title="full fine-tuning",
    why="every weight is trained: the most room to learn, and the most memory",
    instead="lora: a fraction of the memory",
    rates={"generate": (5e-5, 1e-5), "classify": (1e-4, 2e-5)},
    weight_decay=0.01,
)
