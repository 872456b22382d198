"""What the language model's adapter is taught: conversations that end in the right call.

Two sources, neither of them the benchmark. Requests that were written for projects in many states, with the call each
means, ship in `lessons/`; each is told once as it is and again with other names and numbers, so that names are read and
not learned. Of the sayings that ship in `sayings/` and of the handbook's questions only the tool is taught.
"""

import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from functools import cache
from typing import Any

from assistant import tutored
from assistant.handbook import sections, unanswered
from assistant.meant import written
from assistant.models.brain import Message
from assistant.parts import kind_of, plain
from assistant.prompt import chose
from assistant.requests import projects, requests
from assistant.scene import Scene
from assistant.transcript import Done, Turn
from tools import TOOLS

VARIANTS = 2
"""How often a request is told again with other names and numbers."""
SAYINGS_KEPT = 0.8
"""Share of the sayings that are taught."""
CHECKED = 25
"""One lesson in so many is for the evaluation loss."""
DATASETS = """orders reviews calls notes claims letters tickets cases memos surveys leads incidents messages survey_2024
faq mails_old grievances feedback referrals dossiers parcels invoices returns_q2 chat_logs radiology symptoms_a pilot
training_set batch_7 customers_eu exam_sheets news_items abstracts protocol_texts petitions""".split()
SERVICES = """helpdesk triage live assistant_v2 frontdesk sorter prod ward-bot answers intake""".split()
COLUMNS = """body note remark wording entry content field_a msg class kind group_name outcome status region country site
lang answer_text solution question_de verdict_code tier branch office person_age gender author""".split()
NUMBERS = {"epochs": (1, 12), "rows": (10, 900), "row": (1, 400), "seed": (0, 99), "max_length": (64, 512)}
"""Whole numbers that may be others in another telling, and between which bounds."""
NAMING = ("fixes", "labels", "patterns", "without_rows", "checkpoints", "others")
"""Lists of names, numbers and patterns, which are read in the words and not learned."""
Lesson = list[Message]


def lessons(seed: int = 0) -> Iterator[tuple[Lesson, str]]:
    """Conversations, and for each the side of the split that it is on: train or validation."""
    chance = random.Random(seed)
    scenes = projects()
    for place, line in enumerate(requests()):
        side = "validation" if place % CHECKED == 0 else "train"
        yield _told(scenes[line["world"]], line, chance), side
        for _ in range(VARIANTS if side == "train" else 0):
            yield _told(*_varied(scenes[line["world"]], line, chance), chance), side
    for text, tool in _said(chance):
        if scene := _where(tool, [*scenes.values()], chance):
            yield _only_tool(scene, text, tool, chance), "train"


def choices() -> list[tuple[str, str]]:
    """The arguments that hold a list of choices, with each value that a request has."""
    found = {
        (name, value)
        for line in requests()
        for name, values in line["arguments"].items()
        if isinstance(values, list) and name not in NAMING
        for value in values
    }
    return sorted(found)


def _told(scene: Scene, line: dict[str, Any], chance: random.Random) -> Lesson:
    """The whole conversation. Of an earlier turn either the call or what was said is told."""
    earlier = [_turn(turn, chance) for turn in line["history"]]
    asked = tutored.request(_fewer(scene, chance), [*earlier, Turn(line["text"])])
    arguments = _ordered(line["tool"], line["arguments"])
    more = [] if line["tool"] in _WORDLESS else [tutored.ARGUMENTS, tutored.filled(arguments)]
    return [*asked, chose(line["tool"]), *more]


_WORDLESS = ("answer", "query_dataset", "set_goal")
"""Choices whose arguments are not asked for like this."""


def _turn(turn: dict[str, Any], chance: random.Random) -> Turn:
    call = turn["call"] if not turn["assistant"] or chance.random() < 0.6 else None
    if not call or call["tool"] not in TOOLS:
        return Turn(turn["user"], said=turn["assistant"])
    return Turn(turn["user"], [Done(call["tool"], _ordered(call["tool"], call.get("arguments", {})), "", False)])


