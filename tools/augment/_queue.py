"""Whose turn it is to be rewritten."""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

EACH = 4
"""New rows from one source at most."""
TRIES = 3
"""Rewritings of a source that may fail before it is given up."""


@dataclass
class Source:
    """A training row."""

    row: int
    text: str
    label: str | None
    was_made: bool
    """From another row: not a source, or the text would drift."""
    made: int = 0
    tries: int = 0


class Queue:
    """Sources in turn: all alike, or, given the size of each label, the smallest first until all are as large."""

    def __init__(self, sources: Sequence[Source], sizes: Mapping[str | None, int] | None) -> None:
        self._largest = max(sizes.values(), default=0) if sizes is not None else None
        self._waiting: dict[str | None, deque[Source]] = {}
        for source in sources:
            self._waiting.setdefault(self._group(source), deque()).append(source)
        self._sizes = {group: (sizes or {}).get(group, 0) for group in self._waiting}

    def take(self) -> Source | None:
        """The next source; None if none is left."""
        small = [g for g, n in self._sizes.items() if self._waiting[g] and (self._largest is None or n < self._largest)]
        if not small:
            return None
        return self._waiting[min(small, key=lambda group: (self._sizes[group], str(group)))].popleft()

    def made(self, source: Source) -> None:
        """A new row came of it; it may have another turn."""
        source.made += 1
        self._sizes[self._group(source)] += 1
        if source.made < EACH:
            self._waiting[self._group(source)].append(source)

    def failed(self, source: Source) -> None:
        """Its rewriting was rejected; it may have another turn."""
        source.tries += 1
        if source.tries < TRIES:
            self._waiting[self._group(source)].append(source)

    def _group(self, source: Source) -> str | None:
        return None if self._largest is None else source.label
