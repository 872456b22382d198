"""When two readings of a message are nearly as likely: what is asked back, and what the reply to it means."""

import re
from collections.abc import Sequence
from math import exp

from assistant.transcript import Turn
from tools import TOOLS

MOST = 3
WORTH_NAMING = 0.1
"""How likely a reading has to be, to be offered."""
IN_WORDS = "Just answer"


def title(tool: str) -> str:
    """What a tool is called on the page: "Propose fixes"."""
    return IN_WORDS if tool == "answer" else tool.replace("_", " ").capitalize()


def question(tools: Sequence[str]) -> str:
    """Which of these is meant?"""
    told = [_told(tool) for tool in tools]
    return f"I am not sure what you mean. Shall I {'; '.join(told[:-1])}; or {told[-1]}?"


def likeliest(chances: dict[str, float]) -> list[str]:
    """What can be offered, the likeliest first: two at least.

    Args:
        chances: The logarithm of the probability of each reading.
    """
    named = sorted((name for name in chances if name != "ask"), key=lambda name: -chances[name])
    return [name for place, name in enumerate(named[:MOST]) if place < 2 or exp(chances[name]) > WORTH_NAMING]


def picked(talk: Sequence[Turn]) -> tuple[Sequence[Turn], str]:
    """The tool whose title the last message is, with the conversation as if the message before had meant it.

    Returns:
        The conversation as it is, and an empty string, if it is no title.
    """
    named = {title(tool).lower(): tool for tool in [*TOOLS, "answer"]}
    tool = named.get(talk[-1].wish.lower().strip(" .!"), "")
    if tool and len(talk) > 1 and not talk[-2].done and talk[-2].said.endswith("?"):
        return [*talk[:-2], Turn(talk[-2].wish, talk[-1].done)], tool
    return talk, tool


def _told(tool: str) -> str:
    """What a tool does, as the end of "shall I"."""
    if tool == "answer":
        return "answer that in words"
    told = re.split(r"[:;.]|, and | by itself", TOOLS[tool].summary)[0]
    return told[0].lower() + told[1:]
