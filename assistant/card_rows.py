"""The rows of fixes on a card, wired: which fix is open, which page, and what is marked."""

from collections.abc import Callable, Sequence
from html import escape
from typing import Any

import gradio as gr

from assistant.markup import plain
from assistant.rows import TELLS, View, acted, marked, rows_html
from store import Fix, StoreError, Workspace
from store.counted import Count

QUICK: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden", "concurrency_limit": None}
"""For every event. They go through Gradio's queue, since warnings and changes of a state reach a tab by it alone."""
INTO_VIEW = "() => document.querySelector('#tw-open-rows')?.scrollIntoView({block: 'start'})"
Whose = Callable[[gr.Request], Workspace]


def draw_rows(
    ws: Workspace, fixes: Sequence[Fix], whose: Whose, seen: gr.State, payload: Callable[[Workspace], str]
) -> None:
    """Lay out the choice of a fix and its rows, inside a `gr.render`.

    Args:
        ws: The workspace.
        fixes: The fixes that are asked about.
        whose: The workspace of whoever clicks.
        seen: Holds the payload of the call as the card shows it.
        payload: That payload as it is now.
    """
    known = {fix.id for fix in fixes}
    choices = [
        ("none", ""),
        *((f"{fix.id}: {Count(fix.rows):row|rows}, {fix.kind.replace('_', ' ')}", fix.id) for fix in fixes),
    ]
    opened = gr.Dropdown(choices, value="", label="Look at all rows of", interactive=True, elem_id="tw-open-rows")
    marks = gr.Markdown(plain(marked(fixes)), elem_id="tw-marks")
    view = gr.State(View())
    shown = gr.HTML("", js_on_load=TELLS, elem_id="tw-rows", visible=False)

    def open_rows(id_: str, request: gr.Request) -> Any:
        if id_ not in known:
            return gr.HTML("", visible=False), View()
        mine = whose(request)
        return gr.HTML(rows_html(mine, mine.fixes.get(id_), View()), visible=True), View()

    def act(id_: str, now: View, event: gr.EventData, request: gr.Request) -> Any:
        mine = whose(request)
        try:
            if id_ not in known:
                raise StoreError("These rows are not asked about here. Load the page again.")
            now = acted(mine, mine.fixes.get(id_), now, event.told)
        except StoreError as error:
            gr.Warning(escape(str(error)), duration=15)
            return gr.skip(), gr.skip(), gr.skip(), gr.skip()
        told = plain(marked([mine.fixes.get(fix.id) for fix in fixes]))
        return rows_html(mine, mine.fixes.get(id_), now), now, told, payload(mine)

    opened.change(open_rows, [opened], [shown, view], **QUICK).then(None, js=INTO_VIEW, **QUICK)
    shown.click(act, [opened, view], [shown, view, marks, seen], **QUICK)
