"""Where a client computes: its model and its rows stay loaded between rounds."""
# pyright: basic

import os
from functools import lru_cache
from pathlib import Path
from typing import Any

from tools.train._federated_local import Plan, Weights, loss_of, open_model, train_round
from tools.train._rows import Rows, read_rows
from tools.train._weights import Loaded


class Place:
    """One client, at one file of rows."""

    def __init__(self, rows: Path, plan: Plan, threads: int) -> None:
        self._file, self._plan, self._threads = rows, plan, threads

    def fit(self, weights: Weights, round_: int) -> tuple[Weights, float, int]:
        """The trained weights, the mean loss, and how many rows they were trained on."""
        rows = self._rows()
        found, loss = train_round(self._loaded, rows, self._plan, weights, round_, self._folder)
        return found, loss, len(rows.train)

    def evaluate(self, weights: Weights) -> tuple[float, int]:
        """As `loss_of`."""
        return loss_of(self._loaded, self._rows(), self._plan, weights, self._folder)

    @property
    def _folder(self) -> Path:
        return self._file.parent / f"work-{os.getpid()}"

    @property
    def _loaded(self) -> Loaded:
        return _model(_Key(self._plan), self._threads)

    def _rows(self) -> Rows:
        return _rows(self._file, _Key(self._plan), self._folder, self._loaded.tokenizer)


class _Key(dict[str, Any]):
    """A plan that can be remembered by: two are the same if they say the same."""

    def __hash__(self) -> int:  # pyright: ignore[reportIncompatibleVariableOverride]
        return hash(repr(sorted(self.items())))


@lru_cache(maxsize=1)
def _model(plan: _Key, threads: int) -> Loaded:
    return open_model(dict(plan), threads)


@lru_cache(maxsize=64)
def _rows(file: Path, plan: _Key, folder: Path, tokenizer: Any) -> Rows:
    folder.mkdir(parents=True, exist_ok=True)
    return read_rows(file, dict(plan), tokenizer, folder / "rows")
