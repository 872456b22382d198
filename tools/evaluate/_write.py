"""Greedy answers in batches: what prompts share is computed once, and an answer that has ended leaves its batch."""

# pyright: reportUnknownVariableType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from transformers import Cache, GenerationConfig, PreTrainedModel

from tools.evaluate._batches import Size, fitted, tokens_kept
from tools.evaluate._start import Start, families, window
from tools.evaluate._tree import Tokens

ROWS_A_BATCH = 64
STRETCH = 12
"""New tokens after which the answers that have ended are taken out of the batch."""


@dataclass(frozen=True)
class Ending:
    """When an answer ends.

    Attributes:
        new: The most tokens it may have.
        ends: The tokens that end it.
        padding: Any token, for what stands behind an answer that has ended.
    """

    new: int
    ends: Sequence[int]
    padding: int


@torch.inference_mode()
def written(
    model: PreTrainedModel, prompts: Sequence[Tokens], ending: Ending
) -> Iterator[tuple[list[int], list[Tokens]]]:
    """The likeliest next token, again and again, after each prompt.

    Where the model's own generation settings change the scores, as a repetition penalty does, they hold here too.

    Args:
        model: A causal language model.
        prompts: Tokens, at least one each.
        ending: When an answer ends.

    Yields:
        The places of a batch's prompts and the tokens written after each, the one that ended it included.

    Raises:
        StoreError: Not even one row fits into the memory.
    """
    model.eval()
    shares = _shares(model)
    for family in families(prompts) if shares else [list(range(len(prompts)))]:
        some = [prompts[place] for place in family]
        start = Start.of(model, some) if shares else Start(0, None)
        kept = tokens_kept(model)
        size: Size = lambda longest, kept=kept: min(ROWS_A_BATCH, kept // (longest + ending.new))  # noqa: E731
        lengths = [len(prompt) for prompt in some]
        for rows, answers in fitted(
            lengths,
            size,
            lambda rows, some=some, start=start: _batch(model, [some[row] for row in rows], start, ending),
            alike=False,  # writing is fastest with many rows at once
        ):
            yield [family[row] for row in rows], answers


def _shares(model: PreTrainedModel) -> bool:
    """Whether keys and values can be computed once and copied: not where layers keep a state or a window of them."""
    config: Any = model.config.get_text_config()
    kinds = set(getattr(config, "layer_types", None) or ["full_attention"])
    whole = kinds == {"full_attention"} and window(model) == float("inf")
    return whole and not getattr(model, "_is_stateful", False)


def _batch(model: PreTrainedModel, prompts: Sequence[Tokens], start: Start, ending: Ending) -> list[Tokens]:
    tokens, real = _padded(model, prompts, start.tokens)
    width, left = tokens.shape[1], list(range(len(prompts)))
    answers: list[Tokens] = [[] for _ in prompts]
    cache: Cache | None = start.for_rows(len(prompts))
    ends = torch.tensor(list(ending.ends), device=model.device)
    stretch = STRETCH if _shares(model) else ending.new
    while left:
        done = tokens.shape[1] - width
        new = min(stretch, ending.new - done)
        given = {"past_key_values": cache} if cache is not None else {}
        told: Any = model.generate(  # pyright: ignore
            input_ids=tokens, attention_mask=real, generation_config=_settings(new, ending), **given
        )
        tokens, cache = told.sequences, told.past_key_values
        over = torch.isin(tokens[:, width:], ends).any(dim=1) | (tokens.shape[1] - width >= ending.new)
        for place in over.nonzero()[:, 0].tolist():
            answers[left[place]] = _ended(tokens[place, width:].tolist(), ending.ends)
        on = (~over).nonzero()[:, 0]
        left = [left[place] for place in on.tolist()]
        if cache is not None and left and len(on) < len(over):
            cache.batch_select_indices(on)
        real = torch.nn.functional.pad(real, (0, tokens.shape[1] - real.shape[1]), value=1)[on]
        tokens = tokens[on]
    return answers


def _settings(new: int, ending: Ending) -> GenerationConfig:
    return GenerationConfig(
        do_sample=False,
        num_beams=1,
        max_new_tokens=new,
        eos_token_id=list(ending.ends) or None,
        pad_token_id=ending.padding,
        return_dict_in_generate=True,
    )


def _ended(tokens: Tokens, ends: Sequence[int]) -> Tokens:
    """Up to and with the first token that ends it."""
    return tokens[: next((place + 1 for place, token in enumerate(tokens) if token in ends), len(tokens))]


def _padded(model: PreTrainedModel, prompts: Sequence[Tokens], start: int) -> tuple[Tensor, Tensor]:
    """[shared start] [padding] [rest], so that the copy of the start's keys and values fits, and which are real.

    A row is padded with its own first token: a repetition penalty looks at all tokens, the masked ones too.
    """
    width = max(map(len, prompts))
    rows = [[*prompt[:start], *prompt[:1] * (width - len(prompt)), *prompt[start:]] for prompt in prompts]
    real = [[1] * start + [0] * (width - len(prompt)) + [1] * (len(prompt) - start) for prompt in prompts]
    return torch.tensor(rows, device=model.device), torch.tensor(real, device=model.device)
