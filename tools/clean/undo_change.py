"""Take back the last change of a dataset."""

from typing import Annotated

from pydantic import Field

from store import Version, Workspace
from store.counted import Count
from tools.data._difference import difference
from tools.kinds import Changed, near
from tools.result import Result
from tools.tool import ToolError, tool

Number = Annotated[int, Field(ge=1, le=100_000), near("version number")]
BEFORE = {"Undid:": "Undo:", "Redid:": "Redo:", "Went": "Go"}
"""How a sentence of the history begins, and how it does while it is a question."""


@tool(
    effect="writes",
    asks=[
        ("undo that", {"dataset": "tickets"}),
        ("take back the last change to reviews", {"dataset": "reviews"}),
        ("go back to version 1 of tickets", {"dataset": "tickets", "to_version": 1}),
        ("redo what I just undid in messages", {"dataset": "messages"}),
        ("I want reviews as it was in version 3", {"dataset": "reviews", "to_version": 3}),
        ("oops, revert chats please", {"dataset": "chats"}),
        ("put leads back, that was wrong", {"dataset": "leads"}),
        ("restore the original calls, version 1", {"dataset": "calls", "to_version": 1}),
        ("I regret the cleaning of letters", {"dataset": "letters"}),
        ("bring the deleted rows of orders back", {"dataset": "orders"}),
        ("reverse what you just did to notes", {"dataset": "notes"}),
        ("roll contracts back to version 2", {"dataset": "contracts", "to_version": 2}),
        ("I liked forms better before", {"dataset": "forms"}),
    ],
)
def undo_change(ws: Workspace, dataset: Changed, to_version: Number | None = None) -> Result:
    """Undo the last change of a dataset, redo what was undone last, or go back to a version.

    Args:
        dataset: The dataset.
        to_version: The version to go to; the one before the last change if left out.

    Example:
        >>> print(propose_fixes(ws, "reviews", kinds=["exact_duplicates"]))
        Looked at 3 rows of reviews. ...
        >>> print(apply_fixes(ws, dataset="reviews"))
        Dropped 1 row that repeated an earlier row exactly. ...
        >>> print(undo_change(ws, "reviews"))
        Undid: Dropped 1 row that repeated an earlier row exactly. reviews is at version 1 again, with 3 rows.
        fix-1 is open again.
    """
    target, sentence = _planned(ws, dataset, to_version)
    before = {fix.id for fix in ws.fixes.all(dataset, state="open")}
    version = ws.fixes.move_head(dataset, target.number, sentence)
    reopened = [fix.id for fix in ws.fixes.all(dataset, state="open") if fix.id not in before]
    again = f" {' and '.join(reopened)} {'is' if len(reopened) == 1 else 'are'} open again." if reopened else ""
    return Result(
        f"{sentence} {dataset} is at version {version.number} again, with {Count(version.rows):row|rows}.{again}",
        next=[f"redo what was undone in {dataset}", f"show the history of {dataset}", f"profile {dataset}"],
        data={"dataset": dataset, "version": version.number, "rows": version.rows, "reopened": reopened},
    )


@undo_change.preview
def _preview(ws: Workspace, dataset: Changed, to_version: Number | None = None) -> Result:
    head = ws.datasets.head(dataset)
    target, sentence = _planned(ws, dataset, to_version)
    apart = difference(head, target)
    verb, _, rest = sentence.partition(" ")
    return Result(
        f"{BEFORE[verb]} {rest} {dataset} goes from version {head.number} to version {target.number}. {apart}",
        changes=apart.changes,
        data={"from": head.number, "to": target.number, "come": apart.come, "go": apart.go, "changed": apart.changed},
    )


def _planned(ws: Workspace, dataset: str, to_version: int | None) -> tuple[Version, str]:
    """The version to go to, and the sentence for the history."""
    head, last = ws.datasets.head(dataset), ws.datasets.history(dataset)[-1]
    if to_version is not None and to_version != head.number:
        return ws.datasets.version(dataset, to_version), f"Went to version {to_version}."
    if to_version is not None:
        raise ToolError(f"{dataset} is at version {to_version} already.")
    if last.before is None:
        raise ToolError(f"{dataset} is as it was loaded, so there is nothing to undo.")
    undone = last.sentence.removeprefix("Undid: ")
    if undone != last.sentence:
        return ws.datasets.version(dataset, last.before), f"Redid: {undone}"
    return ws.datasets.version(dataset, last.before), f"Undid: {last.sentence.removeprefix('Redid: ')}"
