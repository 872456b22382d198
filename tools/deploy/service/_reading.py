"""What a trained head says of texts; in the process of a service."""
# pyright: basic

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from tools.deploy.service.engine import Verdict
from tools.train._examples import text_example
from tools.train._pieces import pieces
from tools.train._tags import OUTSIDE, WORD, entities, kind
from tools.train._weights import Loaded, load


def opened(plan: str, folder: Path, threads: int) -> Loaded:
    """The model of a run."""
    torch.set_num_threads(threads)
    told = json.loads(plan)
    return load(told["base_model"], folder, task=told["task"], labels=told["labels"], dtype=told["dtype"])


@torch.inference_mode()
def read(loaded: Loaded, plan: str, texts: Sequence[str]) -> list[Verdict]:
    """What it says of each text."""
    told = json.loads(plan)
    return _tags(loaded, told, texts) if told["task"] == "tag" else _classes(loaded, told, texts)


def _classes(loaded: Loaded, plan: dict[str, Any], texts: Sequence[str]) -> list[Verdict]:
    rows = [text_example(loaded.tokenizer, text, plan["max_length"]).tokens for text in texts]
    found = _logits(loaded, rows).softmax(dim=-1)
    return [
        _verdict(dict(zip(plan["labels"], row.tolist(), strict=True)), len(tokens))
        for row, tokens in zip(found, rows, strict=True)
    ]


def _tags(loaded: Loaded, plan: dict[str, Any], texts: Sequence[str]) -> list[Verdict]:
    words = [[(match.start(), match.end()) for match in WORD.finditer(text)] for text in texts]
    cut = [pieces(loaded.tokenizer, text, its, plan["max_length"]) for text, its in zip(texts, words, strict=True)]
    found = _logits(loaded, [each.tokens for each in cut]).softmax(dim=-1)
    verdicts: list[Verdict] = []
    for text, its, each, rows in zip(texts, words, cut, found, strict=True):
        chances = [None if place is None else rows[place].tolist() for place in each.places]
        verdicts.append(_marked(text, its, chances, plan["labels"], len(each.tokens)))
    return verdicts


def _marked(
    text: str,
    words: list[tuple[int, int]],
    chances: list[list[float] | None],
    labels: list[str],
    tokens: int,
) -> Verdict:
    """The entities of a text; the probability of one is the least of its words'."""
    best = [
        (OUTSIDE, 1.0) if row is None else max(zip(labels, row, strict=True), key=lambda one: one[1]) for row in chances
    ]
    spans: list[dict[str, Any]] = []
    for first, after, label in sorted(entities([tag for tag, _ in best])):
        start, end = words[first][0], words[after - 1][1]
        least = min(chance for _, chance in best[first:after])
        spans.append({"start": start, "end": end, "label": label, "text": text[start:end], "probability": least})
    greatest: dict[str, float] = {}
    for row in chances:
        for tag, chance in zip(labels, row or [], strict=row is not None):
            if name := kind(tag):
                greatest[name] = max(greatest.get(name, 0.0), chance)
    found = _verdict(greatest, tokens)
    label = ", ".join(dict.fromkeys(span["label"] for span in spans)) or OUTSIDE
    return Verdict(label, found.chances, tokens, spans)


def _verdict(chances: dict[str, float], tokens: int) -> Verdict:
    ranked = dict(sorted(chances.items(), key=lambda one: -one[1]))
    return Verdict(next(iter(ranked), OUTSIDE), {label: round(chance, 6) for label, chance in ranked.items()}, tokens)


def _logits(loaded: Loaded, rows: Sequence[Sequence[int]]) -> torch.Tensor:
    width, padding = max(1, *map(len, rows)), loaded.tokenizer.pad_token_id
    tokens = [[*row, *[padding] * (width - len(row))] for row in rows]
    real = [[1] * len(row) + [0] * (width - len(row)) for row in rows]
    given = torch.tensor(tokens, device=loaded.device), torch.tensor(real, device=loaded.device)
    return loaded.model(input_ids=given[0], attention_mask=given[1]).logits.float().cpu()
