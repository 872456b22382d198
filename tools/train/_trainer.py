"""The transformers trainer, with what is wasted on short answers and rows of unequal length taken out."""
# pyright: basic

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch.utils.data import Sampler, SequentialSampler
from transformers import PreTrainedTokenizerBase, Trainer

from tools.train import _ranks as ranks
from tools.train._examples import IGNORED
from tools.train._judge import Judge, look_at
from tools.train._memory import unlimited
from tools.train._packing import bare_model, only_at, packed_logits
from tools.train._soft_prompt import tokens_before

BATCHES_SORTED_TOGETHER = 50


class AnswerTrainer(Trainer):
    """Computes logits only where a token is trained, and batches rows of like length, packed where the model can.

    The vocabulary makes the output layer the largest product of a small model, and most positions of a row are prompt
    or padding, so leaving them out saves about half of the time at the same loss.
    """

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.tokens_seen = 0
        """Tokens trained on by this process, padding not counted."""
        self.pure = False
        """Whether the model computes in one precision, so that packed batches need no autocast."""
        self.judge: Judge | None = None
        """Sees what the model would say to the rows of an evaluation."""
        self.lengths: Sequence[int] | np.ndarray = []
        """Tokens of each training row."""
        self.rows_together = self.args.train_batch_size
        """Rows of like length that stand together: those that one process alone would take at once."""
        self.penalty: Callable[[Any], torch.Tensor] | None = None
        """What is added to the loss of a step while training, of the bare model."""
        self.model_accepts_loss_kwargs = True  # `compute_loss` divides by the items of the whole accumulated batch

    def compute_loss(
        self,
        model: torch.nn.Module,
        inputs: dict[str, Any],
        return_outputs: bool = False,
        num_items_in_batch: torch.Tensor | int | None = None,
    ) -> Any:
        """Cross-entropy, averaged over the trained tokens, or over the rows for a classification head."""
        if "layout" in inputs:
            return self._packed_loss(model, inputs, return_outputs, num_items_in_batch)
        labels = inputs["labels"]
        given = {name: value for name, value in inputs.items() if name != "labels"}
        if model.training:
            self.tokens_seen += int(inputs["attention_mask"].sum())
        if labels.dim() == 1:
            outputs = model(**given)
            logits, targets, learned = outputs["logits"], labels, None
        else:
            following = F.pad(labels[:, 1:], (0, 1), value=IGNORED)
            learned = following != IGNORED
            head = bare_model(self.accelerator.unwrap_model(model)).get_output_embeddings()
            with only_at(head, F.pad(learned, (tokens_before(model), 0))):
                outputs = model(**given, use_cache=False)
            logits, targets = outputs["logits"][0], following[learned]
        look_at(self.judge, model, logits, targets, learned)
        total = F.cross_entropy(logits.float(), targets, reduction="sum")
        if model.training and num_items_in_batch is not None:  # counted over all processes, whose mean is taken
            loss = total * ranks.world() / num_items_in_batch
        else:
            loss = total / max(1, int((targets != IGNORED).sum()))
        loss = self._penalised(loss, model)
        return (loss, outputs) if return_outputs else loss

    def _packed_loss(
        self, model: torch.nn.Module, inputs: dict[str, Any], return_outputs: bool, items: torch.Tensor | int | None
    ) -> Any:
        """The same loss of a batch that `Packed` made."""
        if model.training:
            self.tokens_seen += int(inputs["lengths"].sum())
        labels = inputs["labels"]
        mixed = self.args.bf16 and not self.pure
        with torch.autocast(labels.device.type, torch.bfloat16, enabled=mixed):
            logits = packed_logits(self.accelerator.unwrap_model(model), inputs)
        if self.judge and not model.training:
            self.judge.see(logits.detach(), labels, inputs.get("whose"))
        loss = F.cross_entropy(logits.float(), labels, reduction="sum") / (items or labels.numel())
        loss = self._penalised(loss, model)
        return (loss, {"logits": logits}) if return_outputs else loss

    def _save_checkpoint(self, *args: Any, **named: Any) -> None:
        with unlimited():
            super()._save_checkpoint(*args, **named)

    def _penalised(self, loss: torch.Tensor, model: torch.nn.Module) -> torch.Tensor:
        if self.penalty and model.training:
            return loss + self.penalty(model) / self.args.gradient_accumulation_steps
        return loss

    def _get_train_sampler(self, train_dataset: Any = None) -> Sampler[int]:
        epoch = lambda: int(self.state.epoch or 0)  # noqa: E731
        order = LengthGrouped(self.lengths, self.rows_together, self.args.seed, epoch=epoch)
        return ranks.evenly(order, self.args.train_batch_size)

    def _get_eval_sampler(self, eval_dataset: Any) -> Sampler[int]:
        return ranks.evenly(SequentialSampler(eval_dataset), self.args.eval_batch_size)


class LengthGrouped(Sampler[int]):
    """Rows in an order that depends on the seed and the epoch alone, with rows of like length in the same batch.

    So a run that is resumed in the middle of an epoch goes on with the rows it had not seen. `batch_size` is that of a
    step, so this also holds if from then on fewer rows go through the model at once.
    """

    def __init__(
        self, lengths: Sequence[int] | np.ndarray, batch_size: int, seed: int, *, epoch: Callable[[], int]
    ) -> None:
        self._lengths = np.asarray(lengths, dtype=np.int32)
        self._batch_size, self._seed, self._epoch = batch_size, seed, epoch

    def __len__(self) -> int:
        return len(self._lengths)

    def __iter__(self) -> Iterator[int]:
        generator = torch.Generator().manual_seed(self._seed * 1000 + self._epoch())
        order = torch.randperm(len(self), generator=generator).numpy()
        span = self._batch_size * BATCHES_SORTED_TOGETHER
        for start in range(0, len(order), span):
            part = order[start : start + span]
            order[start : start + span] = part[np.argsort(self._lengths[part], kind="stable")]
        whole = len(order) // self._batch_size  # a short batch can only be the last
        for place in torch.randperm(whole, generator=generator).tolist():
            yield from order[place * self._batch_size : (place + 1) * self._batch_size].tolist()
        yield from order[whole * self._batch_size :].tolist()


class Padded:
    """Makes a batch: rows padded on the right to the longest of them."""

    def __init__(self, tokenizer: PreTrainedTokenizerBase) -> None:
        self._padding = int(tokenizer.pad_token_id)  # pyright: ignore

    def __call__(self, rows: list[dict[str, Any]]) -> dict[str, torch.Tensor]:
        """Tensors of shape (rows, longest row); `labels` has shape (rows,) for classes."""
        tokens = [torch.tensor(row["input_ids"]) for row in rows]
        labels = [torch.tensor(row["labels"]) for row in rows]
        present = [torch.ones(len(row), dtype=torch.long) for row in tokens]
        classes = labels[0].dim() == 0
        return {
            "input_ids": _pad(tokens, self._padding),
            "attention_mask": _pad(present, 0),
            "labels": torch.stack(labels) if classes else _pad(labels, IGNORED),
        }


def _pad(rows: list[torch.Tensor], value: int) -> torch.Tensor:
    return torch.nn.utils.rnn.pad_sequence(rows, batch_first=True, padding_value=value)
