"""The card that asks for a yes: approve, approve a part, edit, or decline with words."""

from collections.abc import Callable
from html import escape
from typing import Any

import gradio as gr

from assistant.form import field, listed, read
from assistant.markup import plain
from store import StoreError, Workspace
from store.approvals import Answer, Approval
from tools import TOOLS

QUICK: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden", "concurrency_limit": None}
"""For every event. They go through Gradio's queue, since warnings and changes of a state reach a tab by it alone."""
Answering = Callable[[Answer, str, dict[str, Any] | None, gr.Request], None]
"""Takes the answer, the user's words, and the arguments if they were edited."""


def draw_card(ws: Workspace, approval: Approval, answer: Answering) -> None:
    """Lay out the card of an open question, inside a `gr.render`."""
    schema = TOOLS[approval.tool].schema(ws) if approval.tool in TOOLS else {"properties": {}}
    part = listed(schema, approval.arguments, approval.preview)
    gr.Markdown(f"### {plain(_question(approval))}\nIt is shown above. Nothing changes until you approve.")
    chosen = _choice(ws, *part) if part else None
    with gr.Row(elem_classes="tw-buttons"):
        approve = gr.Button("Approve all" if part else "Approve", variant="primary", elem_id="tw-approve")
        some = gr.Button("Approve selected", visible=bool(part), elem_id="tw-approve-selected")
        decline = gr.Button("Decline", elem_id="tw-decline")
    note = gr.Textbox(
        label="Words to go with a no",
        placeholder="If not: why, or what instead?",
        elem_id="tw-note",
        max_lines=3,
        show_label=False,
        container=False,
    )
    _editor(schema, approval, answer)

    def approved(request: gr.Request) -> None:
        answer("yes", "", None, request)

    def declined(words: str, request: gr.Request) -> None:
        answer("no", words, None, request)

    approve.click(approved, [], None, **QUICK)
    decline.click(declined, [note], None, **QUICK)
    note.submit(declined, [note], None, **QUICK)
    if part and chosen:
        some.click(_in_part(*part, approval, answer), [chosen], None, **QUICK)


def _in_part(part: str, names: list[Any], approval: Approval, answer: Answering) -> Callable[..., None]:
    def approved(chosen: list[Any], request: gr.Request) -> None:
        if not chosen:
            gr.Warning("Nothing is selected. Select at least one, or decline.")
            return
        answer("yes", "", {**approval.arguments, part: [one for one in names if one in chosen]}, request)

    return approved


def _question(approval: Approval) -> str:
    return f"{approval.tool.replace('_', ' ').capitalize()}: shall I go ahead?"


def _choice(ws: Workspace, part: str, names: list[Any]) -> gr.CheckboxGroup:
    known = {fix.id: f"{fix.id}: {fix.sentence}" for fix in ws.fixes.all()}
    choices = [(known.get(str(name), str(name)), name) for name in names]
    label = f"Which {part.replace('_', ' ')}"
    return gr.CheckboxGroup(choices, value=names, label=label, interactive=True, elem_id="tw-some")


def _editor(schema: dict[str, Any], approval: Approval, answer: Answering) -> None:
    parts = {name: part for name, part in schema["properties"].items() if name in approval.arguments}
    if not parts:
        return
    with gr.Accordion("Edit before approving", open=False, elem_id="tw-edit"):
        fields = [field(name, part, approval.arguments[name]) for name, part in parts.items()]
        button = gr.Button("Approve as edited", elem_id="tw-approve-edited")

    def approved(request: gr.Request, *values: Any) -> None:
        try:
            told = {name: read(name, parts[name], value) for name, value in zip(parts, values, strict=True)}
        except StoreError as error:
            gr.Warning(escape(str(error)), duration=15)
            return
        answer("yes", "", {**approval.arguments, **told}, request)

    button.click(approved, fields, None, **QUICK)
