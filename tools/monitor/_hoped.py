"""What a retraining on more rows should improve: which labels, and by how much if a learning curve was drawn."""

import math
from collections import Counter
from collections.abc import Sequence

from store import StoreError, Version, Workspace
from tools.monitor._harvest import Lesson
from tools.result import Table
from tools.words import counted

SHOWN = 12


def hoped_table(head: Version, lessons: Sequence[Lesson], trained: dict[str, int]) -> Table | None:
    """By label: the corrections, what was answered instead, and the training rows there are; None without labels."""
    if not head.column("label") or not trained:
        return None
    right = Counter(lesson.right for lesson in lessons if lesson.right)
    instead = {name: Counter(one.answered for one in lessons if one.right == name) for name in right}
    rows = [
        (
            name,
            trained.get(str(name), 0),
            number,
            ", ".join(f"{what} ({n})" for what, n in instead[name].most_common(3)),
        )
        for name, number in right.most_common(SHOWN)
    ]
    return Table("What should improve", ("label", "training rows", "new rows", "answered until now"), rows)


def by_the_curve(ws: Workspace, dataset: str, rows: int, more: int) -> str:
    """What the newest learning curve of a dataset expects of so many more rows; "" if there is none.

    The gain of doubling the rows that the curve foresees is taken in the part log2((rows + more) / rows).
    """
    for run in reversed(ws.runs.all()):
        if run.dataset != dataset or run.plan.get("search", {}).get("kind") != "sizes" or run.state != "done":
            continue
        try:
            found = ws.jobs.result(run.job.id)
        except StoreError:
            continue
        part = math.log2((rows + more) / max(rows, 1))
        gain, unit = (100 * part, " points") if found["measure"] == "error" else (part, "")
        low, high = gain * found["next"]["low"], gain * found["next"]["high"]
        return (
            f"By the learning curve of {run.id}, {counted(more, 'row')} more would lower the {found['measure']} by "
            f"{gain * found['next']['value']:.2g}{unit} ({low:.2g} to {high:.2g}); corrections teach more than rows "
            "drawn at random, so it may be more."
        )
    return ""
