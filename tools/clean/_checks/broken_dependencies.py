"""Cells that contradict the other rows: one column says what another is, or several sources report the same fact."""

from collections.abc import Iterator

import numpy as np

from tools.clean._claims import truths
from tools.clean._dependencies import HOLDS
from tools.clean._edits import Edit, saved
from tools.clean._evidence import Evidence, evidence
from tools.clean._examined import Examined
from tools.clean._proposal import Proposal
from tools.clean._votes import Repair, repairs

GROUP = "tables"
CALLED = "dependency dependencies inconsistent inconsistency mismatch mismatched"
"""What people call it."""

MOST = 0.5
"""The share of the weight of all sources that a value needs to count as true."""


def find(data: Examined) -> Proposal | str:
    """Propose the value that the other rows have, where a clear majority has it; missing cells are filled in too."""
    known = evidence(data)
    if not known.dependencies and not known.reports:
        return "no column says what another one is"
    file = saved(data, "broken_dependencies", _edits(known))
    return Proposal(
        found=f"{{rows:row contradicts|rows contradict}} other rows ({_told(data, known)})",
        sentence="Set the cells of {rows:row|rows} that contradict other rows to what those have.",
        done="Set the cells of {rows:row|rows} that contradicted other rows to what those have.",
        why="One thing has one value: rows that say otherwise teach a model what is not so.",
        edits="from agreed",
        doubt="It would be wrong where a value really is different, such as something that changed over time, or"
        " where most rows share a mistake.",
        views={"agreed": file},
    )


def _told(data: Examined, known: Evidence) -> str:
    here, parts = data.here, list[str]()
    if known.reports:
        parts.append(
            f"{here.told([known.reports.source])} are sources that report the same {here.told([known.reports.thing])}"
        )
    strong = sorted(known.dependencies, key=lambda d: (d.strength < HOLDS, len(d.left), d.exceptions))
    if strong:
        parts.append(f"such as {here.told(strong[0].left)}, which says what {here.told([strong[0].right])} is")
    return "; ".join(parts)


def _edits(known: Evidence) -> Iterator[Edit]:
    yield from _voted(known)
    if known.reports:
        yield from _reported(known)


def _voted(known: Evidence) -> Iterator[Edit]:
    found = repairs(known.cells, list(known.dependencies))
    for column in dict.fromkeys(repair.column for repair in found):
        of_it = [repair for repair in found if repair.column == column]
        text = known.cells.values(column, (code for r in of_it for code in (r.before, r.after)))
        for repair in of_it:
            row, before, after = int(known.cells.rows[repair.place]), repair.before, text[repair.after]
            yield Edit(row, column, text.get(before), after, _reason(repair, after))


def _reason(repair: Repair, after: str) -> str:
    best = max(repair.votes, key=lambda vote: vote.weight)
    others = {column for vote in repair.votes for column in vote.by.left} - set(best.by.left)
    also = f", and {', '.join(sorted(others))} {'agree' if len(others) > 1 else 'agrees'}" if others else ""
    return (
        f"{repair.column} is '{after}' in {best.agree:,} of {best.of:,} other rows with this"
        f" {' and '.join(best.by.left)}{also} ({repair.sure:.0%} of the evidence)"
    )


def _reported(known: Evidence) -> Iterator[Edit]:
    assert known.reports
    cells, thing = known.cells, known.cells.codes[known.reports.thing]
    for fact, truth in truths(cells, known.reports).items():
        true = np.where(thing >= 0, truth.code[thing], -1)
        clear = (truth.share > MOST) & (truth.sources > 1)
        wrong = np.flatnonzero((true >= 0) & (true != cells.codes[fact]) & clear[thing])
        text = cells.values(fact, {*map(int, true[wrong]), *map(int, cells.codes[fact][wrong])})
        for place in wrong:
            of = thing[place]
            reason = (
                f"{truth.sources[of]:,} of {truth.of[of]:,} reports on this {known.reports.thing} say so"
                f" ({truth.share[of]:.0%} by the reliability of each {known.reports.source})"
            )
            before = text.get(int(cells.codes[fact][place]))
            yield Edit(int(cells.rows[place]), fact, before, text[int(true[place])], reason)
