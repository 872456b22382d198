"""The shares of groups that a user states in words: "women 51, men 49"."""

import re

from tools.tool import ToolError

EXAMPLE = "women 51, men 49"
OFF = 2.0
"""Points by which rounded shares may miss 100."""
NUMBER = re.compile(r"(?<![\w.])(\d+(?:[.,]\d+)?)\s*(?:%|per ?cent\b|points?\b)?")
FILLER = re.compile(
    r"\b(?:are|is|of|the|them|it|were|was|make|makes|up|with|about|and|share|percent|to|be|should)\b", re.I
)


def shares_in(text: str) -> dict[str, float]:
    """The shares that a user states, each between 0 and 1.

    Raises:
        ToolError: They name no group, or do not add up.

    Example:
        >>> shares_in("women 51, men 49")
        {'women': 0.51, 'men': 0.49}
    """
    found: dict[str, float] = {}
    for piece in re.split(r"[;/\n]|,(?!\d)|\band\b|\bversus\b|\bvs\b", text):
        numbers = NUMBER.findall(piece)
        name = " ".join(FILLER.sub(" ", NUMBER.sub(" ", piece)).split()).strip(" :=%-.\"'()")
        if len(numbers) == 1 and name and name not in found:
            found[name] = float(numbers[0].replace(",", "."))
        elif numbers or name:
            raise ToolError(
                f'The reference "{text.strip()[:100]}" cannot be read at "{piece.strip()[:40]}": name each group once, '
                f"with its share, such as: {EXAMPLE}. The name of a dataset or a column works too."
            )
    total = sum(found.values())
    whole = 1.0 if 0 < total <= 1.02 else 100.0
    if none := [name for name, share in found.items() if share == 0]:
        raise ToolError(
            f"The reference gives {', '.join(none)} a share of 0, and nothing compares to that. Leave it out."
        )
    if len(found) < 2 or abs(total - whole) > OFF * whole / 100:
        told = ", ".join(f"{name} {share:g}" for name, share in found.items())
        why = f"add up to {total:g}, not to 100" if len(found) > 1 else "are of one group alone"
        raise ToolError(
            f"The reference shares {why}: {told or text.strip()[:100]}. State all groups, such as: {EXAMPLE}."
        )
    return {name: share / total for name, share in found.items()}
