"""How likely each answer of a closed set is after each prompt, in one pass over the prompt.

The answers hang behind the prompt as a tree, under a mask by which each token sees the prompt and its own answer only.
What all prompts share, such as the instruction, is computed once and kept as keys and values.
"""

# pyright: reportUnknownVariableType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

import inspect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from transformers import DynamicCache, PreTrainedModel

from tools.evaluate._tree import Tokens, Tree, shared_start

Tell = Callable[[int, int], None]
"""Hears how many rows of how many are done."""

TOKENS_A_BATCH = 4096
LOGITS_A_BATCH = 48_000_000
WORTH_CACHING_TOKENS = 8
CHECKED_ANSWERS = 4


@torch.inference_mode()
def choices(
    model: PreTrainedModel, prompts: Sequence[Tokens], answers: Sequence[Tokens], tell: Tell | None = None
) -> Tensor:
    """The log-likelihood of each answer after each prompt, summed over the answer's tokens.

    Give answers with their end token: then the sum is the log-probability of exactly this answer, so that long and
    short ones compare without a length correction and an answer that begins another is told apart from it. Training
    raises the same sum.

    Args:
        model: A causal language model.
        prompts: Tokens, at least one each.
        answers: Tokens, at least one each.
        tell: Hears the progress.

    Returns:
        (prompts, answers), float32 on the CPU.
    """
    model.eval()
    score = _branched if _branches(model, prompts[0], answers) else _plain
    found = torch.empty(len(prompts), len(answers))
    done = 0
    for rows, scores in score(model, prompts, answers):
        found[rows] = scores.float().cpu()
        done += len(rows)
        if tell:
            tell(done, len(prompts))
    return found


def _branches(model: PreTrainedModel, prompt: Tokens, answers: Sequence[Tokens]) -> bool:
    """Whether this architecture obeys the mask: on a small piece, the tree must give what the plain way gives."""
    if getattr(model, "_is_stateful", False):
        return False
    prompt, answers = prompt[-2 * WORTH_CACHING_TOKENS :], answers[:CHECKED_ANSWERS]
    try:
        ((_, quick),) = _branched(model, [prompt, prompt], answers)
    except (ValueError, RuntimeError):  # a mask or cache of a shape that it does not take
        return False
    slow = torch.cat([scores for _, scores in _plain(model, [prompt], answers)])
    rounding = 0.02 if model.dtype == torch.float32 else 0.5
    return bool((quick[:1].float() - slow.float()).abs().max() < rounding)


@dataclass(frozen=True)
class _Start:
    """The tokens that all prompts share, and their keys and values."""

    tokens: int
    cache: DynamicCache | None

    def for_rows(self, rows: int) -> DynamicCache | None:
        if self.cache is None:
            return None
        copy = DynamicCache()
        for layer, (keys, values, *_) in enumerate(self.cache):
            if keys is not None and values is not None:
                copy.update(keys.expand(rows, -1, -1, -1), values.expand(rows, -1, -1, -1), layer)
        return copy


def _start(model: PreTrainedModel, prompts: Sequence[Tokens]) -> _Start:
    shared = shared_start(prompts) if len(prompts) > 1 else 0
    if shared < WORTH_CACHING_TOKENS:
        return _Start(0, None)
    cache = DynamicCache()
    tokens = torch.tensor([list(prompts[0][:shared])], device=model.device)
    model(input_ids=tokens, past_key_values=cache, use_cache=True, **_keep(model, 1))
    return _Start(shared, cache)


def _branched(
    model: PreTrainedModel, prompts: Sequence[Tokens], answers: Sequence[Tokens]
) -> Iterator[tuple[list[int], Tensor]]:
    tree, start = Tree.of(answers), _start(model, prompts)
    rest = [list(prompt[start.tokens :]) for prompt in prompts]
    room = LOGITS_A_BATCH // (int(model.config.vocab_size) * (len(tree.tokens) + 1))
    for rows in batches([len(tokens) + len(tree.tokens) for tokens in rest], room):
        layout = _layout(model, [rest[row] for row in rows], tree, start.tokens)
        logits = model(
            **layout,
            past_key_values=start.for_rows(len(rows)),
            use_cache=start.cache is not None,
            **_keep(model, len(tree.tokens) + 1),
        ).logits[:, -len(tree.tokens) - 1 :]
        yield rows, _along(logits.float(), tree)


