"""What the model is told: first what changes least, so that it is read once; last what the user said.

Names from the data stand in it as short JSON strings, and nothing that a model reads as a mark of its chat.
"""

import json
import re
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
_MARKS = re.compile(r"<(?=[|｜/<a-z])|\[(?=/?[A-Z_]{3,}\])")
"""How marks of a chat begin, such as <|im_end|>, </s>, <start_of_turn> and [INST]: a model takes them for the end of a
message, whoever wrote them."""


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
        words = "" if turn.said.lstrip().startswith("{") else turn.said  # no choice, though it looks like one
        said: list[Message] = [{"role": "assistant", "content": unmarked(words[:160])}] if words else []
        messages += [_user(turn.wish[:300]), *(last or said or [chose("answer")])]
    for text, action in examples:
        messages += [_user(text), chose(action)]
    messages.append(_user(wish[:LONGEST_WISH]))
    return messages


def chose(action: str) -> Message:
    """The model's turn when it chose an action."""
    return {"role": "assistant", "content": json.dumps({"tool": action})}


def _user(text: str) -> Message:
    return {"role": "user", "content": unmarked(text)}


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


def uploads(ws: Workspace) -> list[str]:
    """The names of the uploaded files, oldest first."""
    files = [path for path in ws.uploads.iterdir() if path.is_file() and not path.name.startswith(".")]
    return [path.name for path in sorted(files, key=lambda path: path.stat().st_mtime)]


def quoted(text: str, most: int = MOST_LETTERS) -> str:
    """Words from outside as a short JSON string in which everything can be seen."""
    said = json.dumps(text if len(text) <= most else text[: most - 1] + "…", ensure_ascii=False)
    seen = "".join(letter if letter.isprintable() else json.dumps(letter)[1:-1] for letter in said)
    return _MARKS.sub(lambda mark: f"\\u{ord(mark[0]):04x}", seen)


def unmarked(text: str) -> str:
    """The user's words, in which no mark of a chat is one any more."""
    return _MARKS.sub(r"\g<0> ", text)


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
            f"{_column(column)}{f' ({role})' if (role := head.roles.get(column, 'other')) != 'other' else ''}"
            for column in list(head.columns)[:MOST_NAMES]
        ]
        lines.append(f"dataset {name}: {head.rows} rows, version {head.number}, columns {', '.join(columns)}")
    return lines


def _column(name: str) -> str:
    """A column's name: one word as it is, anything else in quotes."""
    return name if re.fullmatch(rf"\w{{1,{MOST_LETTERS}}}", name) else quoted(name)
