"""What kind of rows a dataset holds, in words."""

from tools.data._read import Arrival
from tools.data._shape import Shape


def kind_of_rows(arrival: Arrival, shape: Shape) -> str:
    """A sentence such as "These are texts with labels."; empty if the columns do not tell."""
    named = _named(shape.roles, arrival)
    return f"These are {named}." if named else ""


def _named(roles: dict[str, str], arrival: Arrival) -> str:
    has = set(roles.values())
    if arrival.reading.roles.get("position"):
        return "passages of documents, each with its source"
    if "rejected" in has and has & {"completion", "messages", "text"}:
        return "preference pairs: a better and a worse answer"
    if "messages" in has:
        spelled = any("sharegpt" in kinds for kinds in arrival.staged.kinds)
        return f"conversations ({'ShareGPT' if spelled else 'messages with role and content'})"
    if {"prompt", "completion"} <= has:
        alpaca = {"instruction", "output"} <= {name.lower() for name in roles}
        return "instructions with answers (Alpaca)" if alpaca else "prompts with completions"
    if "text" in has:
        return "texts with labels" if "label" in has else "plain texts"
    return ""
