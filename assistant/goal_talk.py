"""What people say they want a model for, read by the language model into the words of a goal record.

It only picks words: the number to reach is read by the program, and what was not said is left out.
"""

import json
import re
from collections.abc import Sequence
from typing import Any

from assistant.mentions import Mentions
from assistant.models.brain import Message
from assistant.parts import Part
from assistant.prompt import LONGEST_WISH
from assistant.scene import unmarked

RULES = """Read what someone wants a model for, and say in a few of their own words:
- does: what the model shall do
- gives: label if it chooses one of a few answers, text if it writes
- field: the trade or subject that it is about
- users: the people who will use or read what the model gives, if they are named; otherwise ""
- judged: how good it must be, and how that is measured; otherwise ""
- limits: what they say about privacy, machines or languages; otherwise \"\""""
EXAMPLES = (
    (
        "my boss would like short summaries of court rulings for the lawyers, measured with rouge",
        ("write short summaries of court rulings", "text", "law", "the lawyers", "measured with rouge", ""),
    ),
    (
        "We get piles of contracts, and a machine should mark the risky clauses. Nine in ten must be right.",
        ("mark the risky clauses of contracts", "label", "contracts", "", "Nine in ten must be right", ""),
    ),
    (
        "Our support agents need tickets put into the right queue, each queue counts the same. It has to run offline.",
        (
            "put tickets into the right queue",
            "label",
            "customer support",
            "Our support agents",
            "each queue counts the same",
            "It has to run offline",
        ),
    ),
    (
        "I'm a dentist and would like my notes coded by diagnosis, accuracy 80 %",
        ("code notes by diagnosis", "label", "dentistry", "", "accuracy 80 %", ""),
    ),
    (
        "answer patients' questions about medicines in Polish and English; no data may leave this machine",
        (
            "answer patients' questions about medicines",
            "text",
            "medicine",
            "patients",
            "",
            "in Polish and English; no data may leave this machine",
        ),
    ),
    (
        "something that turns our menu into Danish so that guests can read it",
        ("turn our menu into Danish", "text", "restaurant", "guests", "", ""),
    ),
    (
        "Pull the amounts out of bills for our bookkeepers, 70 % exact match",
        ("pull the amounts out of bills", "text", "accounting", "our bookkeepers", "70 % exact match", ""),
    ),
    ("a spam filter for text messages", ("tell spam from other text messages", "label", "text messages", "", "", "")),
)
TASKS = {"label": "classify", "text": "generate"}
HELD_TO: dict[str, Part] = {
    "does": {"type": "string", "maxLength": 200},
    "gives": {"enum": [*TASKS]},
    "field": {"type": "string", "maxLength": 40},
    "users": {"type": "string", "maxLength": 80},
    "judged": {"type": "string", "maxLength": 120},
    "limits": {"type": "string", "maxLength": 300},
}
"""What the answer is held to. How it is judged is asked for so that it does not end up among the limits."""
_LIMIT = re.compile(
    r"\b(?:offline|on[- ]prem\w*|premises|internet|cloud|gdpr|hipaa|confidential\w*|privacy|private|anonym\w*"
    r"|personal (?:data|details|information)|leaves? (?:the|this|our|my)|gpu|laptop|phone|raspberry|server"
    r"|(?:gb|gigabytes?|mb) of (?:ram|memory)|ram)\b",
    re.IGNORECASE,
)
"""Words that hardly ever are about anything but privacy or the machine: the piece of the message they are in counts."""
_JUDGED = re.compile(
    r"\b(?:accura\w+|f1|precision|recall|matthews|mcc|auroc|auc|bleu|rouge|chrf|meteor|bertscore|exact\w*|per ?cent"
    r"|target)\b|%",
    re.IGNORECASE,
)
_PIECE = re.compile(r"[.;!?](?:\s+|$)|,\s+(?:and |but )?|\s+(?:and|but)\s+(?=it |must |has |have |we |no |nothing )")


def request(wish: str) -> list[Message]:
    """The conversation that ends with what the user wants. All but its end is always the same, and read once."""
    messages: list[Message] = [{"role": "system", "content": RULES}]
    for text, said in EXAMPLES:
        wrote = json.dumps(dict(zip(HELD_TO, said, strict=True)))
        messages += [Message(role="user", content=text), Message(role="assistant", content=wrote)]
    return [*messages, {"role": "user", "content": unmarked(wish[:LONGEST_WISH])}]


def heard(told: dict[str, Any], wish: str, numbers: Sequence[float]) -> dict[str, Any]:
    """The arguments of `set_goal` in what the model told: only the user's own words, but for the name of the field.

    Args:
        told: The model's answer.
        wish: The message.
        numbers: The numbers in it whose meaning is open: a single share of one is the value to reach.
    """
    does, users = (_own(told[name], wish) for name in ("does", "users"))
    limits = "; ".join(piece for piece in _own(told["limits"], wish).split("; ") if not _JUDGED.search(piece))
    more = [piece for piece in _PIECE.split(wish) if _LIMIT.search(piece) and piece.lower() not in limits.lower()]
    found: dict[str, Any] = {
        "description": does or wish.strip(),
        "task": TASKS[told["gives"]],
        "domain": told["field"].strip(),
        "users": users,
        "constraints": "; ".join([*([limits] if limits else []), *more]),
    }
    shares = [number for number in numbers if 0 < number < 1]
    return {name: value for name, value in found.items() if value} | ({"target": shares[0]} if len(shares) == 1 else {})


def _own(said: str, wish: str) -> str:
    """What the model picked, if the user said it."""
    said = said.strip(" .;,")
    return said if Mentions(wish).backs(said, {}) else ""
