"""The panel in which people label rows; its keys are in labelling.js. What was said stands in the store."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.labelling_markup import (
    answer,
    button,
    disputes,
    foot,
    framed,
    labels,
    name_asked,
    progress,
    read,
    safe,
    titled,
)
from store import StoreError, Workspace
from store.labellings import Labelling
from tools.labelling.desk import Desk, Shown

SCRIPT = Path(__file__).with_name("labelling.js").read_text()
LONGEST_PAUSE = 600.0
"""Seconds on one row above which somebody went away."""


@dataclass(frozen=True)
class Said:
    """What a browser sends: what to do, for which row, in how many seconds; nothing of it is trusted."""

    what: str
    value: str
    row: int
    seconds: float
    suggestion: str | None

    @classmethod
    def read(cls, sent: Mapping[str, Any]) -> "Said":
        """From the data of an event."""
        row, seconds = str(sent.get("row") or ""), sent.get("seconds")
        return cls(
            what=str(sent.get("what") or ""),
            value=str(sent.get("value") or "").strip(),
            row=int(row) if row.isascii() and row.isdigit() else -1,
            seconds=min(max(float(seconds), 0.0), LONGEST_PAUSE) if isinstance(seconds, int | float) else 0.0,
            suggestion=str(sent["suggestion"]) if sent.get("suggestion") else None,
        )


class Panel:
    """The labellings that are open in this process."""

    def __init__(self) -> None:
        self._desks: dict[tuple[Path, int], Desk] = {}
        self._lock = threading.Lock()

    def draw(self, ws: Workspace, annotator: str, closed: int) -> str:
        """The panel as HTML; empty where nothing is to be labelled, or this browser has closed it.

        Args:
            ws: The workspace.
            annotator: Who labels in this browser, empty if not known.
            closed: `Labelling.opened` of the one closed last in this browser.
        """
        labelling = ws.labellings.newest()
        if labelling is None or labelling.opened <= closed:
            return ""
        if not annotator:
            return framed(titled(labelling), name_asked())
        return self._next(self._desk(ws, labelling), ws, annotator)

    def act(self, ws: Workspace, annotator: str, said: Said) -> str:
        """Do what was asked, and draw what comes then.

        Raises:
            StoreError: It cannot be done; nothing was kept.
        """
        labelling = ws.labellings.newest()
        if labelling is None or not annotator:
            return self.draw(ws, annotator, 0)
        desk, number = self._desk(ws, labelling), labelling.number
        match said.what:
            case "label" | "answer" | "new" | "skip":
                self._keep(desk, ws, annotator, said)
            case "undo":
                row = ws.labellings.undo(number, annotator)
                if row is not None and (shown := desk.show(row, annotator)):
                    return self._row(desk, ws, annotator, shown)
            case "unskip":
                ws.labellings.unskip(number, annotator)
            case "settle" if desk.knows(said.row):
                ws.labellings.write(number, said.row, annotator, "settled", said.value, seconds=said.seconds)
                return disputes(ws, desk.labelling)
            case "disputes":
                return disputes(ws, labelling)
            case _:
                pass
        return self._next(desk, ws, annotator)

    def _keep(self, desk: Desk, ws: Workspace, annotator: str, said: Said) -> None:
        labelling = desk.labelling
        if not desk.knows(said.row):
            raise StoreError("That row is not one of those to label now. Nothing was kept.")
        value = said.value
        if said.what == "new" and labelling.style == "labels":
            value = ws.labellings.add_label(labelling.number, value)
        elif said.what == "label" and labelling.style == "labels" and value not in labelling.labels:
            raise StoreError("There is no such label any more. Nothing was kept.")
        ws.labellings.write(
            labelling.number,
            said.row,
            annotator,
            "skipped" if said.what == "skip" else "labelled",
            None if said.what == "skip" else value,
            seconds=said.seconds,
            suggestion=said.suggestion,
        )

    def _desk(self, ws: Workspace, labelling: Labelling) -> Desk:
        with self._lock:
            desk = self._desks.get((ws.folder, labelling.number))
            if desk is None or desk.opened != labelling.opened:
                desk = self._desks[ws.folder, labelling.number] = Desk(ws, labelling)
            return desk

    def _next(self, desk: Desk, ws: Workspace, annotator: str) -> str:
        if shown := desk.next(annotator):
            return self._row(desk, ws, annotator, shown)
        labelling, how_far = desk.labelling, desk.progress(annotator)
        told = "<p>There is nothing left for you to label here. Thank you!</p>"
        if how_far.skipped:
            again = button("unskip", f"Show the {how_far.skipped:,} you skipped", classes="tw-do")
            told = f"<p>Only rows that you skipped are left.</p>{again}"
        written = f"Say “apply the labels of {labelling.dataset}” in the chat to write them into the dataset."
        body = f'<div class="tw-read">{told}<p>{safe(written)}</p></div>'
        return framed(
            titled(labelling), progress(labelling, how_far, annotator) + body + foot(ws, labelling, undo=True)
        )

    def _row(self, desk: Desk, ws: Workspace, annotator: str, shown: Shown) -> str:
        labelling = desk.labelling
        said = labels(labelling, shown) if labelling.style == "labels" else answer(labelling, shown)
        body = progress(labelling, desk.progress(annotator), annotator) + read(labelling, shown) + said
        suggestion = shown.suggestion.value if shown.suggestion else ""
        return framed(titled(labelling), body + foot(ws, labelling, undo=True, skip=True), shown.row, suggestion)
