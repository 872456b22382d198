"""Play a journey: say what its user says, and look at what is in the store afterwards."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from assistant.conversation import Conversation
from assistant.events import Asks, Broke, Called, Event, Finished, Planned, Said
from assistant.models import Brain
from benchmarks.journeys.script import Journey, Turn, Wait, Yes
from benchmarks.journeys.starts import base
from benchmarks.journeys.waiting import await_trainings
from store import Workspace


@dataclass(frozen=True)
class Try:
    """How a journey went once."""

    wrong: list[str]
    seconds: float
    transcript: list[str] = field(repr=False)


def play(journey: Journey, home: Path, brain: Brain) -> Try:
    """One try, in a workspace of its own."""
    with journey.start.build(home) as ws:
        began = time.monotonic()
        transcript = list(_walk(journey, ws, brain))
        seconds = time.monotonic() - began
        wrong = journey.holds(ws)
        for run in ws.runs.all():
            if run.job.live:
                ws.jobs.stop(run.job.id)
        await_trainings(ws)
        return Try(wrong, seconds, transcript)


def _walk(journey: Journey, ws: Workspace, brain: Brain) -> Iterator[str]:
    """What was said and done, line by line."""
    conversation = Conversation(ws, brain, ws.conversations.current().id)
    for turn in journey.says:
        if isinstance(turn, Wait):
            await_trainings(ws)
        yield from _lines(conversation.carry_on())
        if text := _text(turn, conversation):
            yield f"> {text}"
            yield from _lines(conversation.say(text))


def _text(turn: Turn, conversation: Conversation) -> str:
    """What the user says now; empty if nothing."""
    match turn:
        case Wait():
            return ""
        case Yes(text):
            return text if conversation.pending() else ""
        case str():
            return turn.replace("{base}", str(base())) if "{base}" in turn else turn


def _lines(events: Iterator[Event]) -> Iterator[str]:
    for event in events:
        match event:
            case Planned(_, steps):
                yield "  plan: " + "; ".join(f"{step['tool']} {step['state']}" for step in steps)
            case Called(_, tool, arguments):
                yield f"  {tool} {json.dumps(arguments, ensure_ascii=False)}"
            case Asks():
                yield f"  card: {event.preview['text']}"
            case Finished():
                yield f"  {'failed' if event.failed else 'done'}: {event.text}"
            case Said() | Broke():
                yield f"  {event.text}"
            case _:
                pass
