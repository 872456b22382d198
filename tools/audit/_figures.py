"""Figures in the words of an audit."""

from collections.abc import Mapping
from typing import Any


def between(estimate: Mapping[str, Any]) -> str:
    """A share with its interval."""
    return f"{percent(estimate['value'])}, 95 % interval {percent(estimate['low'])} to {percent(estimate['high'])}"


def percent(value: float) -> str:
    """A share in percent."""
    return f"{100 * value:.1f} %"
