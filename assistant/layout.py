"""Where things stand on the page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from assistant import guide, talks
from assistant.labelling import SCRIPT
from assistant.languages import say

CHIPS = 6


@dataclass(frozen=True)
class Layout:
    """The components that handlers speak to."""

    side: gr.Sidebar
    status: gr.HTML
    labelling: gr.HTML
    chat: gr.Chatbot
    live: gr.Column
    live_html: gr.HTML
    curves: gr.Accordion
    curves_html: gr.HTML
    stop_run: gr.Button
    card: gr.Column
    chips: Sequence[gr.Button]
    box: gr.MultimodalTextbox
    projects: gr.Radio
    new_name: gr.Textbox
    new: gr.Button
    board: gr.HTML
    talks: "Talks"
    guide: "Guide"


@dataclass(frozen=True)
class Talks:
    """What the list of conversations is made of."""

    new: gr.Button
    search: gr.Textbox
    listed: gr.HTML
    saved: gr.JSON


@dataclass(frozen=True)
class Guide:
    """What helps to find one's way, in the reader's language."""

    tour: gr.HTML
    keys: gr.HTML
    languages: gr.HTML


def lay_out(on_space: bool = False) -> Layout:
    """Make the components, inside a `gr.Blocks`.

    Args:
        on_space: Whether the machine is a Hugging Face Space, and not the reader's own.
    """
    with gr.Sidebar(open=False, width=300, elem_id="tw-side") as side:
        gr.HTML('<p class="tw-name">Tunewright</p>', padding=False)
        board = gr.HTML(elem_id="tw-board")
        talk_list = _talks()
        projects = gr.Radio([], label=say("projects"), elem_id="tw-projects")
        new_name = gr.Textbox(label=say("new_project"), placeholder=say("its_name"), max_lines=1, elem_id="tw-new-name")
        new = gr.Button(say("begin_project"), size="sm", elem_id="tw-new")
        languages = gr.HTML(guide.languages("en"), elem_id="tw-languages", padding=False)
        keys = gr.HTML(guide.key_map(), elem_id="tw-keys", padding=False)
    with gr.Column(elem_id="tw-main"):
        gr.HTML("<h1>Tunewright</h1>", elem_id="tw-heading", padding=False)
        status = gr.HTML(elem_id="tw-status")
        labelling = gr.HTML("", elem_id="tw-labelling", js_on_load=SCRIPT, apply_default_css=False)
        chat = _chat(on_space)
        card = gr.Column(elem_id="tw-card")
        live, live_html, curves, curves_html, stop_run = _training()
        tour = gr.HTML(guide.tour("en"), elem_id="tw-tour", js_on_load=guide.SCRIPT, padding=False)
        chips = _chips()
        box = _box()
    return Layout(
        side,
        status,
        labelling,
        chat,
        live,
        live_html,
        curves,
        curves_html,
        stop_run,
        card,
        chips,
        box,
        projects,
        new_name,
        new,
        board,
        talk_list,
        Guide(tour, keys, languages),
    )


def spoken_parts(at: Layout) -> list[Any]:
    """The components whose words stand still, in the order of `in_their_language`."""
    side = [at.talks.new, at.talks.search, at.projects, at.new_name, at.new]
    return [*side, at.curves, at.stop_run, at.chat, at.box, at.guide.tour, at.guide.keys, at.guide.languages]


def in_their_language(spoken: str, on_space: bool) -> list[Any]:
    """What `spoken_parts` become in the language of who is asking; call it in a handler only."""
    return [
        gr.Button(say("new_conversation")),
        gr.Textbox(label=say("search"), placeholder=say("search_hint")),
        gr.Radio(label=say("projects")),
        gr.Textbox(label=say("new_project"), placeholder=say("its_name")),
        gr.Button(say("begin_project")),
        gr.Accordion(label=say("more_curves")),
        gr.Button(say("stop_training")),
        gr.Chatbot(label=say("conversation"), placeholder=welcome(on_space)),
        gr.MultimodalTextbox(label=say("message"), placeholder=say("message_hint")),
        guide.tour(spoken),
        guide.key_map(),
        guide.languages(spoken),
    ]


def welcome(on_space: bool) -> str:
    """What an empty conversation says."""
    promise = say("welcome_promise", where=say("this_space" if on_space else "this_machine"))
    return f"## {say('welcome')}\n{say('welcome_how')}\n\n*{promise}*"


def _talks() -> Talks:
    new = gr.Button(say("new_conversation"), size="sm", elem_id="tw-new-talk")
    search = gr.Textbox(label=say("search"), placeholder=say("search_hint"), max_lines=1, elem_id="tw-search")
    listed = gr.HTML(elem_id="tw-talks", js_on_load=talks.SCRIPT, padding=False)
    return Talks(new, search, listed, gr.JSON(visible=False))


def _training() -> tuple[gr.Column, gr.HTML, gr.Accordion, gr.HTML, gr.Button]:
    """The training that goes on: its column, its figures, the curves to unfold with what they show, and its stop."""
    with gr.Column(visible=False, elem_id="tw-live") as live:
        figures = gr.HTML(elem_id="tw-figures", padding=False)
        with gr.Accordion(say("more_curves"), open=False, elem_id="tw-more-curves") as curves:
            drawn = gr.HTML()
        stop = gr.Button(say("stop_training"), size="sm", elem_id="tw-stop-run")
    return live, figures, curves, drawn, stop


def _chips() -> list[gr.Button]:
    with gr.Row(elem_id="tw-chips"):
        return [gr.Button("", visible=False, size="sm", variant="secondary") for _ in range(CHIPS)]


def _chat(on_space: bool) -> gr.Chatbot:
    return gr.Chatbot(
        label=say("conversation"),
        show_label=False,
        elem_id="tw-chat",
        allow_tags=False,
        latex_delimiters=[],
        reasoning_tags=[],
        buttons=[],
        feedback_options=None,
        placeholder=welcome(on_space),
        layout="panel",
    )


def _box() -> gr.MultimodalTextbox:
    """The box takes any file, since it can send nothing more once it has refused one; `take` says which are read."""
    return gr.MultimodalTextbox(
        label=say("message"),
        show_label=False,
        elem_id="tw-box",
        placeholder=say("message_hint"),
        file_count="multiple",
        sources=["upload"],
        autofocus=True,
        max_lines=8,
        max_plain_text_length=20_000,
    )
