"""Rewrite a text to be about someone else, so that no label leans on gender or on where a name comes from."""

import random
from collections.abc import Collection

from tools.audit._swap import WORD, swaps


def rewrite(text: str, rng: random.Random, kept: Collection[str] = ()) -> str | None:
    """The text with its gendered words turned, or its first names from another origin.

    Args:
        text: What to rewrite.
        rng: Chooses which of the two, and the origin.
        kept: Words in lower case that stay, such as those of the labels.

    Returns:
        The new text; None if it names nobody, or a word that stays would change.
    """
    found = [swap.text for swap in swaps(text, rng.randrange(1_000_000)) if swap.kind != "control"]
    held = [word for word in _words(text) if word in kept]
    fitting = [new for new in dict.fromkeys(found) if new != text and [w for w in _words(new) if w in kept] == held]
    return rng.choice(fitting) if fitting else None


def _words(text: str) -> list[str]:
    return [word.lower() for word in WORD.findall(text)]