def _along(logits: Tensor, tree: Tree) -> Tensor:
    """From the logits of (rows, prompt's end and nodes, vocabulary) to the sum along each answer."""
    scale = logits.logsumexp(dim=-1)
    sums: list[Tensor] = []
    for steps in tree.steps:
        nodes = [node + 1 for node, _ in steps]
        tokens = [token for _, token in steps]
        sums.append((logits[:, nodes, tokens] - scale[:, nodes]).sum(dim=-1))
    return torch.stack(sums, dim=-1)


def _layout(model: PreTrainedModel, rest: list[list[int]], tree: Tree, start: int) -> dict[str, Tensor]:
    """Tokens, positions and mask of [shared start, in the cache] [padding, prompt's rest] [tree]."""
    width, nodes = max(map(len, rest)), len(tree.tokens)
    paths = [tree.path(node) for node in range(nodes)]
    tokens = torch.tensor([[0] * (width - len(row)) + row + tree.tokens for row in rest])
    padding = torch.tensor([width - len(row) for row in rest])[:, None]
    depth = torch.tensor([len(path) for path in paths], dtype=torch.long)
    place = torch.cat([torch.arange(width), width - 1 + depth])[None] - padding + start
    sees = torch.zeros(width + nodes, start + width + nodes, dtype=torch.bool)
    sees[:, :start] = True
    sees[:width, start : start + width] = torch.ones(width, width).tril().bool()
    sees[width:, start : start + width] = True
    for node, path in enumerate(paths):
        sees[width + node, [start + width + before for before in path]] = True
    column = torch.arange(start + width + nodes) - start
    padded = (column >= 0) & (column < padding)
    own = torch.arange(width + nodes)[:, None] == column  # so that padding sees something, and gives no NaN
    allowed = (sees[None] & ~padded[:, None]) | own[None]
    mask = torch.zeros(allowed.shape, dtype=model.dtype).masked_fill(~allowed, torch.finfo(model.dtype).min)
    layout = {"input_ids": tokens, "position_ids": place.clamp(min=0), "attention_mask": mask[:, None]}
    return {name: part.to(model.device) for name, part in layout.items()}


def _plain(
    model: PreTrainedModel, prompts: Sequence[Tokens], answers: Sequence[Tokens]
) -> Iterator[tuple[list[int], Tensor]]:
    """Each answer behind each prompt in full, for architectures that take no mask of ours."""
    for row, prompt in enumerate(prompts):
        texts = [[*prompt, *answer] for answer in answers]
        sums = torch.empty(len(answers))
        for some in batches([len(text) for text in texts]):
            width = max(len(texts[place]) for place in some)
            tokens = torch.tensor([texts[place] + [0] * (width - len(texts[place])) for place in some])
            real = torch.tensor([[1] * len(texts[place]) + [0] * (width - len(texts[place])) for place in some])
            logits = model(input_ids=tokens.to(model.device), attention_mask=real.to(model.device)).logits.float()
            told = logits[:, :-1].log_softmax(-1).gather(-1, tokens[:, 1:, None].to(model.device))[..., 0]
            for place, line in zip(some, told, strict=True):
                sums[place] = line[len(prompt) - 1 : len(texts[place]) - 1].sum()
        yield [row], sums[None]


def batches(lengths: Sequence[int], most: int = 256) -> Iterator[list[int]]:
    """Places of similar length together, the longest first, so that what runs out of memory does so at once."""
    order = sorted(range(len(lengths)), key=lambda place: -lengths[place])
    while order:
        size = max(1, min(most, TOKENS_A_BATCH // max(1, lengths[order[0]])))
        yield order[:size]
        order = order[size:]


def _keep(model: PreTrainedModel, last: int) -> dict[str, Any]:
    """Where the model can, logits of the last positions only: the vocabulary is the widest part."""
    inner: Any = getattr(model, "get_base_model", lambda: model)()
    return {"logits_to_keep": last} if "logits_to_keep" in inspect.signature(inner.forward).parameters else {}
