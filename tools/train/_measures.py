"""What is measured in a training, in the words and the order in which it is shown."""

from collections.abc import Mapping
from typing import Any

from tools.weights.progress import size

TOLD = {
    "loss": "loss",
    "eval_loss": "evaluation loss",
    "accuracy": "accuracy",
    "macro_f1": "macro F1",
    "exact_match": "exact match",
    "rouge_l": "ROUGE-L",
    "learning_rate": "learning rate",
    "grad_norm": "gradient norm",
    "tokens_per_second": "tokens per second",
    "memory_bytes": "memory",
    "epoch": "epoch",
}
"""Every measure by its name in the metrics."""
SCORES = ("accuracy", "macro_f1", "exact_match", "rouge_l")
"""The task's own measures on rows that are not learned from, from 0 to 1."""


def latest(lines: list[dict[str, Any]]) -> dict[str, Any]:
    """The last value of every measure."""
    found: dict[str, Any] = {}
    for line in lines:
        found |= line
    return found


def scores_told(facts: Mapping[str, Any]) -> list[str]:
    """The task's measures in words: "accuracy 91.7 %"."""
    return [f"{TOLD[name]} {facts[name]:.1%}".replace("%", " %") for name in SCORES if facts.get(name) is not None]


def shown(name: str, value: Any) -> Any:
    """A measure as it stands in a table: shares in per cent, bytes in words."""
    if name.endswith("_bytes"):
        return size(int(value))
    return f"{value:.1%}".replace("%", " %") if name in SCORES else value
