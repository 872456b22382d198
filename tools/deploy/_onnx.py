"""A model as an ONNX file, and what onnxruntime says with it. Needs the extra `onnx`."""
# pyright: basic

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from store import StoreError
from tools.deploy._asking import Plan, most_new, prompts
from tools.deploy._parity import Said
from tools.deploy._questions import Asked

INPUTS = ("input_ids", "attention_mask")


class Logits(torch.nn.Module):
    """A model that gives its logits alone, and keeps nothing for a next token."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """Scores, rows x classes, or rows x tokens x choices."""
        more = {"use_cache": False} if hasattr(self.model.config, "use_cache") else {}
        return self.model(input_ids=input_ids, attention_mask=attention_mask, **more).logits


def write_onnx(model: Any, tokenizer: Any, file: Path) -> None:
    """Write a whole model, for any number of rows and tokens.

    Args:
        model: An encoder with a head for classes, or a causal model; the latter without a cache, so that each new
            token costs the whole text again.
        tokenizer: Whose tokens the example has.
        file: What to write; the weights lie beside it in `file.data`.

    Raises:
        StoreError: torch cannot write this architecture as ONNX.
    """
    tokens = tokenizer(["An example.", "Another example."], return_tensors="pt", padding=True)
    inputs = tuple(tokens[name].to(model.device) for name in INPUTS)
    moving = {name: {0: "rows", 1: "tokens"} for name in INPUTS}
    wrapped = Logits(model.eval()).eval()
    try:
        with torch.no_grad():
            torch.onnx.export(
                wrapped,
                inputs,
                str(file),
                dynamo=True,
                input_names=list(INPUTS),
                output_names=["logits"],
                dynamic_shapes=moving,
                verbose=False,
            )
    except torch.onnx.OnnxExporterError as error:
        kind = model.config.model_type
        raise StoreError(
            f"torch cannot write models of the architecture {kind} as ONNX. Export it merged instead."
        ) from error


def said_by_onnx(file: Path, plan: Plan, asked: Sequence[Asked], tokenizer: Any) -> Said:
    """What onnxruntime says with a file."""
    from onnxruntime import InferenceSession  # noqa: PLC0415 - an extra

    session = InferenceSession(str(file), providers=["CPUExecutionProvider"])

    def logits(tokens: list[int]) -> np.ndarray:
        ids = np.array([tokens], dtype=np.int64)
        found: Any = session.run(["logits"], {"input_ids": ids, "attention_mask": np.ones_like(ids)})[0]
        return found[0, -1] if found.ndim == 3 else found[0]

    read = prompts(tokenizer, plan, asked)
    next_ = [_log_softmax(logits(tokens)) for tokens in read]
    if plan["task"] == "classify":
        return Said(next_, [plan["labels"][int(each.argmax())] for each in next_])
    if plan["task"] == "tag":
        return Said(next_)
    new, end = most_new(tokenizer, asked), tokenizer.eos_token_id
    answers = [_greedy(logits, tokens, new, end) for tokens in read]
    texts = [tokenizer.decode(tokens, skip_special_tokens=True).strip() for tokens in answers]
    return Said(next_, texts, [end in tokens for tokens in answers])


def _greedy(logits: Any, tokens: list[int], new: int, end: int) -> list[int]:
    written: list[int] = []
    while len(written) < new and end not in written[-1:]:
        written.append(int(logits([*tokens, *written]).argmax()))
    return written


def _log_softmax(scores: np.ndarray) -> np.ndarray:
    shifted = scores.astype(np.float32) - scores.max()
    return shifted - np.log(np.exp(shifted).sum())
