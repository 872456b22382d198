"""How likely a model finds each of a few words as what it says next, piece by piece."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from math import exp, log

Pieces = dict[str, float]
"""Pieces of text that may come next, with the logarithm of their probability."""
WORTH_A_LOOK = 0.01
"""A piece that begins several words is followed further if it is at least this likely."""


def weighed(ahead: Callable[[str], Pieces | None], words: Sequence[str], said: str = "") -> dict[str, float] | None:
    """The logarithm of the probability of each word, given that the model says one of them, then a quotation mark.

    Args:
        ahead: Gives what comes after some text; None if the model cannot tell.
        words: What may be said.
        said: What all of them begin with, and has been said.

    Returns:
        None if the model cannot tell. A word that is not among the likeliest gets half of the least of them.
    """
    pieces = ahead(said)
    if not pieces:
        return None
    chances: dict[str, float] = defaultdict(float)
    for piece, chance in pieces.items():
        meant = [word for word in words if piece and f'{word[len(said) :]}"'.startswith(piece)]
        if len(meant) > 1 and exp(chance) > WORTH_A_LOOK and (further := weighed(ahead, meant, said + piece)):
            for word, share in further.items():
                chances[word] += exp(chance + share)
        else:
            for word in meant:
                chances[word] += exp(chance) / len(meant)
    least = exp(min(pieces.values())) / 2
    total = sum(chances.get(word, least) for word in words)
    return {word: log(chances.get(word, least) / total) for word in words}
