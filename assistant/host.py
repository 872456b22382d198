"""Receives whoever opens the page: which workspace is theirs, and what goes on in each project."""

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from assistant.background import Background
from assistant.decide import warm_up
from assistant.late import LateBrain
from assistant.models import Brain, BrainError, open_brain
from assistant.settings import Settings
from assistant.turn import Conversation
from store import StoreError, Workspace
from store.approvals import Answer
from store.conversations import Logged
from store.datasets import slug
from tools.project.sample import TICKETS
from tools.weights.progress import OnProgress

log = logging.getLogger(__name__)


class Host:
    """What all the handlers of the page share.

    Nothing a browser sends is trusted but the words of the user: the workspace follows from who is asking, and the
    name of a project is looked up in it.

    Args:
        settings: Where the workspace is, and which model thinks.
        open_brain: Loads the model; in a thread of its own, so that the page is there at once.
    """

    def __init__(self, settings: Settings, open_brain: Callable[[OnProgress], Brain] | None = None) -> None:
        self.brain = LateBrain(open_brain or _opening(settings))
        self._settings = settings
        self._turns = Background()
        self._lock = threading.RLock()
        self._open: dict[tuple[Path, str], Workspace] = {}
        self._logs: dict[str, list[Logged]] = {}

    def workspace_for(self, request: Any, project: str) -> Workspace:
        """The workspace of whoever sent a request, at one of its projects; the first if there is no such project.

        Args:
            request: The `gr.Request`. A workspace on this machine is its owner's, so who it is does not matter yet.
            project: What the browser says; not trusted.
        """
        first = self._at(self._settings.home, "main")
        return self._at(self._settings.home, project) if project in first.projects() else first

    def new_project(self, request: Any, title: str) -> Workspace:
        """Begin a project, or open the one of that name.

        Raises:
            StoreError: The title is empty.
        """
        if not title.strip():
            raise StoreError("A project needs a name, such as “support tickets”.")
        return self._at(self._settings.home, title.strip()[:60])

    def log(self, ws: Workspace) -> list[Logged]:
        """Everything that happened in the project's conversation."""
        thread = ws.conversations.current().id
        with self._lock:
            known = self._logs.setdefault(thread, [])
            known += ws.conversations.since(thread, known[-1].seq if known else 0)
            return list(known)

    def running(self, ws: Workspace) -> bool:
        """Whether the assistant is at work in the project."""
        return self._turns.running(ws.conversations.current().id)

    def say(self, ws: Workspace, text: str) -> None:
        """Hear the user; the turn runs on by itself.

        Raises:
            Busy: The turn before is not over.
        """
        self._turns.say(self._conversation(ws), text)

    def answer(self, ws: Workspace, approval: int, answer: Answer, note: str, arguments: dict[str, Any] | None) -> None:
        """Take a click on a card.

        Raises:
            StoreError: The question was answered already, or the turn before is not over.
        """
        asked = ws.approvals.get(approval)
        if asked.state != "open":
            raise StoreError(f"That question was already answered ({asked.state}). Nothing more was done.")
        self._turns.answer(self._conversation(ws), approval, answer, note, arguments)

    def go_on(self, ws: Workspace) -> None:
        """Go on with a turn that was cut off when the program ended."""
        self._turns.go_on(self._conversation(ws))

    def carry_on(self, ws: Workspace) -> None:
        """Go on with a plan whose training has ended since."""
        told = next((one.event for one in reversed(self.log(ws)) if one.event["event"] == "planned"), {})
        run = told.get("waits_for")
        if run and run in ws.runs.names() and not ws.runs.get(run).job.live:
            self._turns.carry_on(self._conversation(ws))

    def stop(self, ws: Workspace) -> None:
        """Stop the turn that runs, and the job it waits for."""
        self._turns.stop(ws.conversations.current().id)

    def close(self) -> None:
        """Let go of the files."""
        for workspace in self._open.values():
            workspace.close()

    def _conversation(self, ws: Workspace) -> Conversation:
        return Conversation(ws, self.brain, ws.conversations.current().id)

    def _at(self, home: Path, project: str) -> Workspace:
        with self._lock:
            if (home, slug(project)) not in self._open:
                self._open[home, slug(project)] = Workspace(home, project, readable=(TICKETS.parent,))
            return self._open[home, slug(project)]


def _opening(settings: Settings) -> Callable[[OnProgress], Brain]:
    def opened(tell: OnProgress) -> Brain:
        brain = open_brain(settings, tell)
        threading.Thread(target=_warm_up, args=[brain], name="reading ahead", daemon=True).start()
        return brain

    return opened


def _warm_up(brain: Brain) -> None:
    try:
        warm_up(brain)
    except BrainError as error:
        log.warning("Reading ahead did not work: %s", error)  # the first request will say so to the user
