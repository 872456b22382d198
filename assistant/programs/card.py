"""The card of a question that another program put: what it would do, and yes or no to exactly that."""

import gradio as gr

from assistant.card_rows import QUICK, Whose
from assistant.cards import draw_note
from assistant.languages import say
from assistant.markup import inside, plain
from assistant.told import told
from store.approvals import Answer, Approval
from tools import Result


def draw_question(asked: Approval, whose: Whose) -> None:
    """Lay out the card, inside a `gr.render`.

    Args:
        asked: The question.
        whose: The workspace of whoever clicks.
    """
    preview = Result.from_json(asked.preview)
    title = say("shall_i", tool=asked.tool.replace("_", " ").capitalize())
    gr.Markdown(f"## {plain(say('asks', program=asked.asked_by))}: {plain(title)}\n{plain(preview.text)}")
    if html := inside(preview):
        gr.HTML(html)
    with gr.Row(elem_classes="tw-buttons"):
        approve = gr.Button(say("approve"), variant="primary", elem_id="tw-approve")
        decline = gr.Button(say("decline"), elem_id="tw-decline")
    note = draw_note()

    def answer(said: Answer, words: str, request: gr.Request) -> None:
        told(lambda: whose(request).approvals.answer(asked.id, said, words), otherwise=None)

    def approved(request: gr.Request) -> None:
        answer("yes", "", request)

    def declined(words: str, request: gr.Request) -> None:
        answer("no", words, request)

    approve.click(approved, None, None, **QUICK)
    decline.click(declined, [note], None, **QUICK)
    note.submit(declined, [note], None, **QUICK)
