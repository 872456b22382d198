"""Talk in a terminal: a chat, one turn, or only the decisions."""
# ruff: noqa: T201  (printing is what this file is for)

import json
import signal
import threading
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from assistant.conversation import Conversation
from assistant.decide import decide
from assistant.events import Asks, Broke, Called, Event, Finished, Planned, Progressed, Said, Saying, Suggests
from assistant.markup import SIGNS
from assistant.models import Brain, BrainError, open_brain
from assistant.printing import ProgressLine, plain, print_json, print_result
from assistant.settings import Settings
from assistant.transcript import Turn
from store import StoreError, Workspace
from store.jobs import watched
from tools import Result
from tools.weights.progress import PrintProgress

OK, BROKE, ASKED = 0, 1, 3
MOST_YES = 20
"""Questions that one `ask --yes` answers."""


def chat(ws: Workspace, settings: Settings) -> int:
    """Talk until the input ends."""
    with _brain(settings) as brain:
        conversation = Conversation(ws, brain, ws.conversations.current().id)
        print(f"Project {ws.project}. Say what you want; Ctrl-C stops me, Ctrl-D ends.")
        _follow(conversation, conversation.go_on(), _Printed())
        _follow(conversation, conversation.carry_on(), _Printed())
        for open_one in conversation.pending():
            _Printed().show(Asks("", open_one.id, open_one.tool, open_one.arguments, open_one.preview))
        while (text := _typed()) is not None:
            _follow(conversation, conversation.carry_on(), _Printed())
            if text:
                _follow(conversation, conversation.say(text), _Printed())
    return OK


def ask(ws: Workspace, settings: Settings, text: str, *, yes: bool = False, as_json: bool = False) -> int:
    """One turn. With `yes`, its questions are answered as they come."""
    with _brain(settings) as brain:
        conversation = Conversation(ws, brain, ws.conversations.current().id)
        printed = _Lines() if as_json else _Printed()
        _follow(conversation, conversation.say(text), printed)
        for _ in range(MOST_YES if yes else 0):
            if pending := conversation.pending():
                _follow(conversation, conversation.answer(pending[0].id, "yes"), printed)
            elif run := conversation.waits_for:
                _await(ws, run, printed)
                _follow(conversation, conversation.carry_on(), printed)
            else:
                break
        if printed.broke:
            return BROKE
        return ASKED if conversation.pending() else OK


def decide_lines(ws: Workspace, settings: Settings, lines: Iterable[str]) -> int:
    """For each request, a JSON line, print what would be called; nothing is run."""
    with _brain(settings) as brain:
        for line in lines:
            if line.strip():
                print_json(_decided(brain, ws, line))
    return OK


def _decided(brain: Brain, ws: Workspace, line: str) -> dict[str, Any]:
    try:
        request = json.loads(line)
        history = [Turn(str(one["user"]), said=str(one["assistant"])) for one in request.get("history") or []]
        talk = [*history, Turn(str(request["text"]))]
    except (json.JSONDecodeError, KeyError, TypeError, AttributeError):
        return {"tool": "ask", "arguments": {}, "seconds": 0.0, "error": f"Not a request: {plain(line[:80])}"}
    try:
        choice = decide(brain, ws, talk)
    except BrainError as error:
        return {"tool": "ask", "arguments": {}, "seconds": 0.0, "error": str(error)}
    return {"tool": choice.tool, "arguments": choice.arguments, "seconds": round(choice.seconds, 3)}


class _Printed:
    """Events, for a person to read."""

    def __init__(self) -> None:
        self._progress = ProgressLine()
        self._saying = False
        self.broke = False

    def show(self, event: Event) -> None:
        """Print one event."""
        if not isinstance(event, Progressed):
            self._progress.close()
        match event:
            case Called(_, tool, arguments):
                told = ", ".join(f"{key}: {value}" for key, value in arguments.items())
                print(f"· {tool.replace('_', ' ')}{f' ({plain(told)})' if told else ''}")
            case Progressed(_, fraction, text, seconds_left):
                self._progress.show(fraction, text, seconds_left)
            case Asks(_, _, tool, _, preview):
                print_result(Result.from_json(preview))
                print(f"\nShall I {tool.replace('_', ' ')}? Say yes, or what you want instead.")
            case Finished(_, _, text, _, result):
                print_result(Result.from_json(result) if result else Result(text))
            case Broke(_, text):
                self.broke = True
                print(text)
            case _:
                self._talk(event)

    def _talk(self, event: Event) -> None:
        match event:
            case Saying(text):
                self._saying = True
                print(plain(text).replace("**", ""), end="", flush=True)
            case Said(text, sources):
                print("" if self._saying else plain(text).replace("**", ""))
                self._saying = False
                if sources:
                    print(f"(Handbook: {'; '.join(sources)})")
            case Planned(_, steps):
                print("Plan:")
                for place, step in enumerate(steps, 1):
                    print(f"  {SIGNS[step['state']]} {place}. {step['tool'].replace('_', ' ')}: {plain(step['wish'])}")
            case Suggests(asks):
                print("You could say: " + "; ".join(plain(one) for one in asks))
            case _:
                pass


class _Lines(_Printed):
    """Events, one JSON object a line; progress in words goes to stderr."""

    def show(self, event: Event) -> None:
        """Print one event."""
        self.broke = self.broke or isinstance(event, Broke)
        if isinstance(event, Progressed):
            self._progress.show(event.fraction, event.text, event.seconds_left)
        else:
            self._progress.close()
        print_json(event.as_json())


def _follow(conversation: Conversation, events: Iterator[Event], printed: _Printed) -> None:
    """Print a turn. Ctrl-C stops it calmly, once; a second one ends the program."""
    before = signal.getsignal(signal.SIGINT)

    def stop(*_: object) -> None:
        conversation.stop()
        signal.signal(signal.SIGINT, before)

    signal.signal(signal.SIGINT, stop)
    try:
        for event in events:
            printed.show(event)
    finally:
        signal.signal(signal.SIGINT, before)


def _await(ws: Workspace, run: str, printed: "_Printed") -> None:
    """Follow a training until it ends; Ctrl-C leaves it to itself."""
    with watched(
        lambda told: printed.show(Progressed("", told.fraction, told.text, told.seconds_left)), threading.Event()
    ):
        try:
            ws.jobs.wait(ws.runs.get(run).job.id)
        except StoreError:
            pass  # how it ended is the plan's next step to say


def _typed() -> str | None:
    """What the user types next; None at the end of the input."""
    try:
        return input("\n> ").strip()
    except (EOFError, KeyboardInterrupt):
        print()
        return None


@contextmanager
def _brain(settings: Settings) -> Generator[Brain]:
    brain = open_brain(settings, PrintProgress())
    try:
        yield brain
    finally:
        brain.close()
