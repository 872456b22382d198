"""How much a model can be asked in a given time, reckoned beforehand, so that an audit asks the same each time."""

import random
from collections.abc import Sequence

import torch

from tools.audit._counterfactual import Pair
from tools.evaluate._rows import Question

SECONDS = 120
"""What an audit of a model may take with its default settings, the untuned model included."""
CPU_CORE, GPU = 4e10, 2e13
"""Floating-point operations a second that a core, or a GPU, is reckoned to do; a slower machine takes longer."""
FOR_ROWS, FOR_WRITTEN_ROWS, FOR_OPENINGS, FOR_PUBLIC_SETS = 0.6, 0.3, 0.35, 0.2
"""Parts of the time: for the user's rows if labels are weighed, or if answers are written; for prompts of our own; for
CrowS-Pairs and WinoBias where they are present. Our own sentences take what is left."""
OVERHEAD_TOKENS = 12
LETTERS_A_TOKEN = 4


def tokens(parameters: int) -> int:
    """Tokens that each of the two models can read in the time."""
    speed = GPU if torch.cuda.is_available() else CPU_CORE * torch.get_num_threads()
    return int(SECONDS * speed / (2 * parameters) / 2)


def some_pairs(found: Sequence[Pair], rows: int, room: float, seed: int) -> list[Pair]:
    """The pairs of as many rows as are wanted and fit; rows are drawn by the seed.

    Args:
        found: Every pair.
        rows: At most so many rows.
        room: At most so many tokens, but never fewer than ten rows.
        seed: Of the draw.
    """
    by_row: dict[int, list[Pair]] = {}
    for pair in found:
        by_row.setdefault(pair.asked.row, []).append(pair)
    order = sorted(by_row)
    random.Random(seed).shuffle(order)
    chosen, used = set[int](), 0.0
    for row in order[:rows]:
        used += cost([by_row[row][0].asked.text, *(pair.swapped.text for pair in by_row[row])])
        if used > room and len(chosen) >= 10:
            break
        chosen.add(row)
    return [pair for pair in found if pair.asked.row in chosen]


def some_rows(questions: Sequence[Question], rows: int, room: float, seed: int) -> list[Question]:
    """As many rows as are wanted and fit, at least fifty, drawn by the seed."""
    order = list(questions)
    random.Random(seed).shuffle(order)
    chosen, used = list[Question](), 0.0
    for asked in order[:rows]:
        used += cost([asked.text])
        if used > room and len(chosen) >= 50:
            break
        chosen.append(asked)
    return sorted(chosen, key=lambda asked: asked.row)


def cost(texts: Sequence[str]) -> float:
    """About how many tokens it takes to read these texts and weigh the answers."""
    return sum(len(text) / LETTERS_A_TOKEN + OVERHEAD_TOKENS for text in texts)
