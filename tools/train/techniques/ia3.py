"""Infused adapter by inhibiting and amplifying inner activations: Liu et al. 2022, arXiv 2205.05638."""

from tools.train._technique import Technique

TECHNIQUE = Technique(
    title="IA3",
    why="it learns only scaling factors: the smallest files, for light changes of style",
    instead="lora: learns more",
    rates={"generate": (8e-3, 4e-3), "classify": (1e-2, 5e-3)},
    config="IA3Config",
)
