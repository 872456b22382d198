"""Fifty people talk at once: does anybody see an error, wait for the page, or wait for ever for the model?

`python -m benchmarks.reliability.users [--users 50] [--seconds 600] [--thinks 0.3]` lets the host that the page uses
serve so many people, each in a project of their own, each saying the next thing as soon as the last was answered, and
each with a page that looks twice a second and draws what is new, as the real one does. The model is one and takes
`--thinks` seconds for each thought, as a small one does; `--real` takes the real one. Requests are understood by their
words alone unless TUNEWRIGHT_EAR says otherwise. Prints turns, errors, how long the page took, and how evenly the turns
were shared out; exit code 1 where there was an error, or the page took a second or more at the 99th percent.
"""

import argparse
import json
import os
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from assistant.board import stages
from assistant.host import Host
from assistant.models import Brain, Completion, Message
from assistant.settings import Settings
from store import StoreError
from tests.scripted_model import ScriptedBrain

WORDS = ("what is in reviews?", "what columns are there?", "show me the first rows", "where are we?", "what is LoRA?")
LOOK_SECONDS = 0.5


class Slow(ScriptedBrain):
    """Takes its time for each thought, and answers."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._seconds = seconds

    def complete(self, messages: Sequence[Message], *, schema: dict[str, Any] | None = None, **more: Any) -> Completion:
        """The same thought again and again."""
        time.sleep(self._seconds)
        properties = (schema or {}).get("properties", {})
        if schema is None:
            return self._done("That depends on your data.", more.get("on_text"))
        choice = {"tool": "answer"} if "tool" in properties else dict.fromkeys(properties, "reviews")
        return self._done(json.dumps(choice), None)


class Person:
    """Somebody with the page open."""

    def __init__(self, host: Host, number: int, until: float) -> None:
        self._host, self._until = host, until
        self.ws = host.new_project(None, f"person {number}")
        (self.ws.uploads / "reviews.csv").write_text("text,label\nhello there you,a\nand again you,b\n")
        with self.ws.approvals.typed("load_dataset", {}):
            values = "from (values ('good', 'a'), ('bad', 'b')) t(text, label)"
            self.ws.datasets.add("reviews", values, sentence="Loaded.", recipe={}, roles={"text": "text"})
        self.turns, self.waits, self.looks, self.errors = 0, list[float](), list[float](), list[str]()
        self._drawn = (-1, False)

    def live(self) -> None:
        """Talk, and look, until the time is over."""
        began, said = 0.0, False
        while time.monotonic() < self._until:
            at = time.monotonic()
            try:
                running = self._host.running(self.ws)
                self._look(running)
                if not running and said:
                    self.waits.append(at - began)
                    self.turns, said = self.turns + 1, False
                if not running:
                    began, said = at, True
                    self._host.say(self.ws, WORDS[self.turns % len(WORDS)])
            except StoreError as error:
                self.errors.append(str(error))
            except Exception as error:  # noqa: BLE001 - whatever a person would see is counted
                self.errors.append(f"{type(error).__name__}: {error}")
            time.sleep(max(0.0, LOOK_SECONDS - (time.monotonic() - at)))

    def _look(self, running: bool) -> None:
        at = time.monotonic()
        log = self._host.log(self.ws)
        if (now := (log[-1].seq if log else 0, running)) != self._drawn:
            self._host.drawn(self.ws, running=running)
            self._drawn = now
        stages(self.ws)
        self.looks.append(time.monotonic() - at)

    def told(self) -> Counter[str]:
        """What stands in the log."""
        return Counter(each.event["event"] for each in self._host.log(self.ws))


def talked(home: Path, users: int, seconds: float, brain: Brain | None, thinks: float) -> list[Person]:
    """Let them all talk."""
    host = Host(Settings(home, home, "none"), (lambda _: brain) if brain else (lambda _: Slow(thinks)))
    people = [Person(host, number, 0.0) for number in range(users)]
    for words in WORDS:  # what is read and learned once is learned before anybody comes
        host.say(people[0].ws, words)
        host._turns.wait(people[0].ws.conversations.current().id)
    for person in people:
        person._until = time.monotonic() + seconds
    threads = [threading.Thread(target=person.live) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for person in people:
        host.stop(person.ws)
    while any(host.running(person.ws) for person in people):
        time.sleep(0.05)
    return people


def report(people: list[Person]) -> int:
    """Print what was counted."""
    looks = np.array([look for person in people for look in person.looks])
    waits = np.array([wait for person in people for wait in person.waits] or [np.nan])
    turns = [person.turns for person in people]
    told = sum((person.told() for person in people), Counter[str]())
    errors = [error for person in people for error in person.errors]
    print(f"{len(people)} people, {sum(turns)} turns, {len(errors) + told['broke']} errors.")
    at = f"99 % under {np.quantile(looks, 0.99):.3f} s, longest {looks.max():.3f} s"
    print(f"Page: median {np.median(looks):.3f} s, {at}.")
    evenly = f"Turns a person: {min(turns)} to {max(turns)}."
    print(f"Turn: median {np.nanmedian(waits):.1f} s, longest {np.nanmax(waits):.1f} s. {evenly}")
    print(f"Places in line told: {told['queued']}.")
    for error, count in Counter(errors).most_common(5):
        print(f"  {count} times: {error}", file=sys.stderr)
    return int(bool(errors or told["broke"]) or np.quantile(looks, 0.99) >= 1)


def main() -> None:
    """Let them talk, and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--thinks", type=float, default=0.3, help="seconds that the model takes for a thought")
    parser.add_argument("--real", action="store_true", help="take the real model")
    options = parser.parse_args()
    os.environ.setdefault("TUNEWRIGHT_EAR", "off")
    brain: Brain | None = None
    if options.real:
        from assistant.models import open_brain

        brain = open_brain(Settings.read())
    with tempfile.TemporaryDirectory() as folder:
        sys.exit(report(talked(Path(folder), options.users, options.seconds, brain, options.thinks)))


if __name__ == "__main__":
    main()
