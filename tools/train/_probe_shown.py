"""The first rows of a dataset as the model gets them."""
# pyright: basic

from typing import Any

from datasets import Dataset

from tools.train._examples import IGNORED
from tools.train._weights import Loaded
from tools.train.tasks import TASKS

ROWS, LETTERS = 3, 400


def shown(rows: Dataset, plan: dict[str, Any], loaded: Loaded) -> list[tuple[str, str]]:
    """The first rows: (what the model reads, what it learns to answer), shortened."""
    as_read = {"answers": _answer, "tags": _tags, "pairs": _pair, "rewards": _reward}[TASKS[plan["task"]].trainer]
    found: list[tuple[str, str]] = []
    for row in rows.select(list(range(min(ROWS, len(rows))))):
        read, learned = as_read(dict(row), loaded)
        found.append((read[-LETTERS:], learned[:LETTERS]))
    return found


def _answer(row: dict[str, Any], loaded: Loaded) -> tuple[str, str]:
    tokens, labels = row["input_ids"], row["labels"]
    if not isinstance(labels, list):
        return _text(tokens, loaded), _name(labels, loaded)
    asked = [token for token, label in zip(tokens, labels, strict=True) if label == IGNORED]
    return _text(asked, loaded), _text([label for label in labels if label != IGNORED], loaded)


def _tags(row: dict[str, Any], loaded: Loaded) -> tuple[str, str]:
    marked = [_name(label, loaded) for label in row["labels"] if label != IGNORED]
    return _text(row["input_ids"], loaded), " ".join(marked)


def _pair(row: dict[str, Any], loaded: Loaded) -> tuple[str, str]:
    better, worse = _text(row["chosen_ids"], loaded), _text(row["rejected_ids"], loaded)
    return _text(row["prompt_ids"], loaded), f"{better} rather than {worse}"


def _reward(row: dict[str, Any], loaded: Loaded) -> tuple[str, str]:
    return row["prompt"], row["reference"]


def _text(tokens: list[int], loaded: Loaded) -> str:
    return str(loaded.tokenizer.decode(tokens))


def _name(label: int, loaded: Loaded) -> str:
    names = getattr(loaded.model.config, "id2label", None) or {}
    return str(names.get(label, ""))
