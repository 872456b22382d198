"""The kinds of fixes as an argument."""

from typing import Annotated

from pydantic import AfterValidator, Field

from tools.clean._checks import CALLED, CHECKS


def _known(kind: str) -> str:
    if kind not in CHECKS:
        raise ValueError(f"must be one of {', '.join(CHECKS)}")
    return kind


Kind = Annotated[str, AfterValidator(_known), Field(json_schema_extra={"enum": list(CHECKS), "called": CALLED})]
"""What a check looks for, such as "exact_duplicates"."""
