"""A thread of a project: what the user says, answers and stops, each as a turn."""

import threading
import uuid
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any

from filelock import FileLock, Timeout
from langchain_core.messages import HumanMessage
from langchain_core.runnables import RunnableConfig
from langgraph.types import Command

from assistant.approve import read_answer
from assistant.events import Answered, Ended, Event, Heard, Said
from assistant.graph import MOST_STEPS, Graph, open_graph
from assistant.models.brain import Brain
from assistant.shift import Shift
from assistant.state import Desk, State
from assistant.turn import Turn
from assistant.unwritten import Unwritten
from store import NoSpace, Workspace
from store.approvals import Answer, Approval
from store.errors import told_when_full
from store.secrets import masked
from tools import TOOLS

TITLE_LETTERS = 60
MOST_CHARACTERS = 50_000
TOO_LONG = (
    f"That message is longer than the {MOST_CHARACTERS:,} characters that I hear at once, so I left it. Put what is "
    "long into a file and drop it into the chat."
)
A_KEY = (
    "What looked like a key in your message was masked and is not kept. I never need one in the chat: set it in the "
    "environment, such as HF_TOKEN, and start me again."
)


class Conversation:
    """A thread of a project: it remembers, waits for answers, and goes on after a restart.

    Every event is in the store's log before it is given out, so whoever only follows the log misses nothing. Where the
    disk is full, it waits in `unwritten`.

    Args:
        ws: The workspace.
        brain: The model.
        thread_id: The thread.
        unwritten: What of this thread waits to be written down; nothing if not given.
        shift: Its place among those at work; alone if not given.
    """

    def __init__(
        self,
        ws: Workspace,
        brain: Brain,
        thread_id: str,
        unwritten: Unwritten | None = None,
        shift: Shift | None = None,
    ) -> None:
        self.ws, self.brain, self.thread_id, self.shift = ws, brain, thread_id, shift or Shift()
        self.unwritten = unwritten or Unwritten(ws, thread_id)
        self._config: RunnableConfig = {"configurable": {"thread_id": thread_id}, "recursion_limit": MOST_STEPS}
        self._stopping = threading.Event()

    def say(self, text: str) -> Iterator[Event]:
        """Hear the user. If a question is open, the words answer it: yes, or no and what is wanted instead."""
        return self._told(self._say(text), Heard(masked(text)[:MOST_CHARACTERS]))

    def _say(self, text: str) -> Iterator[Event]:
        with self._turn() as turn:
            if turn is None:
                yield Said("I am still busy with what you asked before. Wait for it to end, or stop it.")
                return
            if len(text) > MOST_CHARACTERS:
                yield from map(turn.log, (Heard(f"{text[:TITLE_LETTERS]} …"), Said(TOO_LONG), Ended()))
                return
            text, whole = masked(text), text
            yield turn.log(Heard(text))
            if text != whole:
                yield turn.log(Said(A_KEY))
            self._title(text)
            if waiting := self._waiting(turn.graph):
                reading = read_answer(text)
                note = text if reading.wish else ""
                yield from turn.guarded(self._answered(turn, waiting, reading.answer, note, None))
            else:
                heard = turn.run(State(messages=[HumanMessage(text)], approval=0))
                yield from turn.guarded(heard, remembered=True)

    def answer(
        self, approval: int, answer: Answer, note: str = "", arguments: dict[str, Any] | None = None
    ) -> Iterator[Event]:
        """Answer the open question by its number: a click on its card.

        Args:
            approval: The question.
            answer: Yes or no.
            note: The user's words when declining; they are heard as the next wish.
            arguments: The call as the user edited it, or saw it after marking rows of it; a question about it as it is
                now is recorded and answered with this yes.
        """
        return self._told(self._answer(approval, answer, masked(note), arguments))

    def _answer(self, approval: int, answer: Answer, note: str, arguments: dict[str, Any] | None) -> Iterator[Event]:
        with self._turn() as turn:
            if turn is None:
                yield Said("I am still busy with what you asked before. Wait for it to end, or stop it.")
            elif approval != self._waiting(turn.graph):
                yield Said("That question is no longer open. Nothing was changed.")
            else:
                yield from turn.guarded(self._answered(turn, approval, answer, note, arguments))

    def go_on(self) -> Iterator[Event]:
        """Go on with a turn that was cut off when the program ended; nothing happens if there is none."""
        return self._told(self._go_on())

    def _go_on(self) -> Iterator[Event]:
        with self._turn() as turn:
            if turn and _cut_off(turn.graph, self._config):
                yield from turn.guarded(turn.run(None))

    def carry_on(self) -> Iterator[Event]:
        """Go on with a plan that waited for a training which has ended; nothing happens if none waits."""
        return self._told(self._carry_on())

    def _carry_on(self) -> Iterator[Event]:
        with self._turn() as turn:
            if turn and self._ready(turn.graph):
                yield from turn.guarded(turn.run(Command(goto="think")))

    @property
    def waits_for(self) -> str:
        """The training that the plan waits for, or has waited for until now; empty if it waits for none."""
        with open_graph(self.ws.home) as graph:
            return graph.get_state(self._config).values.get("waits_for", "")

    def stop(self) -> None:
        """Stop thinking, talking and waiting; what a job has done so far is saved."""
        self._stopping.set()

    def pending(self) -> list[Approval]:
        """The question this conversation waits with, if it does."""
        with open_graph(self.ws.home) as graph:
            waiting = self._waiting(graph)
        return [self.ws.approvals.get(waiting)] if waiting else []

    @property
    def unfinished(self) -> bool:
        """Whether a turn was cut off when the program ended, and `go_on` would go on with it."""
        with open_graph(self.ws.home) as graph:
            return _cut_off(graph, self._config)

    def _told(self, events: Iterator[Event], *words: Event) -> Iterator[Event]:
        """The events of a turn; where there is no room to begin one, the words that were to begin it, and why."""
        begun, turn = False, uuid.uuid4().hex
        try:
            with told_when_full():
                for event in events:
                    begun = True
                    yield event
        except NoSpace as full:
            for event in (*(() if begun else words), Said(str(full)), Ended()):
                self.unwritten.add(turn, event)
                yield event

    def _answered(
        self, turn: Turn, waiting: int, answer: Answer, note: str, arguments: dict[str, Any] | None
    ) -> Iterator[Event]:
        approvals = self.ws.approvals
        question = approvals.get(waiting)
        if question.state == "open":  # else the program was killed between the answer and this
            if answer == "yes" and arguments is not None:
                edited = TOOLS[question.tool].ask(self.ws, arguments)
                approvals.answer(waiting, "no", f"edited as question {edited.id}")
                question = edited
            question = approvals.answer(question.id, answer, note)
        yield turn.log(Answered(question.id, question.state, question.note))
        yield from turn.run(Command(resume=question.id))

    def _waiting(self, graph: Graph) -> int | None:
        """The number of the question that the graph waits with."""
        interrupts = graph.get_state(self._config).interrupts
        return int(interrupts[0].value["approval"]) if interrupts else None

    @contextmanager
    def _turn(self) -> Generator[Turn | None]:
        """Begin a turn, alone: in this conversation one runs at a time, whatever window or process it is in."""
        folder = self.ws.home / "turns"
        folder.mkdir(exist_ok=True)
        lock = FileLock(folder / f"{self.thread_id}.lock", blocking=False, thread_local=False)
        try:
            lock.acquire()
        except Timeout:
            yield None
            return
        try:
            self._stopping.clear()
            with open_graph(self.ws.home) as graph:
                desk = Desk(self.ws, self.brain, self._stopping, self.shift)
                yield Turn(desk, graph, self._config, self.unwritten)
        finally:
            lock.release()

    def _ready(self, graph: Graph) -> bool:
        """Whether a plan waits, for a training that goes on no more."""
        state = graph.get_state(self._config)
        run = state.values.get("waits_for", "")
        return bool(run) and not state.next and not (run in self.ws.runs.names() and self.ws.runs.get(run).job.live)

    def _title(self, text: str) -> None:
        if not self.ws.conversations.get(self.thread_id).title:
            line = " ".join(text.split())
            title = line if len(line) <= TITLE_LETTERS else line[: TITLE_LETTERS - 1] + "…"
            self.ws.conversations.name(self.thread_id, title or "…")


def _cut_off(graph: Graph, config: RunnableConfig) -> bool:
    state = graph.get_state(config)
    return bool(state.next) and not state.interrupts
