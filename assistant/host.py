"""Receives whoever opens the page: which workspace is theirs, and what goes on in each project."""

import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from starlette.middleware import Middleware

from assistant.background import Background
from assistant.conversation import Conversation
from assistant.decide import warm_up
from assistant.door import STRANGER, VISITOR, Door, Holdings
from assistant.draw import Drawn
from assistant.in_line import InLine
from assistant.keeper import Keeper
from assistant.late import LateBrain
from assistant.line import Line
from assistant.logs import Logs
from assistant.models import Brain, BrainError, open_brain
from assistant.settings import Settings
from assistant.shift import Shift, line_of_work
from assistant.standby import Standby
from assistant.visitors import OWNER, Visitor, Visitors
from assistant.workspaces import Workspaces
from store import NoSpace, StoreError, Workspace
from store.approvals import Answer
from store.conversations import Logged
from store.quotas import Quota
from tools.project.sample import TICKETS
from tools.weights.progress import OnProgress

log = logging.getLogger(__name__)
LEAVING_SECONDS = 30
"""How long a turn that is stopped may take to end."""
COPY_SECONDS = 60.0


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
        self.visitors = Visitors(shared=settings.on_space, most_guests=settings.hosting.most_guests)
        self.holdings = Holdings()
        self.settings = settings
        self.line, self.work = Line(), line_of_work(settings.threads)
        self._turns = Background()
        self._open = Workspaces(self._opened)
        self._logs = Logs()
        self._keeper = Keeper(self) if settings.on_space else None
        if self._keeper:
            self._keeper.begin()
        self._standby = Standby(self.all_open)
        self._standby.begin()
        self._closing = threading.Event()
        threading.Thread(target=self._keep_house, name="copies of the state", daemon=True).start()

    def workspace_for(self, request: Any, project: str) -> Workspace:
        """The workspace of whoever sent a request, at one of its projects; the first if there is no such project.

        Args:
            request: The `gr.Request`. On this machine everybody is its owner; elsewhere the door has seen who it is.
            project: What the browser says; not trusted.

        Raises:
            StoreError: It is not known who asks.
        """
        home = self.home(self.visitor(request))
        first = self._at(home, "main")
        return self._at(home, project) if project in first.projects() else first

    def visitor(self, request: Any) -> Visitor:
        """Who sent a request.

        Raises:
            StoreError: That is not known: it did not come through the door.
        """
        if not self.visitors.shared:
            return OWNER
        known = request.request.scope.get(VISITOR) if request is not None and request.request is not None else None
        if known is None:
            raise StoreError(STRANGER)
        return known

    def home(self, visitor: Visitor) -> Path:
        """The folder of a visitor's workspace."""
        return self.settings.home if visitor == OWNER else self.settings.home / f"{visitor.kind}s" / visitor.id

    def trouble(self, visitor: Visitor) -> str:
        """What a visitor has to know of how their work is kept; mostly nothing."""
        return self._keeper.warning(self.home(visitor)) if self._keeper else ""

    def brought(self, request: Any, files: Sequence[str]) -> list[str]:
        """The paths of files that whoever sent a request has uploaded.

        Raises:
            StoreError: One is not theirs.
        """
        if self.visitors.shared and not all(self.holdings.may_have(self.visitor(request), path) for path in files):
            raise StoreError("A file is none that you uploaded here. Upload it again.")
        return list(files)

    def lend(self, request: Any, messages: Sequence[Any]) -> None:
        """Let whoever sent a request download the files that are shown to them."""
        if not self.visitors.shared:
            return
        for message in messages:
            for part in message.content if isinstance(message.content, list) else [message.content]:
                if isinstance(part, dict) and "path" in part:
                    self.holdings.lend(self.visitor(request), part["path"])

    def door(self) -> list[Middleware]:
        """What stands before Gradio where many come; nothing on one's own machine."""
        if not self.visitors.shared:
            return []
        return [Middleware(Door, visitors=self.visitors, holdings=self.holdings, room=self._room)]

    def _room(self, visitor: Visitor, size: int) -> str:
        """Why a visitor may not bring so many bytes; empty if they may."""
        try:
            self._at(self.home(visitor), "main").spending.check_disk(size + self.holdings.size(visitor))
        except StoreError as refused:
            return str(refused)
        return ""

    def new_project(self, request: Any, title: str) -> Workspace:
        """Begin a project, or open the one of that name.

        Raises:
            StoreError: The title is empty.
        """
        if not title.strip():
            raise StoreError("A project needs a name, such as “support tickets”.")
        return self._at(self.home(self.visitor(request)), title.strip()[:60])

    def log(self, ws: Workspace) -> list[Logged]:
        """Everything that happened in the project's conversation, with what waits for room to be written down."""
        thread = ws.conversations.current().id
        return self._logs.read(ws, thread, self._turns.unwritten(ws, thread))

    def drawn(self, ws: Workspace, *, running: bool) -> Drawn:
        """The project's conversation, drawn; see `draw`."""
        thread = ws.conversations.current().id
        return self._logs.draw(thread, self._logs.read(ws, thread, self._turns.unwritten(ws, thread)), running)

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
        """Go on with a turn that was cut off when the program ended; not where the disk is full."""
        with suppress(NoSpace):
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

    def serve_again(self) -> None:
        """Open the projects whose services answer other programs, which starts those that ended with the machine."""
        home = self.settings.home
        try:
            for project in self._at(home, "main").services.projects():
                self._at(home, project)
        except StoreError as error:  # whoever opens the page is told
            log.warning("services were not started again: %s", error)

    def open_at(self, home: Path) -> list[Workspace]:
        """The projects of a workspace that are open here."""
        return self._open.of(home)

    def all_open(self) -> list[Workspace]:
        """Every project that is open here."""
        return self._open.all()

    def leave(self, home: Path) -> None:
        """Let go of a workspace: its turns are stopped, and nobody has its files open any more."""
        closing = self._open.take_out(home)
        threads = [thread.id for workspace in closing for thread in workspace.conversations.all()]
        for thread in threads:
            self._turns.stop(thread)
        for thread in threads:  # nobody else waits for it
            self._turns.wait(thread, LEAVING_SECONDS)
            self._logs.forget(thread)
        for workspace in closing:
            workspace.close()

    def close(self) -> None:
        """Let go of the files."""
        if self._keeper:
            self._keeper.end()
        self._standby.end()
        self._closing.set()
        self._open.close()

    def let_go(self) -> int:
        """Let go of projects that nobody has asked for in a while, or that are too many; gives how many went.

        One whose jobs go on stays, and on a Space so does one whose last snapshot failed.
        """
        return self._open.let_go(self._may_go)

    def _may_go(self, ws: Workspace) -> bool:
        threads = [thread.id for thread in ws.conversations.all()]
        if any(self._turns.running(thread) for thread in threads) or ws.jobs.live():
            return False
        return self._keeper.kept(ws) if self._keeper else True

    def _keep_house(self) -> None:
        while not self._closing.wait(COPY_SECONDS):
            for workspace in {workspace.home: workspace for workspace in self.all_open()}.values():
                workspace.copy_if_due()
            self.let_go()

    def _conversation(self, ws: Workspace) -> Conversation:
        thread = ws.conversations.current().id
        shift = Shift(self.work, str(ws.home))
        brain = InLine(self.brain, self.line, str(ws.home), shift)
        return Conversation(ws, brain, thread, self._turns.unwritten(ws, thread), shift)

    def _at(self, home: Path, project: str) -> Workspace:
        if self._keeper and not self.open_at(home):
            self._keeper.restore(home)  # which takes its time, in which others go on
        return self._open.at(home, project)

    def _opened(self, home: Path, project: str) -> Workspace:
        return Workspace(home, project, readable=(TICKETS.parent,), quota=self._quota(home))

    def _quota(self, home: Path) -> Quota | None:
        if not self.settings.on_space:
            return None
        return self.settings.hosting.guest if home.parent.name == "guests" else self.settings.hosting.user


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
