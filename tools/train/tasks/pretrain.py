"""Read on in plain text: continued pre-training, in blocks that are full of text."""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tools.train._columns import plain_text
from tools.train._task import Measures, Plan, Row, TrainingTask

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

MOST = 700.0
"""The largest power of e that a number holds."""


def _lines(tokenizer: "PreTrainedTokenizerBase", plan: Plan) -> Callable[[Row], dict[str, Any]]:
    def line(row: Row) -> dict[str, Any]:
        text = str(row[plan["text"]] or "").strip()
        tokens: list[int] = tokenizer(text, add_special_tokens=False)["input_ids"] if text else []  # pyright: ignore
        tokens = [*tokens, int(tokenizer.eos_token_id)] if tokens else []  # pyright: ignore
        return {"input_ids": tokens, "labels": tokens, "length": len(tokens), "cut": False}

    return line


def perplexities(measured: Measures) -> dict[str, float]:
    """The exponential of each loss: among how many equally likely tokens the model hesitates."""
    names = {"loss": "perplexity", "eval_loss": "eval_perplexity"}
    return {ours: math.exp(min(measured[its], MOST)) for its, ours in names.items() if its in measured}


TASK = TrainingTask(
    head="causal",
    peft="CAUSAL_LM",
    hub="text-generation",
    lines=_lines,
    told=lambda plan: (
        f"The model reads {plan['text']} as plain text, without a chat template, and learns every token of it. Texts "
        "follow each other in blocks of the full length, each closed by the end mark; none is cut off."
    ),
    seen=(3000, 1, 3),
    columns=plain_text,
    instead="generate: make questions and answers of it, and the model learns to answer",
    packed=True,
    rate=("generate", 0.4),
    measures=perplexities,
)
