"""Fixes as tables and as rows before and after, for the chat and for approval cards."""

import json
from collections.abc import Sequence
from os.path import commonprefix
from typing import Any

from store import Fix, Workspace
from tools.result import Change, Table

WIDTH = 400
"""Characters of a cell to show, around where it changes."""


def fixes_table(title: str, fixes: Sequence[Fix]) -> Table:
    """A line a fix."""
    rows = [(fix.id, fix.kind.replace("_", " "), fix.rows, fix.sentence, fix.why) for fix in fixes]
    return Table(title, ("fix", "kind", "rows", "what it would do", "why"), rows)


def change_of(ws: Workspace, fix: Fix, limit: int) -> Change:
    """The first rows of a fix before and after."""
    rows = [_line(edit) for edit in ws.fixes.edits(fix.id, limit)]
    return Change(f"{fix.id}: {fix.sentence}", rows)


def _line(edit: dict[str, Any]) -> tuple[str, str, str]:
    before, after = clipped(readable(edit["before"] or ""), readable(edit["after"] or ""))
    return f"row {edit['_row']}, {clipped(edit['reason'], '')[0]}", before, after


def readable(text: str) -> str:
    """Messages as a script, a line each; other text as it is."""
    if not text.startswith('[{"'):
        return text
    try:
        messages: list[dict[str, Any]] = json.loads(text)
    except ValueError:
        return text
    return "\n".join(": ".join(str(value) for value in message.values()) for message in messages)


def clipped(before: str, after: str, width: int = WIDTH) -> tuple[str, str]:
    """Both texts cut to `width` characters from a little before where they begin to differ."""
    start = max(0, len(commonprefix([before, after])) - width // 4) if after else 0

    def cut(text: str) -> str:
        piece = text[start : start + width]
        return f"{'…' if start and piece else ''}{piece}{'…' if start + width < len(text) else ''}"

    return cut(before), cut(after)
