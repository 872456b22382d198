"""How well bad cells of tables are found and mended, and how many good ones are harmed.

`python -m benchmarks.tables [FOLDER] [--told]` plants errors in tables made up here, and leaves the same tables clean;
in FOLDER it also reads `hospital` and `flights`, each with `dirty.csv` and `clean.csv`. `--told` shows what went wrong.

A cell is found if a fix would change it, and mended if the new value is the right one. Precision is counted over the
cells that fixes would change, recall over the bad cells, harm over the good cells. Nothing is tuned to the second seed.
"""

import csv
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.made_tables import Row, tables
from store import Workspace
from tools import TOOLS

KINDS = ["broken_dependencies", "format_violations", "typos", "wrong_types"]
SEEDS = (1, 2)


@dataclass
class Score:
    """What became of the cells."""

    bad: int
    good: int
    found: int = 0
    mended: int = 0
    changed: int = 0
    emptied: int = 0
    harmed: int = 0
    wrong: list[str] = field(default_factory=list[str])

    def line(self, name: str) -> str:
        """Detection and repair, each as precision, recall and F1."""
        return (
            f"{name:32} bad {self.bad:5,}  found {_prf(self.found, self.changed + self.emptied, self.bad)}"
            f"  mended {_prf(self.mended, self.changed, self.bad)}  emptied {self.emptied:4}"
            f"  harm {self.harmed:3} of {self.good:,} ({self.harmed / max(1, self.good):.3%})"
        )


def _prf(right: int, said: int, known: int) -> str:
    precision, recall = right / said if said else 1.0, right / known if known else 1.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return f"P {precision:.3f} R {recall:.3f} F1 {f1:.3f}"


def main(folder: Path | None, told: bool) -> None:
    """Print a line a table, and one for each check."""
    for name in ("hospital", "flights"):
        if folder and (folder / name).is_dir():
            measured(name, *(read(folder / name / f"{which}.csv") for which in ("dirty", "clean")), told=told)
    for seed in SEEDS:
        for made in tables(seed, 0.03):
            measured(f"{made.name} {seed}", made.spoiled, made.truth, told=told)
        for made in tables(seed, 0.0):
            measured(f"{made.name} {seed}, no errors", made.spoiled, made.truth, told=told)


def measured(name: str, spoiled: list[Row], truth: list[Row], *, told: bool) -> Score:
    """Propose fixes as a user would, and hold every one against the truth; the first fix of a cell counts."""
    began = time.monotonic()
    fixes = _proposed(spoiled, list(truth[0]))
    cells = [(place, column) for place, row in enumerate(truth) for column in row]
    bad = {(n, c) for n, c in cells if _differs(spoiled[n][c], truth[n][c])}
    total, seen = Score(len(bad), len(cells) - len(bad)), set[tuple[int, str]]()
    parts = {kind: Score(len(bad), total.good) for kind in fixes}
    kinds: Counter[str] = Counter()
    for kind, edits in fixes.items():
        for edit in edits:
            cell = edit["_row"] - 1, edit["column_name"]
            after, right = edit["after"], truth[cell[0]][cell[1]]
            for score in (parts[kind], total) if cell not in seen else (parts[kind],):
                score.changed += after is not None
                score.emptied += after is None
                score.found += cell in bad
                score.harmed += cell not in bad and _differs(after or "", right)
                score.mended += after is not None and cell in bad and not _differs(after, right)
            seen.add(cell)
            if told and _differs(after or "", right) and (kinds[kind] < 12):
                kinds[kind] += 1
                print(f"      {kind} {cell}: {edit['before']!r} -> {after!r}, truth {right!r}: {edit['reason']}")
    print(f"{total.line(name)}  {time.monotonic() - began:.1f} s")
    for kind, score in parts.items():
        print(score.line(f"    {kind}"))
    if told:
        missed = Counter(column for _, column in bad - seen)
        print(
            f"      not found: {dict(missed)}",
            [(c, spoiled[n][c], truth[n][c]) for n, c in sorted(bad - seen)[::9]][:9],
        )
    return total


def _proposed(spoiled: list[Row], columns: list[str]) -> dict[str, list[dict[str, Any]]]:
    """The edits that are proposed for a table, by the kind of fix."""
    with tempfile.TemporaryDirectory() as home, Workspace(Path(home) / "home", readable=(Path(home),)) as ws:
        file = Path(home) / "table.csv"
        with file.open("w", newline="", encoding="utf-8") as out:
            writer = csv.DictWriter(out, columns)
            writer.writeheader()
            writer.writerows(spoiled)
        with ws.approvals.typed("load_dataset", {"source": str(file)}):
            TOOLS["load_dataset"].run(ws, {"source": str(file), "name": "t"})
        TOOLS["propose_fixes"].run(ws, {"dataset": "t", "kinds": KINDS})
        return {fix.kind: ws.fixes.edits(fix.id, 1_000_000) for fix in ws.fixes.all("t", state="open")}


def _differs(one: str, other: str) -> bool:
    return one.strip() != other.strip()


def read(file: Path) -> list[Row]:
    """The rows of a CSV file, all of them text."""
    with file.open(newline="", encoding="utf-8-sig") as lines:
        return list(csv.DictReader(lines))


if __name__ == "__main__":
    given = [argument for argument in sys.argv[1:] if argument != "--told"]
    main(Path(given[0]).resolve() if given else None, "--told" in sys.argv)
