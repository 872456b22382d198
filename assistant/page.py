"""The page: it sends what the user says, and shows what stands in the store's log. It keeps nothing itself."""

from collections.abc import Sequence
from html import escape
from typing import Any

import gradio as gr

from assistant.board import curves, live, stages, still_sensible, warned, watched_run
from assistant.card_rows import QUICK
from assistant.cards import draw_card
from assistant.greeting import receive
from assistant.host import Host
from assistant.in_use import closer, live_services
from assistant.labelling import Said
from assistant.languages import say
from assistant.layout import CHIPS, Layout, lay_out
from assistant.opened import Opened
from assistant.pace import Pace
from assistant.place import here, place_of
from assistant.programs.card import draw_question
from assistant.side import Side
from assistant.told import told
from assistant.uploads import mention, take
from store import StoreError
from store.approvals import Answer
from tools.project.sample import TICKETS

EVERY_SECONDS = 0.5
CURVES_SECONDS = 3
START = ("My goal is to ", f"Load the sample {TICKETS.name}", "What can you do?", "What is LoRA?")
"""Offered in an empty conversation. One that ends in a space is put into the box, to be ended by the user."""

FIT = "() => ({__type__: 'update', open: window.innerWidth >= 900})"
"""The side panel stands open where there is room beside the chat, as `window.css` has it until then."""
FITTED = "() => requestAnimationFrame(() => { document.body.dataset.fitted = '' })"


def build_page(host: Host) -> gr.Blocks:
    """Lay out the page and wire it to a host."""
    with gr.Blocks(title="Tunewright", fill_height=True, analytics_enabled=False, delete_cache=(3600, 86400)) as page:
        layout = lay_out(host.settings.on_space)
        _Wiring(host, layout, page).wire()
        receive(host, layout, page)
    return page


