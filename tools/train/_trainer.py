"""The transformers trainer, with what is wasted on short answers and rows of unequal length taken out."""
# pyright: basic

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
import torch.nn.functional as F
from torch.utils.data import Sampler
from transformers import PreTrainedTokenizerBase, Trainer

from tools.train._examples import IGNORED

BATCHES_SORTED_TOGETHER = 50


class AnswerTrainer(Trainer):
    """Computes logits only where a token is trained, and batches rows of like length.

    The vocabulary makes the output layer the largest product of a small model, and most positions of a row are prompt
    or padding, so leaving them out saves about half of the time at the same loss.
    """

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.tokens_seen = 0
        """Tokens trained on by this process, padding not counted."""
        self.model_accepts_loss_kwargs = True  # `compute_loss` divides by the items of the whole accumulated batch

    def compute_loss(
        self,
        model: torch.nn.Module,
        inputs: dict[str, Any],
        return_outputs: bool = False,
        num_items_in_batch: torch.Tensor | int | None = None,
    ) -> Any:
        """Cross-entropy, averaged over the trained tokens, or over the rows for a classification head."""
        labels = inputs["labels"]
        given = {name: value for name, value in inputs.items() if name != "labels"}
        if model.training:
            self.tokens_seen += int(inputs["attention_mask"].sum())
        if labels.dim() == 1:
            outputs = model(**given)
            logits, targets = outputs["logits"], labels
        else:
            following = F.pad(labels[:, 1:], (0, 1), value=IGNORED)
            learned = following != IGNORED
            with only_at(_output_layer(model), learned):
                outputs = model(**given, use_cache=False)
            logits, targets = outputs["logits"][0], following[learned]
        total = F.cross_entropy(logits.float(), targets, reduction="sum")
        loss = total / (num_items_in_batch or targets.numel())
        return (loss, outputs) if return_outputs else loss

    def _get_train_sampler(self, train_dataset: Any = None) -> Sampler[int]:
        rows: Any = train_dataset if train_dataset is not None else self.train_dataset
        return LengthGrouped(
            rows["length"],
            self.args.train_batch_size,
            self.args.seed,
            epoch=lambda: int(self.state.epoch or 0),
        )


@contextmanager
def only_at(layer: torch.nn.Module, wanted: torch.Tensor) -> Iterator[None]:
    """Let a layer see only some positions of (rows, positions, width), as one row of them."""
    hook = layer.register_forward_pre_hook(lambda _, given: (given[0][wanted][None], *given[1:]))
    try:
        yield
    finally:
        hook.remove()


def _output_layer(model: Any) -> torch.nn.Module:
    bare = model.get_base_model() if hasattr(model, "get_base_model") else model
    return bare.get_output_embeddings()


class LengthGrouped(Sampler[int]):
    """Rows in an order that depends on the seed and the epoch alone, with rows of like length in the same batch.

    So a run that is resumed in the middle of an epoch goes on with the rows it had not seen.
    """

    def __init__(self, lengths: Sequence[int], batch_size: int, seed: int, *, epoch: Callable[[], int]) -> None:
        self._lengths, self._batch_size, self._seed, self._epoch = list(lengths), batch_size, seed, epoch

    def __len__(self) -> int:
        return len(self._lengths)

    def __iter__(self) -> Iterator[int]:
        generator = torch.Generator().manual_seed(self._seed * 1000 + self._epoch())
        order = torch.randperm(len(self), generator=generator).tolist()
        span = self._batch_size * BATCHES_SORTED_TOGETHER
        batches: list[list[int]] = []
        for start in range(0, len(order), span):
            alike = sorted(order[start : start + span], key=self._lengths.__getitem__)
            batches += [alike[i : i + self._batch_size] for i in range(0, len(alike), self._batch_size)]
        last = [batches.pop()] if len(batches[-1]) < self._batch_size else []  # a short batch can only be the last
        for place in torch.randperm(len(batches), generator=generator).tolist():
            yield from batches[place]
        for batch in last:
            yield from batch


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
