"""The trainer of tags: a score for each tag at the token that stands for a word."""
# pyright: basic

from typing import Any

import torch
import torch.nn.functional as F
from transformers import TrainingArguments
from transformers.trainer_utils import EvalPrediction

from tools.train._examples import IGNORED
from tools.train._rows import Rows
from tools.train._tags import OUTSIDE, entities
from tools.train._trainer import AnswerTrainer, Padded
from tools.train._weights import Loaded


class TagTrainer(AnswerTrainer):
    """Learns the tag of each token that stands for a word."""

    def compute_loss(
        self,
        model: torch.nn.Module,
        inputs: dict[str, Any],
        return_outputs: bool = False,
        num_items_in_batch: torch.Tensor | int | None = None,
    ) -> Any:
        """Cross-entropy, averaged over the words."""
        labels = inputs["labels"]
        if model.training:
            self.tokens_seen += int(inputs["attention_mask"].sum())
        outputs = model(**{name: value for name, value in inputs.items() if name != "labels"})
        logits = outputs["logits"].float()
        total = F.cross_entropy(logits.flatten(0, 1), labels.flatten(), ignore_index=IGNORED, reduction="sum")
        loss = total / (num_items_in_batch or (labels != IGNORED).sum().clamp(min=1))
        return (loss, {"logits": logits}) if return_outputs else loss


def build(loaded: Loaded, rows: Rows, plan: dict[str, Any], arguments: Any) -> TagTrainer:
    """The trainer of a plan."""
    labels = list(plan["labels"])
    return TagTrainer(
        model=loaded.model,
        args=TrainingArguments(**{**arguments, "prediction_loss_only": False}),
        train_dataset=rows.train,
        eval_dataset=rows.evaluation,
        data_collator=Padded(loaded.tokenizer),
        compute_metrics=lambda told: scores(told, labels),
        preprocess_logits_for_metrics=lambda logits, _: logits.argmax(-1),
    )


def scores(told: EvalPrediction, labels: list[str]) -> dict[str, float]:
    """F1 of words with a tag, and of whole entities, over all rows (micro)."""
    words, whole = [0, 0, 0], [0, 0, 0]
    for said, right in zip(told.predictions, told.label_ids, strict=True):
        known = right != IGNORED
        got, wanted = ([labels[place] for place in row[known]] for row in (said, right))
        pairs = list(zip(got, wanted, strict=True))
        words[0] += sum(one == other != OUTSIDE for one, other in pairs)
        words[1] += sum(one != OUTSIDE for one in got)
        words[2] += sum(one != OUTSIDE for one in wanted)
        found, there = entities(got), entities(wanted)
        for place, number in enumerate((len(found & there), len(found), len(there))):
            whole[place] += number
    return {"f1": f1(*words), "entity_f1": f1(*whole)}


def f1(both: int, said: int, wanted: int) -> float:
    """The harmonic mean of precision and recall; 0 where there is nothing."""
    return 2 * both / (said + wanted) if said + wanted else 0.0
