"""What the columns of a table say of each other; worked out once for all checks."""

from dataclasses import dataclass

from tools.clean._cells import Cells, cells
from tools.clean._dependencies import Dependency, dependencies
from tools.clean._examined import Examined
from tools.clean._reports import Reports, reports


@dataclass(frozen=True)
class Evidence:
    """The values by number, and how columns hang together."""

    cells: Cells
    dependencies: tuple[Dependency, ...]
    """Without those of columns on which sources contradict each other."""
    reports: Reports | None
    """The columns of sources and what they report, if there are any."""


def evidence(data: Examined) -> Evidence:
    """Look at the columns, or give what another check found."""
    if "evidence" not in data.kept:
        table = cells(data)
        reported = reports(table)
        facts = set(reported.facts) if reported else set[str]()
        found = (d for d in dependencies(table) if not facts & {d.right, *d.left})
        data.kept["evidence"] = Evidence(table, tuple(found), reported)
    return data.kept["evidence"]
