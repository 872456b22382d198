"""Take back one step in the middle, and keep those that came after it."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated

from pydantic import Field

from store import StoreError, Version, Workspace
from store.counted import Count
from store.delta import Delta, delta
from tools.clean._depends import fitted
from tools.clean._kinds import Kind
from tools.data._aside import Aside, again, aside
from tools.data._difference import difference
from tools.kinds import Changed, near
from tools.result import Result, Table
from tools.tool import ToolError, tool

Place = Annotated[int, Field(ge=1, le=100_000), near("step change number")]


@dataclass(frozen=True)
class _Plan:
    """What it comes to without the step."""

    head: Version
    undone: Version
    place: int
    base: Version
    made: list[Version]
    """The later steps done again, each a version of the workspace beside."""
    anew: list[str]
    """Sentences of those that were computed anew from all rows."""

    @property
    def last(self) -> Version:
        return self.made[-1] if self.made else self.base

    @property
    def sentence(self) -> str:
        return f"Undid step {self.place} alone: {self.undone.sentence}"


@tool(
    effect="writes",
    asks=[
        ("undo step 2 of tickets but keep everything after it", {"dataset": "tickets", "step": 2}),
        ("take only the masking of phone numbers in leads back", {"dataset": "leads", "kind": "phone_numbers"}),
        ("remove change number 3 from reviews and leave the later ones", {"dataset": "reviews", "step": 3}),
        ("I want calls without its fourth step, the rest was fine", {"dataset": "calls", "step": 4}),
        ("undo just the dropped duplicates in orders, nothing else", {"dataset": "orders", "kind": "exact_duplicates"}),
        ("the second edit of notes was a mistake, the others were right", {"dataset": "notes", "step": 2}),
        ("cancel a change in the middle of the history of claims", {"dataset": "claims"}),
        (
            "put the e-mail addresses in chats back and keep the other fixes",
            {"dataset": "chats", "kind": "email_addresses"},
        ),
        ("revert step 5 in letters without losing steps 6 and 7", {"dataset": "letters", "step": 5}),
        ("can forms be had as if step 2 had never been done?", {"dataset": "forms", "step": 2}),
        ("single out the third change to menus and reverse that one only", {"dataset": "menus", "step": 3}),
        (
            "contracts: un-trim the spaces again, but don't touch what we did later",
            {"dataset": "contracts", "kind": "stray_whitespace"},
        ),
    ],
)
def undo_step(ws: Workspace, dataset: Changed, step: Place | None = None, kind: Kind | None = None) -> Result:
    r"""Undo one step in the middle of a dataset's history and keep the later ones, if they do not depend on it.

    Args:
        dataset: The dataset.
        step: Which step, counted from 1, the loading, as the history lists them.
        kind: What the step mended, in place of its number.

    Example:
        >>> from tools import TOOLS
        >>> rows = "one  two,a\none  two,a\nthree four,b\n"
        >>> _ = (ws.uploads / "mails.csv").write_text("text,label\n" + rows)
        >>> with ws.approvals.typed("undo_step", {"dataset": "mails"}):
        ...     _ = TOOLS["load_dataset"](ws, "mails.csv")
        ...     for kind in ("exact_duplicates", "stray_whitespace"):
        ...         _ = TOOLS["propose_fixes"](ws, "mails", kinds=[kind])
        ...         _ = TOOLS["apply_fixes"](ws, dataset="mails")
        ...     print(undo_step(ws, "mails", step=2))
        Undid step 2 alone: Dropped 1 row that repeated an earlier row exactly. 1 later step was kept. mails is now
        version 4 with 3 rows. fix-1 is open again.
    """
    with _planned(ws, dataset, step, kind) as plan:
        before = {fix.id for fix in ws.fixes.all(dataset, state="open")}
        if plan.made:
            version = ws.fixes.adopt(dataset, plan.made, plan.sentence, plan.base.number)
        else:
            version = ws.fixes.move_head(dataset, plan.base.number, plan.sentence)
        kept = Count(len(plan.made))
    reopened = [fix.id for fix in ws.fixes.all(dataset, state="open") if fix.id not in before]
    again_ = f" {' and '.join(reopened)} {'is' if len(reopened) == 1 else 'are'} open again." if reopened else ""
    later = f" {kept:later step was|later steps were} kept." if kept else ""
    return Result(
        f"{plan.sentence}{later} {dataset} is now version {version.number} with {Count(version.rows):row|rows}."
        f"{_anew(plan)}{again_}",
        next=[f"undo the last change of {dataset}", f"show the history of {dataset}"],
        data={"dataset": dataset, "version": version.number, "rows": version.rows, "kept": int(kept)},
    )


@undo_step.preview
def _preview(ws: Workspace, dataset: Changed, step: Place | None = None, kind: Kind | None = None) -> Result:
    with _planned(ws, dataset, step, kind) as plan:
        apart = difference(plan.head, plan.last)
        kept = [(version.sentence, version.rows) for version in plan.made]
        told = f"Undo step {plan.place} alone: {plan.undone.sentence}"
        return Result(
            f"{told} {Count(len(kept)):later step is|later steps are} done again without it. {apart}{_anew(plan)}",
            tables=[Table("Done again, in this order", ("step", "rows afterwards"), kept)] if kept else [],
            changes=apart.changes,
            data={"step": plan.place, "come": apart.come, "go": apart.go, "changed": apart.changed},
        )


def _anew(plan: _Plan) -> str:
    if not plan.anew:
        return ""
    return (
        f" Computed anew, since {'it looks' if len(plan.anew) == 1 else 'they look'} at all rows: {' '.join(plan.anew)}"
    )


@contextmanager
def _planned(ws: Workspace, dataset: str, step: int | None, kind: str | None) -> Generator[_Plan]:
    head = ws.datasets.head(dataset)
    line = ws.datasets.lineage(dataset, head.number)
    place = _place(line, step, kind)
    base, undone, *later = line[place - 2 :]
    with aside(ws, dataset) as there:
        there.begin(base)
        made, anew = _done_again(there, delta(base.path, undone.path, there.folder, "undone"), place, [undone, *later])
        yield _Plan(head, undone, place, base, made, anew)


def _done_again(there: Aside, undone: Delta, place: int, line: list[Version]) -> tuple[list[Version], list[str]]:
    """The steps after the first of `line`, done without it, and the sentences of those that were computed anew.

    Raises:
        ToolError: One depends on it; the message says which and why.
    """
    made: list[Version] = []
    anew: list[str] = []
    for number, (before, version) in enumerate(pairwise(line), place + 1):
        call = again(version)
        if call and "source" not in call[1]:  # what was loaded is in the rows
            try:
                made.append(there.run(call[0], {**call[1], "dataset": there.dataset}))
            except StoreError as error:
                raise ToolError(_refused(place, number, version, [str(error)])) from error
            anew.append(made[-1].sentence)
            continue
        did = delta(before.path, version.path, there.folder, f"step-{number}")
        looked = fitted(did, undone, there.head, there.folder)
        if looked.why:
            raise ToolError(_refused(place, number, version, looked.why))
        step = Delta(did.before, did.after, looked.files)
        made.append(there.do(step, version.sentence, version.roles, version.recipe))
    return made, anew


def _refused(place: int, number: int, version: Version, why: list[str]) -> str:
    return (
        f"Step {place} cannot be undone alone, for step {number} depends on it ({version.sentence.rstrip('.')}): "
        f"{'; '.join(reason.rstrip('.') for reason in why)}. Undo step {number} first, or go back to a version."
    )


def _place(line: list[Version], step: int | None, kind: str | None) -> int:
    """Which place of the line is meant, from 1."""
    listed = " ".join(f"{place}. {version.sentence}" for place, version in enumerate(line, 1))
    if kind and step is None:
        found = [place for place, version in enumerate(line, 1) if version.recipe.get("kind") == kind]
        if not found:
            raise ToolError(f"No step of {line[0].dataset} mended {kind.replace('_', ' ')}. Its steps: {listed}")
        step = found[-1]
    if step is None:
        raise ToolError(f"Which step? {line[0].dataset} has these: {listed}")
    if step > len(line):
        raise ToolError(f"{line[0].dataset} has no step {step}. Its steps: {listed}")
    if step == 1:
        raise ToolError(f"Step 1 made {line[0].dataset}: without it there is nothing. Its steps: {listed}")
    return step
