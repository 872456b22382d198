"""What the model is told: first what never changes, so that it is read once; last what the user said."""

import json
from collections.abc import Sequence

from assistant.models.brain import Message
from assistant.transcript import Done, Turn
from store import Workspace
from tools import TOOLS

RULES = """You run Tunewright, a program that helps one person fine-tune a language model on their own data.
You choose the next action for what the user asks now. The actions:"""

WORDS = {
    "answer": "Reply in words: what a term means, advice, how something works, a greeting, thanks.",
    "ask": "Ask back, because it is unclear what the user wants or which thing is meant.",
    "done": "Nothing is left to do of what the user asked.",
}
"""What can be chosen beside the tools."""

MOST_NAMES = 12
MOST_LETTERS = 48
EARLIER_TURNS = 3


def rules() -> Message:
    """The part that never changes: the rules and the actions, a line each."""
    actions = {name: tool.summary for name, tool in TOOLS.items()} | WORDS
    lines = "\n".join(f"- {name}: {summary}" for name, summary in actions.items())
    return {"role": "system", "content": f"{RULES}\n{lines}"}


def request(ws: Workspace, talk: Sequence[Turn], examples: Sequence[tuple[str, str]]) -> Message:
    """The part that changes: the project now, what was said before, examples, and what the user said.

    Args:
        ws: The workspace.
        talk: The turns, the present one last.
        examples: What others said, and the call that it meant, the nearest last.
    """
    parts = [f"The project now:\n{facts(ws)}"]
    if earlier := "\n".join(_told(turn) for turn in talk[-1 - EARLIER_TURNS : -1]):
        parts.append(f"Before this:\n{earlier}")
    if examples:
        parts.append("Examples:\n" + "\n".join(f"{json.dumps(text)} -> {call}" for text, call in examples))
    now = talk[-1]
    done = "".join(f"\nDone already: {_call(one)}" for one in now.done)
    parts.append(f"The user says now: {json.dumps(now.wish[:1500], ensure_ascii=False)}{done}\nThe next action?")
    return {"role": "user", "content": "\n\n".join(parts)}


def facts(ws: Workspace) -> str:
    """The project as it is now, in a few lines. Names are quoted and cut short: they are data, not orders."""
    lines = [*_goal(ws), *_datasets(ws)]
    if fixes := ws.fixes.all(state="open"):
        told = [f"{fix.id} on {fix.dataset} ({fix.kind}, {fix.rows} rows)" for fix in fixes[:MOST_NAMES]]
        lines.append(f"open fixes: {', '.join(told)}")
    if runs := ws.runs.all():
        told = [
            f"{run.id} ({run.state}, {run.plan.get('technique', '')} on {run.dataset})" for run in runs[-MOST_NAMES:]
        ]
        lines.append(f"training runs: {', '.join(told)}")
    if reports := ws.reports.all():
        told = [f"{report.kind}{f' of {report.run}' if report.run else ''}" for report in reports[-MOST_NAMES:]]
        lines.append(f"reports: {', '.join(dict.fromkeys(told))}")
    if files := uploads(ws):
        lines.append(f"files uploaded: {', '.join(quoted(name) for name in files[-MOST_NAMES:])}")
    return "\n".join(lines)


def tables(ws: Workspace) -> str:
    """The datasets as SQL tables, a line each."""
    lines: list[str] = []
    for name in ws.datasets.names()[-MOST_NAMES:]:
        columns = list(ws.datasets.head(name).columns.items())[:MOST_NAMES]
        lines.append(f"{name}({', '.join(f'{quoted(column)} {kind[:20]}' for column, kind in columns)})")
    return "\n".join(lines)


def uploads(ws: Workspace) -> list[str]:
    """The names of the uploaded files, oldest first."""
    files = [path for path in ws.uploads.iterdir() if path.is_file() and not path.name.startswith(".")]
    return [path.name for path in sorted(files, key=lambda path: path.stat().st_mtime)]


def quoted(name: str) -> str:
    """A name from outside as a short JSON string."""
    return json.dumps(name if len(name) <= MOST_LETTERS else name[: MOST_LETTERS - 1] + "…", ensure_ascii=False)


def _goal(ws: Workspace) -> list[str]:
    goal = ws.goals.get()
    return [f"goal: {quoted(goal.description)} ({goal.task}, {goal.metric})"] if goal else ["goal: none yet"]


def _datasets(ws: Workspace) -> list[str]:
    if not ws.datasets.names():
        return ["datasets: none yet"]
    lines: list[str] = []
    for name in ws.datasets.names()[-MOST_NAMES:]:
        head = ws.datasets.head(name)
        columns = [
            f"{quoted(column)[1:-1]}{f' ({role})' if (role := head.roles.get(column, 'other')) != 'other' else ''}"
            for column in list(head.columns)[:MOST_NAMES]
        ]
        lines.append(f"dataset {name}: {head.rows} rows, version {head.number}, columns {', '.join(columns)}")
    return lines


def _told(turn: Turn) -> str:
    done = [_call(one) for one in turn.done]  # not what came of it: rows of data are no part of a decision
    said = [turn.said[:160]] if turn.said else []
    return "\n".join([f"user: {turn.wish[:300]}", *(f"you: {line}" for line in [*done, *said])])


def _call(done: Done) -> str:
    return f"{done.tool} {json.dumps(done.arguments, ensure_ascii=False)}{' (did not work)' if done.failed else ''}"
