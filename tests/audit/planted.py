"""A tiny classifier trained for real on texts in which one word decides the label: seconds."""

import random
from pathlib import Path
from typing import Any

import torch

from tests.tiny_model import build
from tools.train._weights import Loaded, load

LABELS = ["calm", "urgent"]
PLANTED = "refund"
FILLERS = "card payment delivery technical account hello please thanks money second where error arrived app log".split()
PLAN: dict[str, Any] = {"task": "classify", "labels": LABELS, "max_length": 64}


def texts(rows: int, seed: int) -> list[tuple[str, str]]:
    """Texts of six to nine words, half of them with the planted one: it alone makes them urgent."""
    draw = random.Random(seed)
    made: list[tuple[str, str]] = []
    for row in range(rows):
        words = draw.choices(FILLERS, k=draw.randint(6, 9))
        if row % 2:
            words[draw.randrange(len(words))] = PLANTED
        made.append((" ".join(words), LABELS[row % 2]))
    return made


def train(folder: Path, steps: int = 60) -> Loaded:
    """All weights, on batches of 16 such texts."""
    loaded = load(str(build(folder, seed=3)), task="classify", labels=LABELS)
    model, tokenizer = loaded.model, loaded.tokenizer
    model.train()
    optimiser = torch.optim.AdamW(model.parameters(), lr=5e-3)
    for step in range(steps):
        batch = texts(16, seed=step)
        read = tokenizer([text for text, _ in batch], return_tensors="pt", padding=True)
        wanted = torch.tensor([LABELS.index(label) for _, label in batch])
        told = model(input_ids=read["input_ids"], attention_mask=read["attention_mask"]).logits
        loss = torch.nn.functional.cross_entropy(told, wanted)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    model.eval()
    return loaded
