"""What the model is told: first what changes least, so that it is read once; last what the user said."""

import json
from collections.abc import Sequence

from assistant.models.brain import Message
from assistant.transcript import Turn
from store import Workspace
from tools import TOOLS

RULES = """You run Tunewright, a program that helps one person fine-tune a language model on their own data.
You choose the next action for what the user asks now. The actions:"""

WORDS = {
    "answer": "Reply in words: what a term means, advice, how something works, a greeting, thanks.",
    "ask": "Ask back, because it is unclear what the user wants or which thing is meant.",
}
"""What can be chosen beside the tools."""

MOST_NAMES = 12
MOST_LETTERS = 48
EARLIER_TURNS = 3
LONGEST_WISH = 1500


def rules(ws: Workspace | None) -> Message:
    """What changes least: the rules and the actions, a line each, then the project as it is now.

    Without a workspace only what never changes: read ahead, it is known when the first request comes.
    """
    actions = {name: tool.summary for name, tool in TOOLS.items()} | WORDS
    lines = "\n".join(f"- {name}: {summary}" for name, summary in actions.items())
    project = f"\n\nThe project now:\n{facts(ws)}" if ws else ""
    return {"role": "system", "content": f"{RULES}\n{lines}{project}"}


def request(talk: Sequence[Turn], examples: Sequence[tuple[str, str]], wish: str) -> list[Message]:
    """What changes each time, as a conversation: what was said before, examples, and what the user says now.

    A small model follows turns that it seems to have taken itself better than a list of examples.

    Args:
        talk: The turns, the present one last.
        examples: What others said, and the action it meant, the nearest last.
        wish: What the user says now, in full.
    """
    messages: list[Message] = []
    for turn in talk[-1 - EARLIER_TURNS : -1]:
        last = [chose(turn.done[-1].tool)] if turn.done else []  # not what came of it: it may be rows of data
        said: list[Message] = [{"role": "assistant", "content": turn.said[:160]}] if turn.said else []
        messages += [_user(turn.wish[:300]), *(last or said or [chose("answer")])]
    for text, action in examples:
        messages += [_user(text), chose(action)]
    messages.append(_user(wish[:LONGEST_WISH]))
    return messages


def chose(action: str) -> Message:
    """The model's turn when it chose an action."""
    return {"role": "assistant", "content": json.dumps({"tool": action})}


def _user(text: str) -> Message:
    return {"role": "user", "content": text}


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
