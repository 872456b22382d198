"""How well what people say they want becomes a goal record.

    python -m benchmarks.goals [--quiet]

Fills `set_goal` for each goal of `goals/goals.jsonl` in an empty project and prints, for each field, how often it is
right: the task and the metric are the wanted ones, the target is the number, users, domain and constraints have one of
the words they must have, or are empty where nothing was said of them.
"""

import argparse
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from assistant.decide import decide
from assistant.models import open_brain
from assistant.settings import Settings
from assistant.transcript import Turn
from benchmarks.shares import share, spread
from store import Workspace
from tools.goal._measures import METRICS

GOALS = Path(__file__).parent / "goals" / "goals.jsonl"
Check = Callable[[dict[str, Any], dict[str, Any]], bool]


def main() -> None:
    """Fill every goal and print how it went."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quiet", action="store_true", help="do not print what went wrong")
    options = parser.parse_args()
    brain = open_brain(Settings.read())
    right: dict[str, list[bool]] = {name: [] for name in CHECKS}
    seconds: list[float] = []
    with tempfile.TemporaryDirectory() as folder, Workspace(Path(folder)) as ws:
        for goal in map(json.loads, GOALS.read_text().splitlines()):
            choice = decide(brain, ws, [Turn(goal["text"])], tool="set_goal")
            seconds.append(choice.seconds)
            for name, check in CHECKS.items():
                good = check(goal, choice.arguments)
                right[name].append(good)
                if not good and not options.quiet:
                    print(f"{name:12}{goal['text']!r} -> {choice.arguments.get(name)!r}", flush=True)
    print(f"\n{len(seconds)} goals")
    for name, found in right.items():
        print(f"{name:12}{share(found):>18}")
    every = [all(found) for found in zip(*right.values(), strict=True)]
    print(f"{'all of them':12}{share(every):>18}\n\nseconds: {spread(seconds)}")


def _metric(goal: dict[str, Any], given: dict[str, Any]) -> bool:
    metric = given.get("metric")
    return (metric or METRICS[given["task"]][0]) in goal["metric"] if goal["metric"] else metric is None


def _says(field: str) -> Check:
    def check(goal: dict[str, Any], given: dict[str, Any]) -> bool:
        said = given.get(field, "").lower()
        return any(word in said for word in goal[field]) if goal[field] else not said

    return check


CHECKS: dict[str, Check] = {
    "task": lambda goal, given: given.get("task") == goal["task"],
    "metric": _metric,
    "target": lambda goal, given: given.get("target") == goal["target"],
    "users": _says("users"),
    "domain": _says("domain"),
    "constraints": _says("constraints"),
}

if __name__ == "__main__":
    main()
