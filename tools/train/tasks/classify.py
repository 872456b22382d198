"""A head that chooses a label for a text."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tools.train._columns import chosen_label
from tools.train._examples import IGNORED, label_name, text_example
from tools.train._task import Plan, Row, TrainingTask

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase


def _lines(tokenizer: "PreTrainedTokenizerBase", plan: Plan) -> Callable[[Row], dict[str, Any]]:
    classes = {label: id_ for id_, label in enumerate(plan["labels"] or [])}

    def line(row: Row) -> dict[str, Any]:
        text, label = row[plan["text"]], row[plan["label"]]
        known = text is not None and label is not None and label_name(label) in classes
        example = text_example(tokenizer, str(text or ""), plan["max_length"])
        return example.line(classes[label_name(label)] if known and example.tokens else IGNORED)

    return line


TASK = TrainingTask(
    head="classes",
    peft="SEQ_CLS",
    hub="text-classification",
    lines=_lines,
    told=lambda plan: (
        f"The model reads {plan['text']} and chooses one of {len(plan['labels'])} labels of {plan['label']}."
    ),
    seen=(8000, 3, 10),
    columns=chosen_label,
    instead="generate: format it, and the model writes the label",
    rate=("classify", 1.0),
)
