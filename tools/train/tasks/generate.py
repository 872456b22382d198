"""Write the answer to a conversation."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tools.train._columns import written
from tools.train._examples import answer_example, conversation
from tools.train._task import Plan, Row, TrainingTask

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase


def _lines(tokenizer: "PreTrainedTokenizerBase", plan: Plan) -> Callable[[Row], dict[str, Any]]:
    last = plan.get("answers") == "last"

    def line(row: Row) -> dict[str, Any]:
        example = answer_example(tokenizer, conversation(row, plan), plan["max_length"], last_only=last)
        return example.line(example.labels)

    return line


def _told(plan: Plan) -> str:
    learned = "the answer is trained"
    if plan.get("messages"):
        last = plan.get("answers") == "last"
        learned = "the last answer of each conversation is trained" if last else "the answers are trained, all of them"
    return f"The model reads {plan['messages'] or plan['prompt']} in the base model's chat template; only {learned}."


TASK = TrainingTask(
    head="causal",
    peft="CAUSAL_LM",
    hub="text-generation",
    lines=_lines,
    told=_told,
    seen=(1500, 2, 5),
    columns=written,
    instead="classify: a head that can only choose a label",
)
