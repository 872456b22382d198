"""Choose the rows to rewrite, and rewrite until there are enough."""

import random
from collections import Counter, deque
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from store import Version
from store.edits import as_text
from store.engine import engine, fetch, quoted
from tools.augment._gates import Gates, words_of
from tools.clean._missing import missing_text
from tools.tool import ToolError

EACH = 4
"""New rows from one source at most."""
TRIES = 3
"""Rewritings of a source that may fail before it is given up."""
Rewrite = Callable[[str, random.Random, Collection[str]], str | None]


@dataclass(frozen=True)
class New:
    """A row to add."""

    source: int
    """The `_row` it was made from."""
    before: str
    text: str
    label: str | None


@dataclass(frozen=True)
class Grown:
    """What came of it."""

    new: list[New]
    training: Counter[str | None]
    """Training rows by label before."""
    rejected: Counter[str]
    """Rewritings that did not pass, by reason."""
    unchanged: int
    """Sources in which nothing could be replaced."""
    wanted: int


@dataclass
class _Source:
    row: int
    text: str
    label: str | None
    was_made: bool
    """From another row: not a source, or the text would drift."""
    made: int = 0
    tries: int = 0


def text_column(version: Version) -> str:
    """The column to rewrite.

    Raises:
        ToolError: There is none.
    """
    column = version.column("text") or version.column("prompt")
    if column is None or version.columns[column] != "VARCHAR":
        names = ", ".join(version.columns)
        raise ToolError(f"{version.dataset} has no column known to hold text that could be rewritten, only {names}.")
    return column


def grow(
    version: Version,
    against: Version | None,
    rewrite: Rewrite,
    *,
    rows: int | None,
    share: float,
    balance: bool,
    seed: int,
) -> Grown:
    """Rewrite training rows until there are enough new ones or no source is left.

    Args:
        version: The dataset.
        against: A second dataset whose rows are all held out.
        rewrite: From a text and the words to keep, a new text, or None if it cannot be done.
        rows: How many to make at most; None for `share`, or for as many as balance the labels.
        share: How many, as a share of the training rows.
        balance: Make them for the smallest label first, up to the size of the largest.
        seed: The same seed gives the same rows.
    """
    training, held_out = _read(version)
    if against:
        others, held = _read(against)
        held_out += [other.text for other in others] + held
    gates = Gates([source.text for source in training] + held_out, held_out)
    labelled = [source for source in training if source.label or not version.column("label")]
    before = Counter(source.label for source in labelled)
    sources = [source for source in labelled if not source.was_made]
    random.Random(seed).shuffle(sources)
    queue = _Queue(sources, before if balance else None)
    missing = sum(max(before.values(), default=0) - size for size in before.values())
    most = rows or (missing if balance else max(1, round(share * len(labelled))))
    new: list[New] = []
    unchanged = 0
    while len(new) < most and (source := queue.take()):
        rng = random.Random(f"{seed} {source.row} {source.made} {source.tries}")
        text = rewrite(source.text, rng, words_of((source.label or "").replace("_", " ")))
        if text is None:
            unchanged += 1
        elif gates.passes(source.text, text):
            new.append(New(source.row, source.text, text, source.label))
            queue.made(source)
        else:
            queue.failed(source)
    return Grown(new, before, gates.rejected, unchanged, most)


class _Queue:
    """Sources in turn: all alike, or, given the size of each label, the smallest first until all are as large."""

    def __init__(self, sources: list[_Source], sizes: Mapping[str | None, int] | None) -> None:
        self._largest = max(sizes.values(), default=0) if sizes is not None else None
        self._waiting: dict[str | None, deque[_Source]] = {}
        for source in sources:
            self._waiting.setdefault(self._group(source), deque()).append(source)
        self._sizes = {group: (sizes or {}).get(group, 0) for group in self._waiting}

    def take(self) -> _Source | None:
        """The next source; None if none is left."""
        small = [g for g, n in self._sizes.items() if self._waiting[g] and (self._largest is None or n < self._largest)]
        if not small:
            return None
        return self._waiting[min(small, key=lambda group: (self._sizes[group], str(group)))].popleft()

    def made(self, source: _Source) -> None:
        """A new row came of it; it may have another turn."""
        source.made += 1
        self._sizes[self._group(source)] += 1
        if source.made < EACH:
            self._waiting[self._group(source)].append(source)

    def failed(self, source: _Source) -> None:
        """Its rewriting was rejected; it may have another turn."""
        source.tries += 1
        if source.tries < TRIES:
            self._waiting[self._group(source)].append(source)

    def _group(self, source: _Source) -> str | None:
        return None if self._largest is None else source.label


def _read(version: Version) -> tuple[list[_Source], list[str]]:
    """The training rows and the held-out texts."""
    column, label, split = text_column(version), version.column("label"), version.column("split")
    text = as_text(column, version.columns[column])
    cells = {
        "label": as_text(label, version.columns[label]) if label else "null",
        "split": f"coalesce({quoted(split)}, 'train')" if split else "'train'",
        "made": "_from is not null" if has_from(version) else "false",
    }
    named = ", ".join(f"{sql} as {name}" for name, sql in cells.items())
    with engine([version.path.parent], {"parent": version.path}) as connection:
        rows = fetch(
            connection,
            f"select _row, {text} as text, {named} from parent where not {missing_text(text)} order by _row",
        )
    training = [_Source(r["_row"], r["text"], r["label"], r["made"]) for r in rows if r["split"] == "train"]
    return training, [r["text"] for r in rows if r["split"] != "train"]


def has_from(version: Version) -> bool:
    """Whether rows of this version say which row they were made from."""
    with engine([version.path.parent], {"parent": version.path}) as connection:
        return "_from" in [column[0] for column in connection.execute("describe parent").fetchall()]
