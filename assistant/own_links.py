"""A link is followed only if a person wrote it: what a model read in someone's data leads nowhere."""

from collections.abc import Iterator, Sequence
from typing import Any, cast

from langchain_core.messages import AnyMessage, HumanMessage


def strange(arguments: dict[str, Any], messages: Sequence[AnyMessage]) -> str:
    """The first link among the arguments of a call that stands in no message of the user's; empty if there is none."""
    said = "\n".join(message.text for message in messages if isinstance(message, HumanMessage))
    return next((text for text in _texts(arguments) if "://" in text and text.strip() not in said), "")


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in cast("dict[str, Any]", value).values():
            yield from _texts(each)
    elif isinstance(value, list | tuple):
        for each in cast("Sequence[Any]", value):
            yield from _texts(each)
