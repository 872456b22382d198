"""How likely each answer of a closed set is after each prompt, in one pass over the prompt.

The answers hang behind the prompt as a tree, under a mask by which each token sees the prompt and its own answer only.
What prompts share, such as the instruction, is computed once and kept as keys and values. A tree of thousands of
nodes is taken in bunches, each of which goes on from the same keys and values.
"""

# pyright: reportUnknownVariableType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from transformers import DynamicCache, PreTrainedModel

from tools.evaluate._batches import TOKENS_A_BATCH, Size, by_tokens, fitted, out_of_memory, tokens_kept
from tools.evaluate._start import WORTH_CACHING_TOKENS, Start, families, keep, window
from tools.evaluate._tree import ROOT, Tokens, Tree, bunched

Tell = Callable[[int, int], None]
"""Hears how many rows of how many are done."""

ROWS_A_BATCH = 256
LOGITS_A_BATCH = 48_000_000
NODES_AT_ONCE = 1024
CHECKED_ANSWERS = 3
CHECKED_NODES = 2
ROUNDING = {torch.float32: 0.001}
ROUNDING_OF_HALVES = 0.5
"""How far apart two ways to compute the same score may be: in float32, and in the formats of 16 bits."""


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

    Raises:
        StoreError: Not even one row fits into the memory.
    """
    model.eval()
    score = _branched if _branches(model, prompts, answers) else _plain
    found = torch.empty(len(prompts), len(answers))
    done = 0
    for rows, scores in score(model, prompts, answers):
        found[rows] = scores
        done += len(rows)
        if tell:
            tell(done, len(prompts))
    return found


def _branches(model: PreTrainedModel, prompts: Sequence[Tokens], answers: Sequence[Tokens]) -> bool:
    """Whether this architecture obeys the mask: on a small piece, the tree must give what the plain way gives."""
    if getattr(model, "_is_stateful", False):
        return False
    if max(map(len, prompts)) + max(map(len, answers)) > window(model):
        return False
    prompt, some = prompts[0][-2 * WORTH_CACHING_TOKENS :], answers[:CHECKED_ANSWERS]
    quick, slow = torch.empty(2, len(some)), torch.empty(1, len(some))
    try:
        for rows, scores in _branched(model, [prompt, prompt], some, CHECKED_NODES):
            quick[rows] = scores
    except (ValueError, RuntimeError, TypeError, IndexError) as error:  # a mask or cache that it does not take
        if out_of_memory(error):
            raise
        return False
    for rows, scores in _plain(model, [prompt], some):
        slow[rows] = scores
    return bool((quick - slow).abs().max() < ROUNDING.get(model.dtype, ROUNDING_OF_HALVES))


@dataclass(frozen=True)
class _Bunch:
    """Some of the answers, as a tree.

    Attributes:
        answers: Their places.
        tree: Their tokens.
        sees: (nodes, nodes), which nodes each node sees: those before it, and itself.
    """

    answers: list[int]
    tree: Tree
    sees: Tensor

    @classmethod
    def of(cls, places: list[int], answers: Sequence[Tokens]) -> "_Bunch":
        tree = Tree.of([answers[place] for place in places])
        sees = torch.eye(len(tree.tokens), dtype=torch.bool)
        for node, parent in enumerate(tree.parents):
            if parent != ROOT:
                sees[node] |= sees[parent]
        return cls(places, tree, sees)


def _branched(
    model: PreTrainedModel, prompts: Sequence[Tokens], answers: Sequence[Tokens], most_nodes: int | None = None
) -> Iterator[tuple[list[int], Tensor]]:
    vocabulary = int(model.config.get_text_config().vocab_size)
    most = most_nodes or max(1, min(NODES_AT_ONCE, LOGITS_A_BATCH // vocabulary))
    bunches = [_Bunch.of(places, answers) for places in bunched(answers, most)]
    nodes = max(len(bunch.tree.tokens) for bunch in bunches)
    for family in families(prompts):
        start = Start.of(model, [prompts[place] for place in family])
        rest = [list(prompts[place][start.tokens :]) for place in family]
        size = _size(model, start.tokens, nodes, vocabulary, cached=start.cache is not None or len(bunches) > 1)
        lengths = [len(tokens) + nodes for tokens in rest]
        for rows, scores in fitted(
            lengths,
            size,
            lambda rows, start=start, rest=rest: _scores(model, start, [rest[row] for row in rows], bunches),
        ):
            yield [family[row] for row in rows], scores[:, : len(answers)]


def _size(model: PreTrainedModel, start: int, nodes: int, vocabulary: int, *, cached: bool) -> Size:
    most = min(ROWS_A_BATCH, LOGITS_A_BATCH // (vocabulary * (nodes + 1)))
    tokens, kept = by_tokens(most), tokens_kept(model)
    return lambda longest: min(tokens(longest), kept // (start + longest)) if cached else tokens(longest)


def _scores(model: PreTrainedModel, start: Start, rest: list[list[int]], bunches: list[_Bunch]) -> Tensor:
    """(rows, answers) of one batch: the first bunch in one pass with the prompts, the others behind what it kept."""
    found = torch.empty(len(rest), sum(len(bunch.answers) for bunch in bunches))
    cache = start.for_rows(len(rest)) or (DynamicCache() if len(bunches) > 1 else None)
    end: Tensor | None = None
    for bunch in bunches:
        nodes = len(bunch.tree.tokens)
        layout = _layout(model, rest, bunch, start.tokens, in_cache=end is not None)
        last = nodes if end is not None else nodes + 1
        told = model(**layout, past_key_values=cache, use_cache=cache is not None, **keep(model, last)).logits
        told = told[:, -last:]
        if end is not None:
            told = torch.cat([end, told], dim=1)
        end = told[:, :1]
        if len(bunches) > 1 and cache is not None and nodes:
            cache.crop(-nodes)
        found[:, bunch.answers] = _along(told.float(), bunch.tree).cpu()
    return found


def _along(logits: Tensor, tree: Tree) -> Tensor:
    """From the logits of (rows, prompt's end and nodes, vocabulary) to the sum along each answer."""
    steps = [(node + 1, token, answer) for answer, steps in enumerate(tree.steps) for node, token in steps]
    nodes, tokens, answers = (torch.tensor(part, device=logits.device) for part in zip(*steps, strict=True))
    told = logits[:, nodes, tokens] - logits.logsumexp(dim=-1)[:, nodes]
    return told.new_zeros(len(logits), len(tree.steps)).index_add_(1, answers, told)


def _layout(
    model: PreTrainedModel, rest: list[list[int]], bunch: _Bunch, start: int, *, in_cache: bool
) -> dict[str, Tensor]:
    """Tokens, positions and mask of [shared start, in the cache] [padding, prompt's rest] [tree].

    With `in_cache`, the rest of the prompt is in the cache too, and only the tree is laid out.
    """
    width, nodes, tree = max(map(len, rest)), len(bunch.tree.tokens), bunch.tree.tokens
    tokens = torch.tensor([[0] * (width - len(row)) + row + tree for row in rest])
    padding = torch.tensor([width - len(row) for row in rest])[:, None]
    place = torch.cat([torch.arange(width), width - 1 + bunch.sees.sum(dim=1)])[None] - padding + start
    sees = torch.zeros(width + nodes, start + width + nodes, dtype=torch.bool)
    sees[:, :start] = True
    sees[:width, start : start + width] = torch.ones(width, width).tril().bool()
    sees[width:, start : start + width] = True
    sees[width:, start + width :] = bunch.sees
    column = torch.arange(start + width + nodes) - start
    padded = (column >= 0) & (column < padding)
    own = torch.arange(width + nodes)[:, None] == column  # so that padding sees something, and gives no NaN
    allowed = (sees[None] & ~padded[:, None]) | own[None]
    tokens, place, allowed = (part[:, width * in_cache :] for part in (tokens, place.clamp(min=0), allowed))
    mask = torch.zeros(allowed.shape, dtype=model.dtype).masked_fill(~allowed, torch.finfo(model.dtype).min)
    layout = {"input_ids": tokens, "position_ids": place, "attention_mask": mask[:, None]}
    return {name: part.to(model.device) for name, part in layout.items()}


def _plain(
    model: PreTrainedModel, prompts: Sequence[Tokens], answers: Sequence[Tokens]
) -> Iterator[tuple[list[int], Tensor]]:
    """Each answer behind each prompt in full, for architectures that take no mask of ours; one or more rows a turn."""
    vocabulary = int(model.config.get_text_config().vocab_size)
    most = min(TOKENS_A_BATCH, max(1, LOGITS_A_BATCH // vocabulary))
    longest = max(map(len, answers))
    order = sorted(range(len(prompts)), key=lambda row: -len(prompts[row]))
    while order:
        turn = max(1, most // (len(answers) * (len(prompts[order[0]]) + longest)))
        rows, order = order[:turn], order[turn:]
        pairs = [(row, answer) for row in range(len(rows)) for answer in range(len(answers))]
        texts = [([*prompts[rows[row]], *answers[answer]], len(answers[answer])) for row, answer in pairs]
        sums = torch.empty(len(pairs))
        lengths = [len(text) for text, _ in texts]
        size: Size = lambda length: most // length  # noqa: E731
        for some, scores in fitted(lengths, size, lambda some, texts=texts: _sums(model, [texts[at] for at in some])):
            sums[some] = scores
        yield rows, sums.view(len(rows), len(answers))


def _sums(model: PreTrainedModel, texts: list[tuple[Tokens, int]]) -> Tensor:
    """The log-likelihood of the last tokens of each text, as many as it says."""
    width = max(len(text) for text, _ in texts)
    tokens = torch.tensor([text + [0] * (width - len(text)) for text, _ in texts], device=model.device)
    real = torch.tensor([[1] * len(text) + [0] * (width - len(text)) for text, _ in texts], device=model.device)
    logits = model(input_ids=tokens, attention_mask=real).logits[:, :-1].float()
    told = logits.gather(-1, tokens[:, 1:, None])[..., 0] - logits.logsumexp(dim=-1)
    parts = [line[len(text) - 1 - last : len(text) - 1] for line, (text, last) in zip(told, texts, strict=True)]
    return torch.stack([part.sum() for part in parts]).cpu()
