"""Texts without the personal data that is found in them."""

from tools.clean._personal.kinds import KINDS, all_spans


def masked(text: str) -> str:
    """The text with each name, address, number and the like as <NAME>, <EMAIL> ...

    Example:
        >>> masked("Write to ana.ruiz@example.org about my refund")
        'Write to <EMAIL> about my refund'
    """
    end = len(text) + 1
    for kind, (start, stop) in reversed(all_spans(text)):
        if stop <= end:  # of two that overlap, the later one stands
            text, end = f"{text[:start]}{KINDS[kind].mask}{text[stop:]}", start
    return text
