"""A head that gives each word of a text a tag: token classification, such as for names, places and dates."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tools.train._columns import tagged as tagged_columns
from tools.train._examples import IGNORED
from tools.train._pieces import pieces
from tools.train._tags import Odd, tagged
from tools.train._task import Measures, Plan, Row, TrainingTask

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase


def _lines(tokenizer: "PreTrainedTokenizerBase", plan: Plan) -> Callable[[Row], dict[str, Any]]:
    classes = {label: id_ for id_, label in enumerate(plan["labels"] or [])}

    def line(row: Row) -> dict[str, Any]:
        try:
            found = tagged(row, plan)
        except Odd:
            return {"input_ids": [], "labels": [], "length": 0, "cut": False}
        read = pieces(tokenizer, found.text, found.words, plan["max_length"])
        labels = [IGNORED] * len(read.tokens)
        for place, tag in zip(read.places, found.tags, strict=True):
            if place is not None:
                labels[place] = classes.get(tag, IGNORED)
        return {"input_ids": read.tokens, "labels": labels, "length": len(read.tokens), "cut": read.cut}

    return line


def _measures(measured: Measures) -> dict[str, float]:
    names = {"eval_f1": "eval_token_f1", "eval_entity_f1": "eval_entity_f1"}
    return {ours: measured[its] for its, ours in names.items() if its in measured}


def _told(plan: Plan) -> str:
    read = plan["tokens"] or plan["text"]
    of = plan["tags"] or plan["spans"]
    return (
        f"The model reads {read} and gives each word one of {len(plan['labels'])} tags of {of}; one piece of each word "
        "is trained, the others are masked."
    )


TASK = TrainingTask(
    head="tokens",
    peft="TOKEN_CLS",
    hub="token-classification",
    lines=_lines,
    told=_told,
    seen=(6000, 3, 10),
    columns=tagged_columns,
    trainer="tags",
    rate=("classify", 1.0),
    measures=_measures,
)
