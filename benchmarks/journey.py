"""Walk the main job by chat with the real local model, and write down what was said.

    python -m benchmarks.journey [--write] [--home DIR]

Nothing is scripted but the user's side: the requests below, and a yes on every card. `--write` puts the transcript
between the marks in the README. Ends with exit code 1 if a step did not do what it was asked for.
"""

import argparse
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from assistant.conversation import Conversation
from assistant.events import Asks, Broke, Event, Finished, Said
from assistant.models import open_brain
from assistant.settings import Settings
from store import Workspace
from tools.project.sample import TICKETS
from tools.weights.progress import PrintProgress

README = Path(__file__).parent.parent / "README.md"
MARKS = ("<!-- conversation -->", "<!-- end of conversation -->")
JOURNEY = [
    ("I want a model that sorts our support tickets by topic, so that each one reaches the right team.", "set_goal"),
    ("I uploaded support_tickets.csv, please load it as tickets", "load_dataset"),
    ("what does the data look like?", "profile_dataset"),
    ("is anything wrong with it?", "propose_fixes"),
    ("good finds. apply all of them", "apply_fixes"),
    ("now hold out a fifth of the rows for testing", "split_dataset"),
    ("turn the rows into prompts and answers", "format_dataset"),
    ("train a model on it with LoRA, one epoch is enough", "start_training"),
    ("how did the training go?", "check_training"),
    ("is it any better than the untuned model?", "evaluate_run"),
    ("does it treat people differently because of their gender?", "audit_bias"),
    ("write it all up in a report", "write_report"),
    ("where do we stand?", "show_project"),
]
"""What the user says, and the tool that does it."""


def walk(ws: Workspace, conversation: Conversation) -> Iterator[tuple[str, str, list[Event]]]:
    """Say each request, say yes to every card, wait for the training; gives (request, tool meant, events)."""
    for request, tool in JOURNEY:
        events = list(conversation.say(request))
        while pending := conversation.pending():
            events += conversation.answer(pending[0].id, "yes")
        for run in ws.runs.all():
            if run.job.live:
                ws.jobs.wait(run.job.id)
        yield request, tool, events


def written(request: str, events: list[Event]) -> Iterator[str]:
    """The lines of the transcript for one turn."""
    yield f"> **You:** {request}"
    for event in events:
        match event:
            case Asks():
                yield f"> *card:* {_short(event.preview['text'])} — **Yes**"
            case Finished():
                yield f"> *`{event.tool}`:* {_short(event.text)}"
            case Said() | Broke():
                yield f"> **Tunewright:** {_short(event.text)}"
            case _:
                pass


def _short(text: str, most: int = 420) -> str:
    flat = " ".join(text.split())
    return re.sub(r"([<>|*_`])", r"\\\1", flat if len(flat) <= most else f"{flat[:most].rsplit(' ', 1)[0]} …")


def main() -> int:
    """Walk it, print it, and write it down if asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="put the transcript into the README")
    parser.add_argument("--home", type=Path, help="workspace to use; a new one if not given")
    options = parser.parse_args()
    settings = Settings.read()
    began, right, parts = time.monotonic(), 0, list[str]()
    brain = open_brain(settings, PrintProgress())
    with Workspace(options.home or Path(tempfile.mkdtemp()), "tickets") as ws:
        shutil.copy(TICKETS, ws.uploads)
        conversation = Conversation(ws, brain, ws.conversations.current().id)
        for request, tool, events in walk(ws, conversation):
            done = [event.tool for event in events if isinstance(event, Finished) and not event.failed]
            right += tool in done
            parts.append("\n>\n".join(written(request, events)))
            print(parts[-1], f"\n    [{'as meant' if tool in done else f'MEANT {tool}, DID {done}'}]\n", flush=True)
    brain.close()
    minutes = (time.monotonic() - began) / 60
    told = (
        f"Recorded by `python -m benchmarks.journey --write` with {brain.name}: {right} of {len(JOURNEY)} requests did "
        f"what was meant, in {minutes:.0f} minutes with the training. Long texts are cut with …; tables and plots are "
        "left out."
    )
    print(told)
    if options.write:
        start, end = MARKS
        text = re.sub(
            f"{start}.*{end}", lambda _: "\n\n".join([start, told, *parts, end]), README.read_text(), flags=re.S
        )
        README.write_text(text)
    return 0 if right == len(JOURNEY) else 1


if __name__ == "__main__":
    sys.exit(main())