def _ordered(tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """The arguments in the order of the tool's signature, in which an answer is held to give them."""
    if tool not in TOOLS:
        return arguments
    return {name: arguments[name] for name in TOOLS[tool].arguments.model_fields if name in arguments}


def _fewer(scene: Scene, chance: random.Random) -> Scene:
    """A project's reports and goal are sometimes left out: little hangs on them."""
    return replace(scene, goal=scene.goal if chance.random() < 0.8 else None)


def _varied(scene: Scene, line: dict[str, Any], chance: random.Random) -> tuple[Scene, dict[str, Any]]:
    """The same request with other names and numbers, as far as they are spelled out."""
    names = _renamed(scene, line, chance)
    given = _rewritten(asdict(scene), names) | {"goal": scene.goal}
    line = _rewritten(line, names)
    line = _renumbered(line, chance)
    scale = chance.choice((0.02, 0.3, 1.0, 1.7, 4.0))
    datasets = [one | {"rows": max(3, round(one["rows"] * scale))} for one in given["datasets"]]
    return Scene(**(given | {"datasets": datasets})), line


def _rewritten(told: Any, names: dict[str, str]) -> Any:
    """Names replaced in all texts, and where columns are keys."""
    match told:
        case str():
            spelled = re.compile("|".join(rf"(?<![\w./]){re.escape(old)}(?!\w|\.\w)" for old in names) or r"(?!)")
            return spelled.sub(lambda hit: names[hit[0]], told)
        case list() | tuple():
            return [_rewritten(one, names) for one in told]
        case dict():
            kept = {key: value for key, value in told.items() if key in ("tool", "kind", "columns")}
            columns = {names.get(column, column): role for column, role in told.get("columns", {}).items()}
            return (
                {key: _rewritten(value, names) for key, value in told.items()}
                | kept
                | ({"columns": columns} if columns else {})
            )
        case _:
            return told


def _renamed(scene: Scene, line: dict[str, Any], chance: random.Random) -> dict[str, str]:
    """Other names for datasets and columns that the request spells out as they are, or does not mean at all."""
    said = " ".join([line["text"], *(turn["user"] for turn in line["history"])])
    meant = json.dumps([line["arguments"], [turn["call"] for turn in line["history"]]])
    sets = [one["name"] for one in scene.datasets]
    columns = [column for one in scene.datasets for column in one["columns"]]
    sources = " ".join(scene.uploads)
    services = [one["name"] for one in scene.services]
    found: dict[str, str] = {}
    for pool, names in ((DATASETS, sets), (COLUMNS, columns), (SERVICES, services)):
        free = [name for name in pool if name not in (*sets, *columns, *services) and name not in said]
        for name in names:
            spelled = re.search(rf"(?<![\w./]){re.escape(name)}(?!\w|\.\w)", said)
            called = f'"{name}"' in meant
            alone = pool is DATASETS and len(sets) == 1
            by_the_way = bool(spelled) != called and not (called and alone)
            if by_the_way or (not spelled and _described(name, said)) or name in sources or chance.random() < 0.3:
                continue
            found[name] = free.pop(chance.randrange(len(free)))
    return found


def _described(name: str, said: str) -> bool:
    """Whether a piece of a name stands in the words, as "the mails" does for complaint_mails."""
    return any(piece.rstrip("s")[:5] in said.lower() for piece in re.split(r"[\W_]+", name.lower()) if len(piece) > 3)


def _renumbered(line: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """Another whole number for an argument, where the words spell it in digits and once."""
    for name, (least, most) in NUMBERS.items():
        value = line["arguments"].get(name)
        here = re.compile(rf"(?<![\w.,-]){value}(?![\w%]|[.,]\d)")
        if type(value) is int and len(here.findall(line["text"])) == 1 and str(value) not in str(line["history"]):
            if list(line["arguments"].values()).count(value) == 1:
                new = chance.randint(least, most)
                line = line | {
                    "text": here.sub(str(new), line["text"]),
                    "arguments": line["arguments"] | {name: new},
                }
    return line


def _said(chance: random.Random) -> list[tuple[str, str]]:
    """The sayings and the handbook's questions, each with the tool that it means, or "answer" or "ask"."""
    said = [*written(), *((text, tool.name) for tool in TOOLS.values() for text, _ in tool.asks)]
    said += [(asked, "answer") for section in sections() for asked in section.questions]
    said += [(asked, "answer") for kind in ("off", "talk") for asked in unanswered(kind)]
    said = [*dict(said).items()]
    chance.shuffle(said)
    return said[: round(len(said) * SAYINGS_KEPT)]


def _where(tool: str, scenes: Sequence[Scene], chance: random.Random) -> Scene | None:
    """A project in which a tool can do something."""
    there = [scene for scene in scenes if _possible(tool, scene)]
    return chance.choice(there) if there else None


def _possible(tool: str, scene: Scene) -> bool:
    states = {run["state"] for run in scene.runs}
    match tool:
        case "stop_training":
            return "running" in states
        case "resume_training":
            return bool({"stopped", "failed"} & states)
        case "compare_runs":
            return len(scene.runs) > 1
        case "apply_fixes" | "decline_fixes":
            return bool(scene.fixes)
        case "propose_fixes":
            return bool(scene.datasets) and not scene.fixes
        case _:
            kinds = _kinds(tool)
            there = {"run": scene.runs, "dataset": scene.datasets, "service": scene.services}
            return all(there[kind] for kind in there.keys() & kinds)


@cache
def _kinds(tool: str) -> frozenset[str]:
    if tool not in TOOLS or tool == "load_dataset":
        return frozenset()
    schema = TOOLS[tool].described
    return frozenset(kind_of(plain(part, schema.get("$defs", {}))) for part in schema["properties"].values()) | (
        {"dataset"} if tool == "query_dataset" else frozenset()
    )


def _only_tool(scene: Scene, text: str, tool: str, chance: random.Random) -> Lesson:
    """A saying, said in some project."""
    columns = [column for one in scene.datasets for column in one["columns"]] or ["topic"]
    fill = {
        "dataset": [one["name"] for one in scene.datasets] or ["tickets"],
        "column": columns,
        "value": ["refund", "urgent", "yes", "north"],
        "file": scene.uploads or ["cases.csv"],
    }
    said = re.sub(r"\{(dataset|column|value|file)\}", lambda hit: chance.choice(fill[hit[1]]), text)
    return [*tutored.request(_fewer(scene, chance), [Turn(said)]), chose(tool)]
