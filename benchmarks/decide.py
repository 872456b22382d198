"""How often the assistant decides right, and how long it takes, on requests whose wording no tool gives as an example.

    python -m benchmarks.decide [--kind clean] [--every 3]

Prints the requests that went wrong, then accuracy for the tool alone and for tool and arguments, with 95 % Wilson
intervals: over all, and over those that it decided, with how often it asked without need, made a wrong call that
changes something, and took a plain question for a call; and seconds and tokens a decision. Run it on a quiet machine.
"""

import argparse
import json
import statistics
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from assistant import requests as shipped
from assistant.decide import Choice, decide, wanted
from assistant.models import Brain, open_brain
from assistant.plan import made
from assistant.settings import Settings
from assistant.transcript import Done, Turn
from benchmarks import projects
from benchmarks.remembering import RememberingBrain
from benchmarks.shares import share, spread
from benchmarks.states import STATES, build
from store import Workspace
from tools import TOOLS

REQUESTS = Path(__file__).parent / "requests" / "development.jsonl"
FREE = {"sql", "question", "description", "metric", "task", "domain", "users", "target", "constraints", "note"}
"""Arguments written in words, which have no one right value."""
Result = tuple[dict[str, Any], Choice, bool, bool]
"""A request, what was decided, whether the tool is right, and whether the arguments are too."""


def main() -> None:
    """Decide every request and print how it went."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=Path, default=REQUESTS)
    parser.add_argument("--kind", help="only requests of this kind")
    parser.add_argument("--every", type=int, default=1, help="only one request in so many")
    parser.add_argument("--quiet", action="store_true", help="do not print the requests that went wrong")
    parser.add_argument(
        "--remember", type=Path, help="file to keep answers in; seconds are then those of the first run"
    )
    options = parser.parse_args()
    requests = [json.loads(line) for line in options.requests.read_text().splitlines()]
    requests = [one for one in requests if not options.kind or one["kind"] == options.kind][:: options.every]
    brain: Brain = open_brain(Settings.read())
    if options.remember:
        brain = RememberingBrain(brain, options.remember)
    results: list[Result] = []
    for result in decided(brain, requests):
        results.append(result)
        request, choice, tool, right = result
        if not right and not options.quiet:
            wrong = "args" if tool else "tool"
            print(f"{wrong}  {request['state']:9}{request['text']!r} -> {choice.tool} {choice.arguments}", flush=True)
    report(results)


def decided(brain: Brain, requests: Sequence[dict[str, Any]]) -> Iterator[Result]:
    """Decide every request, those of one project state after one another."""
    states: dict[str, Workspace] = {}
    with tempfile.TemporaryDirectory() as folder:
        for request in sorted(requests, key=lambda one: one["state"]):
            if (state := request["state"]) not in states:
                states[state] = project(state, Path(folder) / state)
            history = [_turn(**one) for one in request.get("history", [])]
            choice = first(brain, states[state], [*history, Turn(request["text"])])
            yield request, choice, *judge(request, choice)
        for ws in states.values():
            ws.close()


def project(state: str, folder: Path) -> Workspace:
    """A project in one of the states, or one that the lessons are about."""
    return build(state, folder) if state in STATES else projects.build(shipped.projects()[state], folder)


def _turn(user: str, assistant: str, call: dict[str, Any] | None = None) -> Turn:
    """An earlier turn, with the call that was made in it if it is told."""
    done = [Done(call["tool"], call["arguments"], assistant, failed=False)] if call else []
    return Turn(user, done, assistant)


def first(brain: Brain, ws: Workspace, talk: list[Turn]) -> Choice:
    """The first thing the assistant does for the last turn, as `assistant.agenda` has it."""
    steps = made(talk[-1].wish, ws, lambda part: wanted(brain, ws, talk[:-1], part))
    if not steps:
        return decide(brain, ws, talk)
    return decide(brain, ws, [*talk[:-1], Turn(steps[0]["wish"])], tool=steps[0]["tool"])


def judge(request: dict[str, Any], choice: Choice) -> tuple[bool, bool]:
    """Whether the tool is an acceptable one, and whether the arguments are too."""
    wanted = [one for one in request["accept"] if one["tool"] == choice.tool]
    given = _told(choice.tool, choice.arguments)
    return bool(wanted), any(_told(one["tool"], one["arguments"]) == given for one in wanted)


def _told(tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
    if tool not in TOOLS:
        return {}
    fields = TOOLS[tool].arguments.model_fields
    told = {k: v for k, v in arguments.items() if k not in FREE and not (k in fields and fields[k].default == v)}
    return {k: sorted(v) if isinstance(v, list) else v.lower() if isinstance(v, str) else v for k, v in told.items()}


def report(results: list[Result]) -> None:
    """Print accuracy, by kind and in all, and what it took."""
    kinds = dict.fromkeys(request["kind"] for request, *_ in results)
    print(f"\n{'kind':12}{'requests':>9}{'tool':>18}{'and arguments':>18}")
    for kind in [*kinds, "all"]:
        some = [one for one in results if kind in ("all", one[0]["kind"])]
        print(f"{kind:12}{len(some):9}{share([t for *_, t, _ in some]):>18}{share([r for *_, r in some]):>18}")
    sure = [one for one in results if not _asks_needlessly(one)]
    print(f"{'decided':12}{len(sure):9}{share([t for *_, t, _ in sure]):>18}{share([r for *_, r in sure]):>18}")
    print(f"\nasked without need: {share([_asks_needlessly(one) for one in results])}")
    changing = [choice.tool in TOOLS and TOOLS[choice.tool].asks_first for _, choice, tool, _ in results if not tool]
    print(f"a wrong call that would change something, after a yes: {sum(changing)}")
    plain = [one for one in results if all(call["tool"] == "answer" for call in one[0]["accept"])]
    if plain:
        print(f"plain questions taken for calls: {share([choice.tool in TOOLS for _, choice, *_ in plain])}")
    seconds = [choice.seconds for _, choice, *_ in results]
    read = [choice.prompt_tokens - choice.cached_tokens for _, choice, *_ in results]
    print(f"\nseconds: {spread(seconds)}")
    prompts = [choice.prompt_tokens for _, choice, *_ in results]
    print(f"tokens read: median {statistics.median(read):.0f} of {statistics.median(prompts):.0f}")


def _asks_needlessly(result: Result) -> bool:
    """Whether it asked back although it was told enough."""
    return result[1].tool == "ask" and not result[2]


if __name__ == "__main__":
    main()
