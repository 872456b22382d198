"""How a run did beside the one that is served, before it is given any requests."""

from typing import Any

from store import Workspace


def against_served(ws: Workspace, new: str, old: str) -> str:
    """What the newest comparison of a run with the one that is served says, or that there is none."""
    for report in reversed(ws.reports.all("comparison")):
        for pair in report.body["pairs"]:
            if {pair["one"], pair["other"]} == {new, old}:
                return f"Compared on {report.body['rows']:,} rows ({report.id}), {_said(pair, new, old)}."
    return f"{new} was not compared with {old} yet: ask first whether {new} is better than {old}."


def _said(pair: dict[str, Any], new: str, old: str) -> str:
    if not pair["told_apart"]:
        return f"{new} and {old} cannot be told apart"
    return f"{new} is {'better' if pair['better'] == new else 'WORSE'} than {old}, beyond chance"
