"""How well the way the assistant decides does on tools that are not its own, beside the same model on its own.

    python -m benchmarks.bfcl ../shared/data [--every 5] [--start 0]

Reads the Berkeley Function Calling Leaderboard's simple, multiple and irrelevance below `bfcl`. Ours chooses between
the functions and answering by likelihood, then fills the arguments held to their schema and asks for what it would have
to make up. The other gets the functions as its own chat template puts them and answers freely.
"""

import argparse
import json
import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from pathlib import Path
from typing import Any, cast

import jinja2
from gguf import GGUFReader

from assistant.arguments import fill
from assistant.asking import Asking
from assistant.models import Brain, BrainError, open_brain
from assistant.models.brain import Message
from assistant.prompt import WORDS, chose
from assistant.said import Missing
from assistant.settings import Settings
from assistant.transcript import Turn
from benchmarks.remembering import RememberingBrain
from benchmarks.shares import share
from tools import Tool
from tools.weights.fetch import fetch

KINDS = {"simple": "simple_python", "multiple": "multiple", "irrelevance": "irrelevance"}
RULES = "You choose the next action for what the user asks now. The actions:"
TYPES = {"dict": "object", "float": "number", "tuple": "array", "any": "string"}
"""What JSON schema calls the leaderboard's types."""
IGNORED = re.compile(r"[ ,./\-_*^]")
Call = tuple[str, dict[str, Any]]
Schema = dict[str, Any]


@dataclass(frozen=True)
class Task:
    """A request, the functions there are, and the allowed values by argument of the right one; none if none fits."""

    kind: str
    text: str
    functions: list[Schema]
    wanted: tuple[str, dict[str, list[Any]]] | None


class Foreign:
    """A function of the leaderboard, as a tool that arguments can be filled for."""

    asks = ()

    def __init__(self, function: Schema) -> None:
        self.name: str = function["name"]
        self.summary: str = function["description"]
        self._schema = as_json_schema(function["parameters"])

    def schema(self, _: Any) -> Schema:
        """The arguments as JSON schema."""
        return self._schema


