"""What the model is told: first what changes least, so that it is read once; last what the user said.

Names from the data stand in it as short JSON strings, and nothing that a model reads as a mark of its chat.
"""

import json
from collections.abc import Sequence

from assistant.models.brain import Message
from assistant.scene import Scene, unmarked
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

EARLIER_TURNS = 3
LONGEST_WISH = 1500


def rules(ws: Workspace | None) -> Message:
    """What changes least: the rules and the actions, a line each, then the project as it is now.

    Without a workspace only what never changes: read ahead, it is known when the first request comes.
    """
    actions = {name: tool.summary for name, tool in TOOLS.items()} | WORDS
    lines = "\n".join(f"- {name}: {summary}" for name, summary in actions.items())
    project = f"\n\nThe project now:\n{Scene.of(ws)}" if ws else ""
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