class _Wiring:
    """The handlers. Each finds the workspace of whoever asks and does one thing.

    `look` runs all the time and touches nothing that can be seen: what it finds goes into states, and only when one of
    them changes its part of the page is drawn. A chat that is touched scrolls to its end.
    """

    def __init__(self, host: Host, layout: Layout, page: gr.Blocks) -> None:
        self.host, self.layout, self.page = host, layout, page
        self.project = gr.BrowserState("main", storage_key="tunewright-project", secret="only a name, no secret")
        self.talk, self.side, self.training = gr.State(), gr.State(), gr.State()
        self.curves, self.unfolded, self.warned = gr.State(""), gr.State(False), gr.State([])
        self.question = gr.State()
        self.timer, self.curves_timer = gr.Timer(EVERY_SECONDS), gr.Timer(CURVES_SECONDS)
        self.pace = Pace(EVERY_SECONDS)
        self.opened, self.panel = gr.State(), Opened()
        who = {"annotator": "", "closed": {}}
        self.who = gr.BrowserState(who, storage_key="tunewright-labelling", secret="only a name, no secret")

    def wire(self) -> None:
        """Connect the components."""
        at, mine = self.layout, [self.project]
        look: dict[str, Any] = {
            "fn": self.look,
            "inputs": mine,
            "outputs": [self.talk, self.side, self.training, self.opened, self.warned, self.timer, self.curves_timer],
            **QUICK,
        }
        self.timer.tick(**look)
        closer: dict[str, Any] = {"fn": self.look_closer, "inputs": [self.project, self.unfolded], **QUICK}
        self.curves_timer.tick(**closer, outputs=[self.curves])
        self.talk.change(self.show_talk, mine, [at.chat, self.question, at.box, at.projects, *at.chips], **QUICK)
        self.side.change(_as_it_is, [self.side], [at.board, at.status], **QUICK)
        watched = [at.live, at.live_html, at.stop_run, *at.chips]
        self.training.change(self.show_training, [self.project, self.training], watched, **QUICK)
        self.curves.change(_as_it_is, [self.curves], [at.curves_html], **QUICK)
        at.curves.expand(lambda: True, None, [self.unfolded], **QUICK).then(**closer, outputs=[self.curves])
        at.curves.collapse(lambda: False, None, [self.unfolded], **QUICK)
        self.warned.change(self.show_chips, mine, [*at.chips], **QUICK)
        labels = [self.project, self.who]
        self.opened.change(self.show_labelling, labels, [at.labelling], **QUICK)
        at.labelling.submit(self.label, labels, [at.labelling, self.who], **QUICK)
        with at.card:
            asked = {"triggers": [self.question.change], "concurrency_limit": None, "show_progress": "hidden"}
            gr.render([self.project, self.question], **asked)(self.card)

        self.page.load(self.arrive, mine, mine, **QUICK).then(**look)
        Side(self.host, at, self.project).wire(self.page, look)
        self.page.load(None, None, [at.side], js=FIT).then(None, js=FITTED)
        at.box.submit(self.say, [self.project, at.box], [at.box], **QUICK).then(**look)
        at.box.stop(self.stop, mine, None, **QUICK)
        at.stop_run.click(self.stop_run, mine, None, **QUICK)
        for chip in at.chips:
            chip.click(self.chip, [self.project, chip], [at.box], **QUICK).then(**look)
        at.projects.input(self.open, [at.projects], [self.project, at.box], **QUICK).then(**look)
        for begin in (at.new_name.submit, at.new.click):
            begin(self.begin, [at.new_name], [self.project, at.new_name, at.box], **QUICK).then(**look)

    def arrive(self, project: str, request: gr.Request) -> str:
        """Somebody opens the page: go on with a turn that was cut off, and stay in this conversation."""
        ws = here(self.host, request, project)
        self.host.go_on(ws)
        return place_of(ws)

    def look(self, project: str, request: gr.Request) -> tuple[Any, ...]:
        """What the page should show now: how far the talk is, the side panel, the training, and rows to label."""
        ws = here(self.host, request, project)
        log, run = self.host.log(ws), watched_run(ws)
        others = [one.id for one in ws.approvals.asked_outside()]
        talk = [place_of(ws), log[-1].seq if log else 0, self.host.running(ws), ws.projects(), others]
        training = [(live(ws, run) if run else "") + live_services(ws), bool(run and run.job.live)]
        side, opened = [stages(ws), self._status()], [ws.project, self.panel.number(ws)]
        return talk, side, training, opened, warned(ws), *self._paced(request)

    def look_closer(self, project: str, unfolded: bool, request: gr.Request) -> str:
        """All the curves of the training: they take time to draw, so only for whoever has them open."""
        ws = here(self.host, request, project)
        for waiting in ws.conversations.waiting():
            self.host.carry_on(ws.in_conversation(waiting))
        run = watched_run(ws) if unfolded else None
        return (curves(run) if run else "") + (closer(ws) if unfolded else "")

    def show_talk(self, project: str, request: gr.Request) -> list[Any]:
        """Draw the conversation, and what can be said next."""
        ws = here(self.host, request, project)
        running = self.host.running(ws)
        drawn = self.host.drawn(ws, running=running)
        self.host.lend(request, drawn.messages)
        question = None if running else drawn.question  # a turn that asks takes a moment to end; before, no yes counts
        if not running and question is None and (others := ws.approvals.asked_outside()):
            question = others[0].id
        offered = still_sensible(ws, drawn.chips) or (() if drawn.messages else START)
        return [
            drawn.messages,
            question,
            gr.MultimodalTextbox(submit_btn=not running, stop_btn=running),
            gr.Radio(choices=ws.projects(), value=ws.project),
            *_chips(() if running or question else offered),
        ]

    def show_training(self, project: str, shown: tuple[str, bool], request: gr.Request) -> list[Any]:
        """Draw the training; once it has ended, other things can be said next."""
        html, going_on = shown
        ws = here(self.host, request, project)
        chips = [gr.skip()] * CHIPS
        if html and not going_on and not self.host.running(ws):
            drawn = self.host.drawn(ws, running=False)
            chips = chips if drawn.question else _chips(still_sensible(ws, drawn.chips))
        return [gr.Column(visible=bool(html)), html, gr.Button(visible=going_on), *chips]

    def show_chips(self, project: str, request: gr.Request) -> list[Any]:
        """What can be said next has changed, since something is wrong with the training, or is no more."""
        ws = here(self.host, request, project)
        drawn = self.host.drawn(ws, running=False)
        if self.host.running(ws) or drawn.question:
            return [gr.skip()] * CHIPS
        return _chips(still_sensible(ws, drawn.chips))

    def show_labelling(self, project: str, who: dict[str, Any], request: gr.Request) -> Any:
        """Rows to label or answers to compare were opened, or the project is another one."""
        ws = here(self.host, request, project)
        return told(lambda: self.panel.draw(ws, who["annotator"], who["closed"].get(ws.project, 0)), otherwise="")

    def label(self, project: str, who: dict[str, Any], sent: gr.EventData, request: gr.Request) -> Any:
        """A key or a button of the panel for labelling, or for a blind comparison."""
        ws, said = here(self.host, request, project), Said.read(sent._data or {})
        closed = who["closed"].get(ws.project, 0)
        if said.what == "close":
            return "", {**who, "closed": {**who["closed"], ws.project: self.panel.number(ws)}}
        if said.what == "name":
            who = {**who, "annotator": " ".join(said.value.split())}
            return self.panel.draw(ws, who["annotator"], closed), who
        name = who["annotator"]
        drawn = told(lambda: self.panel.act(ws, name, said), otherwise=None)
        return self.panel.draw(ws, name, closed) if drawn is None else drawn, gr.skip()

    def say(self, project: str, said: dict[str, Any], request: gr.Request) -> Any:
        """The user sends words, files, or both."""
        text, files = (said.get("text") or "").strip(), said.get("files") or []
        if not text and not files:
            return gr.skip()
        ws = here(self.host, request, project)

        def send() -> Any:
            if self.host.running(ws):
                raise StoreError(say("busy"))
            self.host.say(ws, mention(text, take(ws, self.host.brought(request, files))))
            return gr.MultimodalTextbox(value=None)

        return told(send, otherwise={"text": text, "files": []} if files else gr.skip())

    def chip(self, project: str, text: str, request: gr.Request) -> Any:
        """A suggestion is clicked: say it, or put its beginning into the box."""
        if text.endswith(" "):
            return {"text": text, "files": []}
        ws = here(self.host, request, project)
        return told(lambda: self.host.say(ws, text), otherwise=gr.skip())

    def card(self, project: str, question: int | None, request: gr.Request) -> None:
        """Draw the card of the open question, if there is one."""
        ws = here(self.host, request, project)
        if question is None or (asked := ws.approvals.get(question)).state != "open":
            return

        def answer(answer: Answer, note: str, arguments: dict[str, Any] | None, request: gr.Request) -> Any:
            mine = here(self.host, request, at)
            return told(lambda: self.host.answer(mine, question, answer, note, arguments), otherwise=gr.skip())

        at = place_of(ws)
        if asked.asked_by:
            return draw_question(asked, lambda request: here(self.host, request, at))
        draw_card(ws, asked, answer, lambda request: here(self.host, request, at))

    def stop(self, project: str, request: gr.Request) -> None:
        """Stop the turn."""
        self.host.stop(here(self.host, request, project))

    def stop_run(self, project: str, request: gr.Request) -> None:
        """Stop the training that is shown; it saves first."""
        ws = here(self.host, request, project)
        if (run := watched_run(ws)) and run.job.live:
            ws.jobs.stop(run.job.id)
            gr.Info(f"{run.id} saves what it has learned and stops.")

    def open(self, project: str, request: gr.Request) -> tuple[str, Any]:
        """Another project of the list."""
        return self.arrive(project, request), gr.MultimodalTextbox(value=None)

    def begin(self, title: str, request: gr.Request) -> Any:
        """A new project."""

        def made() -> Any:
            ws = self.host.new_project(request, title)
            return place_of(ws), "", gr.MultimodalTextbox(value=None)

        return told(made, otherwise=(gr.skip(), gr.skip(), gr.skip()))

    def _paced(self, request: gr.Request) -> tuple[Any, Any]:
        """The timers: pages look rarer where many are open."""
        rarer = self.pace.looked((request and request.session_hash) or "")
        return (gr.Timer(EVERY_SECONDS * rarer), gr.Timer(CURVES_SECONDS * rarer)) if rarer else (gr.skip(), gr.skip())

    def _status(self) -> str:
        brain = self.host.brain
        mark = ' class="tw-failed" role="alert"' if brain.failed else ' role="status"'
        return f"<p{mark}>{escape(brain.status)}</p>" if brain.status else ""


def _as_it_is(shown: Any) -> Any:
    return shown


def _chips(offered: Sequence[str]) -> list[Any]:
    """The suggestions as buttons; those that are not needed are hidden."""
    return [gr.Button(text, visible=bool(text)) for text in [*offered, *[""] * CHIPS][:CHIPS]]
