"""What the user wants done with personal data."""

from dataclasses import dataclass
from typing import Annotated, Literal

from tools.clean._personal.stand_ins import Key
from tools.kinds import called

Way = Annotated[
    Literal["mask", "replace", "drop"],
    called(
        mask="mask hide redact censor",
        replace="replace pseudonym pseudonymise pseudonymize pseudonymous made-up fake invented",
        drop="drop",
    ),
]
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
