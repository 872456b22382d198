"""Earn rewards that a program checks: group relative policy optimisation, Shao et al. 2024, arXiv 2402.03300."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tools.train._columns import asked
from tools.train._examples import IGNORED, conversation, prompt_text, question
from tools.train._rewards import told
from tools.train._task import Plan, Row, TrainingTask, renamed

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase


def _lines(tokenizer: "PreTrainedTokenizerBase", plan: Plan) -> Callable[[Row], dict[str, Any]]:
    needs_reference = plan["reward"] == "exact_match"

    def line(row: Row) -> dict[str, Any]:
        talk = conversation(row, plan)
        asked_, answered = question(talk), talk[len(question(talk)) :]
        reference = answered[-1]["content"] if answered else ""
        text = prompt_text(tokenizer, asked_) if asked_ else ""
        tokens: list[int] = tokenizer(text, add_special_tokens=False)["input_ids"]  # pyright: ignore
        fits = len(tokens) <= plan["max_length"]
        known = bool(asked_ and asked_[-1]["content"].strip()) and (bool(reference.strip()) or not needs_reference)
        return {
            "prompt": text,
            "reference": reference,
            "labels": 0 if known and fits else IGNORED,
            "length": len(tokens),
            "cut": False,
        }

    return line


TASK = TrainingTask(
    head="causal",
    peft="CAUSAL_LM",
    hub="text-generation",
    lines=_lines,
    told=lambda plan: (
        f"The model writes {plan['generations']} answers of up to {plan['answer_tokens']} tokens to each question of "
        f"{plan['messages'] or plan['prompt']} and learns from those that earn more than the others. "
        f"The reward is {told(plan)}."
    ),
    seen=(1000, 1, 3),
    columns=asked,
    instead="generate: learns from the right answers directly, many times faster",
    trainer="rewards",
    rate=("generate", 0.1),
    measures=renamed({"reward": "reward", "completions/mean_length": "answer_tokens", "kl": "kl"}),
    evaluation_rows=16,
    evaluation_cost=0.8,
)
