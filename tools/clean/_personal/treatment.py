"""What the user wants done with personal data."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, JsonValue

from tools.clean._personal.stand_ins import Key

CALLED: dict[str, JsonValue] = {
    "mask": ["mask", "masked", "masking", "redact", "redacted", "hide", "hidden"],
    "replace": ["replace", "replaced", "substitute", "pseudonymise", "pseudonymize", "pseudonyms", "fake", "invented"],
    "drop": ["drop", "dropped"],
}
"""Words by which people mean a way."""
Way = Annotated[Literal["mask", "replace", "drop"], Field(json_schema_extra={"called": CALLED})]
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
