"""What is known of a task, without loading torch."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from store import Version

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

    from tools.data._format import Format

Plan = Mapping[str, Any]
Row = Mapping[str, Any]
Measures = Mapping[str, float]
Columns = dict[str, str | None]
Lines = Callable[["PreTrainedTokenizerBase", Plan], Callable[[Row], dict[str, Any]]]
Head = Literal["causal", "classes", "tokens"]
"""What the model ends in: the next token, one score for each class, or such scores for each token."""
Trainer = Literal["answers", "tags", "pairs", "rewards"]
"""How it is trained: by what is to be written or chosen, by tags of words, by pairs of answers, or by rewards."""


def none_more(measured: Measures) -> dict[str, float]:
    """For a task that is watched by its loss alone."""
    return {}


@dataclass(frozen=True)
class TrainingTask:
    """What a model learns to do.

    Attributes:
        head: What it ends in.
        peft: Name of its `peft.TaskType`.
        hub: What the Hub calls it, a `pipeline_tag`.
        lines: For a tokenizer and a plan, what makes a row into `input_ids`, `labels`, `length` and `cut`.
        told: How a plan's rows are read, in a sentence.
        seen: How many rows are seen enough, over all epochs, and the fewest and most epochs.
        columns: Which columns of a version it reads, by their names in a plan; says what is missing.
        instead: What else could be done with such data, for the plan.
        trainer: How it is trained.
        packed: Whether rows are put one after the other into blocks of the full length.
        rate: A task whose learning rates hold, and the factor to them, for techniques that name none for this one.
        measures: Its own measures, from what the trainer logged.
        evaluation_rows: How many rows are used to watch it.
        evaluation_cost: What evaluating a row takes, as a part of training on it.
    """

    head: Head
    peft: str
    hub: str
    lines: Lines
    told: Callable[[Plan], str]
    seen: tuple[int, int, int]
    columns: Callable[[Version, "Format | None"], Columns] = field(repr=False)
    instead: str = ""
    trainer: Trainer = "answers"
    packed: bool = False
    rate: tuple[str, float] = ("generate", 1.0)
    measures: Callable[[Measures], dict[str, float]] = field(default=none_more, repr=False)
    evaluation_rows: int = 100
    evaluation_cost: float = 1 / 3


def renamed(names: Mapping[str, str]) -> Callable[[Measures], dict[str, float]]:
    """The measures that a trainer logs under other names, for training and for evaluation.

    Args:
        names: By the trainer's name, ours.
    """

    def found(measured: Measures) -> dict[str, float]:
        sides = ("", "eval_")
        return {
            f"{side}{ours}": float(measured[f"{side}{its}"])
            for side in sides
            for its, ours in names.items()
            if measured.get(f"{side}{its}") is not None
        }

    return found
