"""The audit of another run on the same data, to see what a remedy did."""

from collections.abc import Mapping
from typing import Any

from store import Workspace
from tools.evaluate._intervals import Estimate, difference

Json = dict[str, Any]


def earlier(ws: Workspace, run: str, dataset: str) -> Json | None:
    """The findings of the newest audit of another run that was trained on this dataset; None if there is none."""
    for report in reversed(ws.reports.all("audit")):
        model: Json = report.body.get("model") or {}
        found: Json | None = model.get("findings")
        if report.run not in (None, run) and report.dataset == dataset and found:
            kept = ("key", "value", "low", "high", "neutral", "found", "rows", "kind")
            rows: Json = {one["key"]: {name: one[name] for name in kept} for one in found["ranked"]}
            return {"run": report.run, "report": report.id, "version": report.version, "findings": rows}
    return None


def against(before: Mapping[str, Json], now: Mapping[str, Any]) -> Json | None:
    """How one figure changed, with an interval that takes both audits as independent (MOVER).

    Both figures are taken as distances from no difference, so that less is better whatever the direction was.
    """
    was = before.get(now["key"])
    if was is None:
        return None
    one, other = _size(now), _size(was)
    moved = difference(one, other)
    told = "smaller" if moved.high < 0 else "larger" if moved.low > 0 else "cannot tell"
    return {"was": other.as_json(), "now": one.as_json(), "change": moved.as_json(), "told": told}


def _size(found: Mapping[str, Any]) -> Estimate:
    """The figure on the side of no difference on which it lies, so that growing is always worse."""
    away = [found[end] - found["neutral"] for end in ("value", "low", "high")]
    return Estimate(*away) if away[0] >= 0 else Estimate(-away[0], -away[2], -away[1])
