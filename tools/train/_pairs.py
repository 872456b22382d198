"""A better and a worse answer to the same question, as two conversations."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tools.train._examples import Message, conversation, question


@dataclass(frozen=True)
class Pair:
    """Two conversations that differ in their last answer alone."""

    chosen: list[Message]
    rejected: list[Message]


def pair(row: Mapping[str, Any], plan: Mapping[str, Any]) -> Pair | None:
    """The pair of a row; None if a part is missing, both answers are the same, or the questions differ."""
    told = row[plan["rejected"]]
    if told is None:
        return None
    chosen = conversation(row, plan)
    if plan.get("messages"):
        rejected: list[Message] = [{"role": turn["role"], "content": turn["content"] or ""} for turn in told]
    else:
        rejected = [*question(chosen), {"role": "assistant", "content": str(told)}]
    whole = all(talk and talk[-1]["role"] == "assistant" and talk[-1]["content"].strip() for talk in (chosen, rejected))
    if not whole or question(chosen) != question(rejected) or not question(chosen):
        return None
    asked, said = question(chosen)[-1]["content"], (chosen[-1]["content"], rejected[-1]["content"])
    return Pair(chosen, rejected) if asked.strip() and said[0].split() != said[1].split() else None
