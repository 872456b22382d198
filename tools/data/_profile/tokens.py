"""How many tokens the rows have for the base model, and what a context would cut."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import numpy.typing as npt

from store import StoreError
from store.engine import quoted
from tools.data._format import Format
from tools.data._profile.staged import CLIPPED, Staged, roughly
from tools.data._tokens import CHARACTERS_A_TOKEN, BaseTokens
from tools.train._examples import segments

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

ROWS, CHARACTERS = 5_000, 5_000_000
"""Rows drawn at random whose tokens are counted; the longest are counted besides."""
BATCH = 500
CONTEXTS = (256, 512, 1024, 2048, 4096)
Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Counted:
    """Tokens of the rows that were counted.

    Attributes:
        columns: Tokens of each column read.
        rows: Tokens of each row as the model reads it.
        weights: How many rows of the dataset each stands for; the estimator is Horvitz and Thompson's (1952).
        marks: Whether the marks of the chat template are in `rows`.
        exact: Whether every row was counted, whole.
    """

    columns: dict[str, Numbers]
    rows: Numbers
    weights: Numbers
    marks: bool
    exact: bool

    def quantile(self, share: float, column: str | None = None) -> int | None:
        """The tokens that this share of the rows does not exceed."""
        tokens = self.columns[column] if column else self.rows
        if not len(tokens):
            return None
        order = np.argsort(tokens, kind="stable")
        heavy = np.cumsum(self.weights[order])
        place = min(int((heavy <= share * heavy[-1]).sum()), len(order) - 1)
        ordered: Numbers = tokens[order]
        return round(float(ordered[place]))

    @property
    def all(self) -> int:
        """Tokens of all rows."""
        return self._told(float(self.rows @ self.weights))

    def cut(self, context: int) -> tuple[int, int]:
        """Rows that are longer than a context, and their tokens beyond it."""
        over = np.maximum(self.rows - context, 0)
        return self._told(float(self.weights[over > 0].sum())), self._told(float(over @ self.weights))

    def _told(self, number: float) -> int:
        return round(number) if self.exact else roughly(number)


def count_tokens(staged: Staged, tokens: BaseTokens | None, format_: Format | None) -> Counted:
    """Count the tokens of some or all rows; without a tokenizer four characters make one."""
    certain, drawn = _chosen(staged)
    rest = staged.version.rows - len(certain)
    marks = _Marks(tokens, format_)
    columns: dict[str, list[float]] = {name: [] for name in staged.read}
    whole: list[float] = []
    weights: list[float] = []
    for some, weight in ((certain, 1.0), (drawn, rest / max(1, len(drawn)))):
        for batch in _batches(staged, some):
            found = [_tokens([row[1 + 2 * i : 3 + 2 * i] for row in batch], tokens) for i in range(len(staged.read))]
            for name, counts in zip(staged.read, found, strict=True):
                columns[name] += counts
            whole += [sum(counts) + marks.of(row[-1]) for row, *counts in zip(batch, *found, strict=True)]
            weights += [weight] * len(batch)
    clipped = staged.number(f"select count(*) from {staged.facts} where {_longer(staged)}") if staged.read else 0
    arrays = {name: np.array(counts) for name, counts in columns.items()}
    exact = not clipped and tokens is not None and len(whole) == staged.version.rows
    return Counted(arrays, np.array(whole), np.array(weights), marks.known, exact)


def _chosen(staged: Staged) -> tuple[list[int], list[int]]:
    """The rows that are taken for sure, the longest, and those drawn from the rest."""
    longest = staged.con.execute(f"select _row from {staged.kept} where _longest").fetchall()
    drawn = staged.con.execute(f"select _row from {staged.sample(ROWS, CHARACTERS).table}").fetchall()
    certain = {row for (row,) in longest}
    return sorted(certain), sorted({row for (row,) in drawn} - certain)


def _batches(staged: Staged, rows: Sequence[int]) -> Iterator[list[tuple[Any, ...]]]:
    """For each row: its number, the start and the length of each column read, and the roles of its turns."""
    if not rows or not staged.read:
        return
    cells = [f"left({staged.cell(n)}, {CLIPPED}), coalesce(length({staged.cell(n)}), 0)" for n in staged.read]
    turns = next((n for n in staged.read if staged.version.columns[n].endswith("[]")), None)
    roles = f"list_transform({quoted(turns)}, lambda m: m.role)" if turns else "null"
    for start in range(0, len(rows), BATCH):
        yield staged.con.execute(
            f"select _row, {', '.join(cells)}, {roles} from {staged.kept} where _row in (select unnest(?::bigint[]))",
            [rows[start : start + BATCH]],
        ).fetchall()


def _tokens(cells: Sequence[Sequence[Any]], tokens: BaseTokens | None) -> list[float]:
    """The tokens of each (start, length); the start of a long text stands for the rest of it."""
    texts = [start or "" for start, _ in cells]
    if tokens is None:
        return [float(-(-length // CHARACTERS_A_TOKEN)) for _, length in cells]
    counts = tokens.count(texts)
    return [
        count * length / len(text) if text and length > len(text) else float(count)
        for count, text, (_, length) in zip(counts, texts, cells, strict=True)
    ]


def _longer(staged: Staged) -> str:
    return " or ".join(f"c{place} > {CLIPPED}" for place in range(len(staged.read)))


class _Marks:
    """The tokens that the chat template puts around the turns, counted once for each order of roles."""

    def __init__(self, tokens: BaseTokens | None, format_: Format | None) -> None:
        self._tokens, self._counted = tokens, dict[tuple[str, ...], int]()
        self.known = tokens is not None and format_ is not None

    def of(self, roles: Sequence[str] | None) -> int:
        if not self.known:
            return 0
        key = tuple(roles or ("user", "assistant"))
        if key not in self._counted:
            self._counted[key] = self._count(key)
        return self._counted[key]

    def _count(self, roles: Sequence[str]) -> int:
        assert self._tokens
        turns = [{"role": role, "content": ""} for role in roles]
        try:
            pieces = [piece for piece, _ in segments(cast("PreTrainedTokenizerBase", self._tokens), turns)]
        except StoreError:  # the template refuses this order of roles, as training would; plan_training says so
            return 0
        return sum(self._tokens.count(pieces)) if pieces else 0
