"""What is known of a technique, without loading torch."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import gcd
from typing import Any, Literal, cast

from tools.train._wishes import Task
from tools.train.tasks import TASKS

Form = Literal["merged", "adapter"]
FORMS: tuple[Form, ...] = ("merged", "adapter")
Plan = Mapping[str, Any]
SMALL = 1_000_000_000
"""Weights; models below learn well, and need, higher rates."""


@dataclass(frozen=True)
class Shape:
    """What settings of an adapter may depend on."""

    kind: str
    """`model_type` of the configuration, such as llama."""
    width: int
    """Size of the hidden state."""
    layers: int
    weights: int
    inputs: tuple[int, ...] = ()
    """Input sizes of the linear layers that are adapted."""
    norms: tuple[str, ...] = ()
    """Names of the normalisation layers."""
    heads: Mapping[str, int] = field(default_factory=dict[str, int])
    """What `peft` must be told where a configuration names its sizes in its own way."""


def divisor(sizes: tuple[int, ...], most: int) -> int:
    """The largest block, up to `most`, that divides all sizes."""
    common = gcd(*sizes) or most
    return max(block for block in range(1, most + 1) if common % block == 0)


def no_settings(plan: Plan, shape: Shape) -> dict[str, Any]:
    """For a technique whose configuration has nothing to say."""
    return {}


@dataclass(frozen=True)
class Technique:
    """A way to change a model.

    Attributes:
        title: What people call it in a sentence.
        why: What it does and what it is good for, in plain words.
        instead: The runner-up and what it would change.
        rates: Learning rates by task, for a small model and for one of more than `SMALL` weights. A task that is not
            named takes those that it says itself.
        config: Name of its configuration in `peft`; empty if it needs no adapter.
        settings: The configuration's arguments, from a plan and the model's shape.
        sized: Whether `rank` says how much it can learn.
        merges: Whether it can be put into the base model's weights.
        weight_decay: How strongly the optimizer pulls weights to zero.
        usual_rank: The rank that is chosen where none is wished; 0 for LoRA's.
        moves_base: What happens to the base model's weights before training: none; a part of them goes into the
            adapter, which is saved as the difference from the plain base; or they are rounded to four bits.
        reads_rows: Whether it begins from the rows of the training.
        second_rate: How many times as large the steps are for the second matrix of a pair.
        four_bits: Whether the base model is kept in four bits, which needs an NVIDIA card.
        linear_only: Whether it changes plain linear layers alone, not the transposed ones of GPT-2.
        tokens_before: How many artificial tokens stand before each text.
        families: The architectures it is for, as a configuration's `model_type`; empty for all.
    """

    title: str
    why: str
    instead: str
    rates: Mapping[Task, tuple[float, float]]
    config: str = ""
    settings: Callable[[Plan, Shape], dict[str, Any]] = field(default=no_settings, repr=False)
    sized: bool = False
    merges: bool = True
    weight_decay: float = 0.0
    usual_rank: int = 0
    moves_base: Literal["", "difference", "rounded"] = ""
    reads_rows: bool = False
    second_rate: float = 1.0
    four_bits: bool = False
    linear_only: bool = False
    tokens_before: int = 0
    families: tuple[str, ...] = ()

    @property
    def forms(self) -> tuple[Form, ...]:
        """How a model can be exported, the usual form first.

        What cannot be merged has no whole model. An adapter for a rounded base has no form of its own: other programs
        would put it on the plain one.
        """
        whole: tuple[Form, ...] = ("merged",) if self.merges else ()
        alone: tuple[Form, ...] = ("adapter",) if self.config and self.moves_base != "rounded" else ()
        return whole + alone

    def rate(self, task: Task, weights: int) -> float:
        """The usual learning rate for a model of so many weights."""
        like, factor = (task, 1.0) if task in self.rates else TASKS[task].rate
        small, large = self.rates[cast(Task, like)]
        return factor * (small if weights < SMALL else large)
