"""The side panel's conversations, and the language of the page."""

import time
from typing import Any

import gradio as gr

from assistant.card_rows import QUICK
from assistant.host import Host
from assistant.languages import speak
from assistant.layout import Layout, in_their_language, spoken_parts
from assistant.place import here, place_of
from assistant.talks import Wish, listed, saved
from assistant.told import told

EVERY_SECONDS = 2
SAVE = """made => {
  if (!made) return
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([made.text], {type: made.kind}))
  link.download = made.name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10000)
}"""


class Side:
    """The handlers; `place` is where the browser is, see `assistant.place`."""

    def __init__(self, host: Host, layout: Layout, place: gr.BrowserState) -> None:
        self.host, self.layout, self.place = host, layout, place
        self.drawn = gr.State("")

    def wire(self, page: gr.Blocks, look: dict[str, Any]) -> None:
        """Connect the components; `look` draws the conversation that is opened then."""
        at, where = self.layout.talks, [self.place, self.layout.talks.search]
        draw: dict[str, Any] = {"fn": self.draw, "inputs": where, "outputs": [self.drawn], **QUICK}
        gr.Timer(EVERY_SECONDS).tick(**draw)
        self.drawn.change(_as_it_is, [self.drawn], [at.listed], **QUICK)
        at.search.input(**draw)
        at.listed.submit(self.do, [self.place], [self.place, at.saved], **QUICK).then(**look).then(**draw)
        at.saved.change(None, [at.saved], None, js=SAVE)
        at.new.click(self.new, [self.place], [self.place], **QUICK).then(**look).then(**draw)
        page.load(self.speak, None, spoken_parts(self.layout), **QUICK).then(**draw)

    def speak(self, request: gr.Request) -> Any:
        """Put the page into the reader's language; it is laid out in English."""
        spoken = speak(request)
        return (
            in_their_language(spoken, self.host.settings.on_space)
            if spoken != "en"
            else [gr.skip()] * len(spoken_parts(self.layout))
        )

    def draw(self, place: str, words: str, request: gr.Request) -> str:
        """The list of conversations as it is now."""
        return listed(here(self.host, request, place), words or "")

    def do(self, place: str, sent: gr.EventData, request: gr.Request) -> Any:
        """Open, rename or save a conversation: its place, and the file to save."""
        ws, wish = here(self.host, request, place), Wish.read(sent._data or {})
        nothing = gr.skip(), gr.skip()

        def done() -> Any:
            match wish.what:
                case "open":
                    opened = ws.in_conversation(ws.conversations.get(wish.thread).id)
                    self.host.go_on(opened)
                    return place_of(opened), gr.skip()
                case "save":
                    again = {"at": time.time_ns()}  # the same file twice is news, too
                    return gr.skip(), saved(ws, wish) | again
                case "rename":
                    ws.conversations.name(wish.thread, wish.value)
                    return nothing
                case _:
                    return nothing

        return told(done, otherwise=nothing)

    def new(self, place: str, request: gr.Request) -> Any:
        """Begin another conversation of the project, unless nothing was said in this one yet. What is typed stays."""
        ws = here(self.host, request, place)
        if ws.conversations.current().events:
            ws = ws.in_conversation(ws.conversations.new().id)
        return place_of(ws)


def _as_it_is(shown: Any) -> Any:
    return shown
