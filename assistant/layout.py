"""Where things stand on the page."""

from collections.abc import Sequence
from dataclasses import dataclass

import gradio as gr

from assistant.labelling import SCRIPT

CHIPS = 6
WELCOME = """### What should your model do?
Say it in a sentence, drop a file with examples below, or try the sample.

*Everything stays on this machine, and nothing is changed before you approve it.*"""


@dataclass(frozen=True)
class Layout:
    """The components that handlers speak to."""

    width: gr.Number
    side: gr.Sidebar
    status: gr.HTML
    labelling: gr.HTML
    chat: gr.Chatbot
    live: gr.Column
    live_html: gr.HTML
    stop_run: gr.Button
    card: gr.Column
    chips: Sequence[gr.Button]
    box: gr.MultimodalTextbox
    projects: gr.Radio
    new_name: gr.Textbox
    new: gr.Button
    board: gr.HTML


def lay_out() -> Layout:
    """Make the components, inside a `gr.Blocks`."""
    width = gr.Number(visible=False)
    with gr.Sidebar(open=False, width=300, elem_id="tw-side") as side:
        gr.Markdown("# Tunewright")
        board = gr.HTML(elem_id="tw-board")
        projects = gr.Radio([], label="Projects", elem_id="tw-projects")
        new_name = gr.Textbox(label="New project", placeholder="its name", max_lines=1, elem_id="tw-new-name")
        new = gr.Button("Begin project", size="sm", elem_id="tw-new")
    with gr.Column(elem_id="tw-main"):
        status = gr.HTML(elem_id="tw-status")
        labelling = gr.HTML("", elem_id="tw-labelling", js_on_load=SCRIPT, apply_default_css=False)
        chat = _chat()
        with gr.Column(visible=False, elem_id="tw-live") as live:
            live_html = gr.HTML()
            stop_run = gr.Button("Stop training", size="sm", elem_id="tw-stop-run")
        card = gr.Column(elem_id="tw-card")
        with gr.Row(elem_id="tw-chips"):
            chips = [gr.Button("", visible=False, size="sm", variant="secondary") for _ in range(CHIPS)]
        box = _box()
    return Layout(
        width,
        side,
        status,
        labelling,
        chat,
        live,
        live_html,
        stop_run,
        card,
        chips,
        box,
        projects,
        new_name,
        new,
        board,
    )


def _chat() -> gr.Chatbot:
    return gr.Chatbot(
        label="Conversation",
        show_label=False,
        elem_id="tw-chat",
        allow_tags=False,
        latex_delimiters=[],
        reasoning_tags=[],
        buttons=[],
        feedback_options=None,
        placeholder=WELCOME,
        layout="panel",
    )


def _box() -> gr.MultimodalTextbox:
    """The box takes any file, since it can send nothing more once it has refused one; `take` says which are read."""
    return gr.MultimodalTextbox(
        label="Message",
        show_label=False,
        elem_id="tw-box",
        placeholder="Say what you want, or drop a file here",
        file_count="multiple",
        sources=["upload"],
        autofocus=True,
        max_lines=8,
        max_plain_text_length=20_000,
    )
