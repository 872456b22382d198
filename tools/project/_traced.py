"""The way from a result to what is behind its numbers."""

from dataclasses import replace

from tools.result import Result


def whence_chip(report: str) -> str:
    """What a user says to be told where the numbers of a report come from."""
    return f"where do the numbers of {report} come from?"


def traced(result: Result, report: str) -> Result:
    """The result with the way to its ledger among what may be asked next."""
    return replace(result, next=[*result.next, whence_chip(report)])