def main() -> None:
    """Do every task both ways and print how it went."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--every", type=int, default=5, help="only one task in so many")
    parser.add_argument("--start", type=int, default=0, help="the first task")
    parser.add_argument("--kind", choices=KINDS, help="only tasks of this kind")
    parser.add_argument(
        "--remember", type=Path, help="file to keep answers in; seconds are then those of the first run"
    )
    options = parser.parse_args()
    settings = Settings.read()
    brain: Brain = open_brain(settings)
    if options.remember:
        brain = RememberingBrain(brain, options.remember)
    template = chat_template(fetch(settings.model, settings.models))
    print(f"{'':12}{'tasks':>6}{'ours: function':>18}{'and arguments':>18}{'plain: function':>18}{'and arguments':>18}")
    seconds: list[tuple[float, float]] = []
    for kind in [options.kind] if options.kind else KINDS:
        scores: list[tuple[bool, bool, bool, bool]] = []
        for task in tasks(options.folder / "bfcl", kind)[options.start :: options.every]:
            (ours, took), (plain, plainly) = ask(brain, task), ask_plainly(brain, task, template)
            seconds.append((took, plainly))
            scores.append((*judge(task, ours), *judge(task, plain)))
            _tell(task, ours, plain, scores[-1])
        print(
            f"{kind:12}{len(scores):6}{''.join(f'{share(one):>18}' for one in zip(*scores, strict=True))}", flush=True
        )
    ours, plain = (statistics.median(one) for one in zip(*seconds, strict=True))
    print(f"seconds: median {ours:.1f}, plain {plain:.1f}")


def tasks(folder: Path, kind: str) -> list[Task]:
    """The tasks of one kind."""
    file, answers = f"BFCL_v4_{KINDS[kind]}.json", dict[str, Any]()
    if (known := folder / "possible_answer" / file).exists():
        answers = {one["id"]: next(iter(one["ground_truth"][0].items())) for one in _lines(known)}
    return [
        Task(kind, one["question"][0][0]["content"], one["function"], answers.get(one["id"]))
        for one in _lines(folder / file)
    ]


def _lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text().splitlines()]


def ask(brain: Brain, task: Task) -> tuple[Call | None, float]:
    """The call that is decided on as the assistant decides, and the seconds it took.

    There is none if it would answer in words, or ask for what the request does not tell.
    """
    foreign = {one.name: one for one in map(Foreign, task.functions)}
    actions = {name: one.summary for name, one in foreign.items()} | WORDS
    lines = "\n".join(f"- {name}: {summary}" for name, summary in actions.items())
    messages: list[Message] = [
        {"role": "system", "content": f"{RULES}\n{lines}"},
        {"role": "user", "content": task.text},
    ]
    asking = Asking(brain, None)
    chances = asking.chances(messages, dict.fromkeys(actions, -log(len(actions))))
    name = max(chances, key=lambda one: chances[one])
    if name in WORDS:
        return None, asking.seconds
    tool, empty = cast(Tool, foreign[name]), cast(Any, None)  # no argument names anything of a workspace
    try:
        given = fill(tool, empty, [Turn(task.text)], [*messages, chose(name)], asking.value)
    except Missing:
        return None, asking.seconds
    except BrainError:
        given = {}
    return (name, given), asking.seconds


def ask_plainly(brain: Brain, task: Task, template: jinja2.Template) -> tuple[Call | None, float]:
    """The call in what the model says to the request, with the functions in its chat template."""
    functions = [{"type": "function", "function": _parameters(one)} for one in task.functions]
    prompt = template.render(tools=functions, messages=[{"role": "user", "content": task.text}])
    system = prompt.split("<|im_start|>system\n", 1)[1].split("<|im_end|>", 1)[0]
    told = brain.complete([{"role": "system", "content": system}, {"role": "user", "content": task.text}])
    return called(told.text), told.seconds


def _parameters(function: Schema) -> Schema:
    return function | {"parameters": as_json_schema(function["parameters"])}


def chat_template(model: Path) -> jinja2.Template:
    """The template that comes with the model."""
    environment = jinja2.Environment()
    environment.filters["tojson"] = json.dumps  # jinja's own escapes what HTML has a meaning for
    return environment.from_string(GGUFReader(model).fields["tokenizer.chat_template"].contents())


def called(text: str) -> Call | None:
    """The first call in an answer, wherever it stands."""
    for start in re.finditer(r"\{", text):
        try:
            found, _ = json.JSONDecoder().raw_decode(text[start.start() :])
        except json.JSONDecodeError:
            continue
        if isinstance(name := found.get("name"), str):
            given = found.get("arguments", found.get("parameters"))
            return name, given if isinstance(given, dict) else {}
    return None


def as_json_schema(part: Schema) -> Schema:
    """A description of arguments with the types named as JSON schema names them."""
    found = {key: value for key, value in part.items() if key not in ("optional", "format")}
    if kind := part.get("type"):
        found["type"] = TYPES.get(kind, kind)
    if "items" in part:
        found["items"] = as_json_schema(part["items"])
    if "properties" in part:
        found["properties"] = {name: as_json_schema(one) for name, one in part["properties"].items()}
    return found


def judge(task: Task, call: Call | None) -> tuple[bool, bool]:
    """Whether the function is right, and whether the arguments are too; where none fits, no call is both."""
    if task.wanted is None or call is None:
        right = task.wanted is None and call is None
        return right, right
    name, allowed = task.wanted
    return call[0] == name, call[0] == name and fits(call[1], allowed)


def fits(given: dict[str, Any], allowed: dict[str, list[Any]]) -> bool:
    """Whether each value is an allowed one, and only what may be left out ("" is allowed) is left out."""
    left_out = allowed.keys() - given.keys()
    return (
        given.keys() <= allowed.keys()
        and all("" in allowed[name] for name in left_out)
        and all(any(alike(value, one) for one in allowed[name]) for name, value in given.items())
    )


def alike(given: Any, allowed: Any) -> bool:
    """Whether two values are the same, but for case, spaces and punctuation in words."""
    if isinstance(given, dict) and isinstance(allowed, dict):
        return fits(given, allowed)
    if isinstance(given, list) and isinstance(allowed, list):
        return len(given) == len(allowed) and all(map(alike, given, allowed))
    if isinstance(given, str) and isinstance(allowed, str):
        return _bare(given) == _bare(allowed)
    return isinstance(given, bool) == isinstance(allowed, bool) and given == allowed


def _bare(text: str) -> str:
    return IGNORED.sub("", text).lower().replace("'", '"')


def _tell(task: Task, ours: Call | None, plain: Call | None, scores: Sequence[bool]) -> None:
    if not (scores[1] and scores[3]):
        print(f"\n{task.text!r}\n  wanted {task.wanted}")
        print(f"  {'right' if scores[1] else 'WRONG'} {ours}")
        print(f"  {'right' if scores[3] else 'WRONG'} plain {plain}", flush=True)


if __name__ == "__main__":
    main()
