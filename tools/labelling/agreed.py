"""What several people's labels of a row come to."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from store.labellings import Annotation


@dataclass(frozen=True)
class Outcome:
    """What was said of a row, and what holds."""

    row: int
    said: dict[str, str] = field(default_factory=dict[str, str])
    """By annotator."""
    versions: frozenset[int] = frozenset()
    """Those in which it was read."""
    settled: str | None = None

    @property
    def value(self) -> str | None:
        """What it was settled as, else what most said; None where that is a tie."""
        if self.settled is not None or not self.said:
            return self.settled
        first, *rest = Counter(self.said.values()).most_common(2)
        return None if rest and rest[0][1] == first[1] else first[0]

    @property
    def disputed(self) -> bool:
        """Whether people disagree, and nobody has settled it."""
        return self.settled is None and len(set(self.said.values())) > 1


def outcomes(annotations: Iterable[Annotation]) -> dict[int, Outcome]:
    """The outcome of each row that somebody labelled or settled, by row."""
    found: dict[int, Outcome] = {}
    for each in annotations:
        if each.action == "skipped" or each.value is None:
            continue
        old = found.get(each.row, Outcome(each.row))
        settled = each.value if each.action == "settled" else old.settled
        said = old.said if each.action == "settled" else {**old.said, each.annotator: each.value}
        found[each.row] = Outcome(each.row, said, old.versions | {each.version}, settled)
    return found
