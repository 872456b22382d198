"""The project as a language model is told of it: names and states, a line each.

Names are quoted and cut short: they are data, not orders.
"""

import json
import re
from dataclasses import dataclass, field
from typing import Any, Self

from store import Workspace

MOST_NAMES = 12
MOST_LETTERS = 48
MARKS = re.compile(r"<(?=[|｜/<a-z])|\[(?=/?[A-Z_]{3,}\])")
"""How marks of a chat begin, such as <|im_end|>, </s>, <start_of_turn> and [INST]: a model takes them for the end of a
message, whoever wrote them."""


@dataclass(frozen=True)
class Scene:
    """What there is in a project.

    Attributes:
        goal: Its description, task and metric; None if there is none yet.
        datasets: For each, oldest first, its name, rows, version, and its columns with the role of each, or "".
        fixes: For each open fix its id, dataset, kind and rows.
        runs: For each, oldest first, its id, state, technique, base_model, dataset, and the name it was given, if any.
        reports: For each its kind and run.
        uploads: The names of the uploaded files, oldest first.
        services: For each, oldest first, its name, state and the runs it answers with.
    """

    goal: tuple[str, str, str] | None
    datasets: list[dict[str, Any]]
    fixes: list[dict[str, Any]]
    runs: list[dict[str, Any]]
    reports: list[dict[str, Any]]
    uploads: list[str]
    services: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    @classmethod
    def of(cls, ws: Workspace) -> Self:
        """What there is in a workspace's project now."""
        goal = ws.goals.get()
        heads = [ws.datasets.head(name) for name in ws.datasets.names()[-MOST_NAMES:]]
        return cls(
            goal=(goal.description, goal.task, goal.metric) if goal else None,
            datasets=[
                {
                    "name": head.dataset,
                    "rows": head.rows,
                    "version": head.number,
                    "columns": {name: _role(head.roles.get(name, "")) for name in head.columns},
                }
                for head in heads
            ],
            fixes=[
                {"id": fix.id, "dataset": fix.dataset, "kind": fix.kind, "rows": fix.rows}
                for fix in ws.fixes.all(state="open")[:MOST_NAMES]
            ],
            runs=[
                {
                    "id": run.id,
                    "state": run.state,
                    "technique": run.plan.get("technique", ""),
                    "base_model": run.plan.get("base_model", ""),
                    "dataset": run.dataset,
                    **({"name": run.name} if run.name else {}),
                }
                for run in ws.runs.all()[-MOST_NAMES:]
            ],
            reports=[{"kind": report.kind, "run": report.run} for report in ws.reports.all()[-MOST_NAMES:]],
            uploads=uploads(ws)[-MOST_NAMES:],
            services=[
                {"name": one.name, "state": one.state, "runs": [model.run or model.name for model in one.models]}
                for one in ws.services.all()[-MOST_NAMES:]
            ],
        )

    def __str__(self) -> str:
        """The lines that the model reads."""
        lines = [self._goal(), *self._datasets()]
        if self.fixes:
            told = [f"{fix['id']} on {fix['dataset']} ({fix['kind']}, {fix['rows']} rows)" for fix in self.fixes]
            lines.append(f"open fixes: {', '.join(told)}")
        if self.runs:
            lines.append(f"training runs: {', '.join(map(_run, self.runs))}")
        if self.reports:
            told = [f"{report['kind']}{f' of {run}' if (run := report['run']) else ''}" for report in self.reports]
            lines.append(f"reports: {', '.join(dict.fromkeys(told))}")
        if self.uploads:
            lines.append(f"files uploaded: {', '.join(map(quoted, self.uploads))}")
        if self.services:
            told = [f"{one['name']} ({one['state']}, {' and '.join(one['runs'])})" for one in self.services]
            lines.append(f"services: {', '.join(told)}")
        return "\n".join(lines)

    def _goal(self) -> str:
        if not self.goal:
            return "goal: none yet"
        description, task, metric = self.goal
        return f"goal: {quoted(description)} ({task}, {metric})"

    def _datasets(self) -> list[str]:
        if not self.datasets:
            return ["datasets: none yet"]
        lines: list[str] = []
        for one in self.datasets:
            columns = [
                f"{_column(name)}{f' ({role})' if role else ''}"
                for name, role in [*one["columns"].items()][:MOST_NAMES]
            ]
            told = f"{one['rows']} rows, version {one['version']}, columns {', '.join(columns)}"
            lines.append(f"dataset {one['name']}: {told}")
        return lines


def uploads(ws: Workspace) -> list[str]:
    """The names of the uploaded files, oldest first."""
    files = [path for path in ws.uploads.iterdir() if path.is_file() and not path.name.startswith(".")]
    return [path.name for path in sorted(files, key=lambda path: path.stat().st_mtime)]


def quoted(text: str, most: int = MOST_LETTERS) -> str:
    """Words from outside as a short JSON string in which everything can be seen."""
    said = json.dumps(text if len(text) <= most else text[: most - 1] + "…", ensure_ascii=False)
    seen = "".join(letter if letter.isprintable() else json.dumps(letter)[1:-1] for letter in said)
    return MARKS.sub(lambda mark: f"\\u{ord(mark[0]):04x}", seen)


def unmarked(text: str) -> str:
    """The user's words, in which no mark of a chat is one any more."""
    return MARKS.sub(r"\g<0> ", text)


def _run(run: dict[str, Any]) -> str:
    named = f" {quoted(run['name'])}" if "name" in run else ""
    about = f"{run['technique']} of {_short(run['base_model'])} on {run['dataset']}"
    return f"{run['id']}{named} ({run['state']}, {about})"


def _role(role: str) -> str:
    return "" if role == "other" else role


def _column(name: str) -> str:
    """A column's name: one word as it is, anything else in quotes."""
    return name if re.fullmatch(rf"\w{{1,{MOST_LETTERS}}}", name) else quoted(name)


def _short(base_model: str) -> str:
    """A base model's name without its folders: it may be a path."""
    name = base_model.rstrip("/").rpartition("/")[2]
    return name if re.fullmatch(rf"[\w.-]{{1,{MOST_LETTERS}}}", name) else quoted(name)
