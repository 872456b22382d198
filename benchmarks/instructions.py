"""What the checks of instruction data find, beside what people changed; and what they flag in data that is fine.

`python -m benchmarks.instructions FOLDER` reads `alpaca/gt_march12k.jsonl` and the other sets below FOLDER; one that is
not there is left out. A row counts as bad if people edited it, whatever they did to it; rows that they dropped or
replaced are not in the file as they were, so they are left out. People did not mark everything: a row that is flagged
and was kept may still be bad. The rules were written by looking at even lines only.
"""

import json
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from store import Workspace
from tools import TOOLS

KINDS = (
    "missing_label",
    "placeholder_fields",
    "merged_instructions",
    "impossible_tasks",
    "refusals",
    "answer_language",
    "repeated_questions",
    "truncated_answers",
    "wrong_arithmetic",
    "wrong_order",
)
FINE = {
    "raschka_instruct/instruction-data.json": {},
    "medquad/medquad_first4000.jsonl": {"text": "question", "label": "answer"},
    "gsm8k/train.jsonl": {},
}
"""Sets to be left alone."""
ALL = 1_000_000


@dataclass
class Found:
    """The rows that checks flag, by kind."""

    rows: dict[str, set[int]] = field(default_factory=dict[str, set[int]])
    sure: set[int] = field(default_factory=set[int])
    """Those whose reason does not say "likely"."""
    emptied: dict[int, str] = field(default_factory=dict[int, str])
    """What inputs are set to."""
    seconds: float = 0.0

    @property
    def together(self) -> set[int]:
        """All rows flagged by any check."""
        return set[int]().union(*self.rows.values())


def main(folder: Path) -> int:
    """Print the figures; gives 0."""
    with tempfile.TemporaryDirectory() as home:
        readable = Path(home).resolve() / "sets"
        readable.mkdir()
        with Workspace(Path(home) / "home", readable=(readable, folder)) as ws:
            if (file := folder / "alpaca" / "gt_march12k.jsonl").is_file():
                alpaca(ws, file, readable)
            for name in FINE:
                if (folder / name).is_file():
                    fine(ws, folder / name)
    return 0


def alpaca(ws: Workspace, file: Path, folder: Path) -> None:
    """Instructions with the changes that people made."""
    with file.open() as lines:
        told = [(place, json.loads(line)) for place, line in enumerate(lines)]
    rows = [(place, row) for place, row in told if row["original"]]
    flat = folder / "alpaca.jsonl"
    flat.write_text("".join(json.dumps(row["original"]) + "\n" for _, row in rows))
    found = checked(ws, flat, "alpaca")
    edited = {number for number, (_, row) in enumerate(rows, 1) if row["action"] != "keep"}
    print(f"\nalpaca: {len(rows):,} rows, {len(edited)} edited by people; checks took {found.seconds:.1f} s")
    for half, odd in (("even lines (looked at)", 0), ("odd lines (not looked at)", 1)):
        here = {number for number, (place, _) in enumerate(rows, 1) if place % 2 == odd}
        table(half, found, edited & here, here)
    table("both", found, edited, set(range(1, len(rows) + 1)))
    inputs = {number: row["cleaned"]["input"] for number, (_, row) in enumerate(rows, 1) if "input" in row["changed"]}
    same = sum(after == inputs.get(number) for number, after in found.emptied.items())
    print(f"inputs mended: {len(found.emptied)}, {same} just as people did")


def fine(ws: Workspace, file: Path) -> None:
    """Rows flagged where nothing, or little, is wrong."""
    name = file.parent.name
    found = checked(ws, file, name)
    rows = ws.datasets.head(name).rows
    each = ", ".join(f"{kind} {len(numbers)}" for kind, numbers in found.rows.items() if numbers) or "none"
    share = len(found.together) / rows
    print(f"\n{name}: {len(found.together)} of {rows:,} rows flagged ({share:.2%}): {each}; {found.seconds:.1f} s")


def checked(ws: Workspace, file: Path, name: str) -> Found:
    """Load a file as a user would, and run the checks."""
    arguments: dict[str, Any] = {"source": str(file), "name": name}
    with ws.approvals.typed("load_dataset", arguments):
        print(TOOLS["load_dataset"].run(ws, arguments).text)
    began = time.monotonic()
    result = TOOLS["propose_fixes"].run(ws, {"dataset": name, "kinds": list(KINDS)})
    found = Found({kind: set() for kind in KINDS}, seconds=time.monotonic() - began)
    for id_, kind in (result.data or {})["fixes"].items():
        for edit in ws.fixes.edits(id_, ALL):
            found.rows[kind].add(edit["_row"])
            if "likely: " not in edit["reason"]:
                found.sure.add(edit["_row"])
            if edit["action"] == "set" and edit["column_name"] == "input":
                found.emptied[edit["_row"]] = edit["after"]
    return found


def table(title: str, found: Found, edited: set[int], here: set[int]) -> None:
    """Precision, recall and harm of each check and of all together."""
    print(f"\n{title}: {len(here):,} rows, {len(edited)} edited")
    print(f"{'check':22}{'found':>7}{'edited':>8}{'precision':>11}{'recall':>8}{'harm':>8}")
    for name, rows in lines(found):
        flagged = rows & here
        good = len(flagged & edited)
        precision = f"{good / len(flagged):.2f}" if flagged else "-"
        harm = (len(flagged) - good) / (len(here) - len(edited))
        print(f"{name:22}{len(flagged):7}{good:8}{precision:>11}{good / len(edited):8.2f}{harm:8.2%}")


def lines(found: Found) -> Iterator[tuple[str, set[int]]]:
    """The rows of each check, and of all."""
    yield from found.rows.items()
    yield "together, sure alone", found.sure
    yield "all together", found.together


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Say where the data is: python -m benchmarks.instructions FOLDER")
    sys.exit(main(Path(sys.argv[1]).resolve()))
