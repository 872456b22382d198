"""New rows and rejected ones, as the card and the result show them."""

from collections import Counter
from typing import Any

from store.counted import Count
from tools.augment._gates import COMPARED
from tools.augment._methods import WAYS, Method
from tools.augment._rows import Grown
from tools.result import Change, Table

SHOWN = 10


def changes(grown: Grown) -> list[Change]:
    """The first new rows beside their sources, each with its scores."""
    rows = [
        (
            f"from row {new.source} (meaning {new.scores.meaning:.2f}, {new.scores.changed:.0%} of the words changed)",
            new.before,
            new.text,
        )
        for new in grown.new[:SHOWN]
    ]
    return [Change("A row there is, and the new one made from it", rows)]


def reasons(grown: Grown) -> list[str]:
    """What was turned down, most of it first."""
    return [f"{count:,} {reason}" for reason, count in grown.rejected.most_common()]


def turned_down(grown: Grown) -> list[Table]:
    """What did not pass, with an example or two of each reason."""
    place = {reason: number for number, (reason, _) in enumerate(grown.rejected.most_common())}
    rows = [
        (each.reason, grown.rejected[each.reason], each.before, each.text)
        for each in sorted(grown.examples, key=lambda each: place[each.reason])
    ]
    return [Table("Rejected, with examples", ("why", "in all", "row", "rewriting"), rows)] if rows else []


def left_out(grown: Grown, method: Method) -> str:
    """What was not let through, and what could not be made."""
    total = Count(sum(grown.rejected.values()))
    unchanged, short = Count(grown.unchanged), grown.wanted - len(grown.new)
    told = f" {total:rewriting was|rewritings were} rejected: {', '.join(reasons(grown))}." if total else ""
    told += f" {unchanged:row has|rows have} {WAYS[method].cannot}." if unchanged else ""
    if grown.not_compared:
        told += f" Near-copies were looked for among the first {COMPARED:,} training rows, exact ones among all."
    return told + (f" That is {short:,} fewer than asked for: no more rows could be made." if short > 0 else "")


def by_label(grown: Grown) -> list[Table]:
    """Training rows by label, before and after."""
    added = Counter(new.label for new in grown.new)
    counts = sorted(grown.training.items(), key=lambda each: (each[1], str(each[0])))
    rows = [(label, count, added[label], count + added[label]) for label, count in counts if label is not None]
    return [Table("Training rows by label", ("label", "before", "added", "after"), rows)] if rows else []


def figures(grown: Grown) -> dict[str, Any]:
    """For programs."""
    return {
        "added": len(grown.new),
        "training": sum(grown.training.values()),
        "rejected": dict(grown.rejected),
        "unchanged": grown.unchanged,
    }
