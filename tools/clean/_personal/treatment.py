"""What the user wants done with personal data."""

from dataclasses import dataclass
from typing import Literal

from tools.clean._personal.stand_ins import Key

Way = Literal["mask", "replace", "drop"]
"""Write <NAME> and the like; write something made up, the same for the same; or drop the row."""


@dataclass(frozen=True)
class Treatment:
    """How personal data is treated, and what else counts as such."""

    key: Key
    way: Way = "mask"
    patterns: tuple[str, ...] = ()
    """Regular expressions of the user's own."""
    asked: frozenset[str] = frozenset()
    """The kinds that were asked for by name."""
