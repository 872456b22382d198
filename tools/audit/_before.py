"""The same audit of an earlier version of the data, to see what a remedy changed."""

from collections.abc import Iterator, Mapping
from typing import Any

from store import Version, Workspace

Json = Mapping[str, Any]
MOST = 15


def earlier(ws: Workspace, version: Version, settings: Json) -> Json | None:
    """The newest audit of an earlier version of the same dataset, grouped by the same column.

    Returns:
        None if there is none; else {"report", "version", "changes": [...]} still without the changes.
    """
    for report in reversed(ws.reports.all("audit")):
        body = report.body
        data: Json = body.get("data") or {}
        asked: Json = body.get("settings") or {}
        same = report.dataset == version.dataset and asked.get("group") == settings["group"]
        if same and (report.version or 0) < version.number and data.get("findings"):
            return {"report": report.id, "version": report.version, "data": data}
    return None


def changes(before: Json, now: Json) -> list[dict[str, Any]]:
    """Every finding that was beyond chance then or is now, with both gaps, those of then first.

    Args:
        before: The data of the audit then.
        now: The data of the audit now.
    """
    then, today = _by_key(before), _by_key(now)
    keys = [_key(each) for data in (before, now) for each in data["findings"] if each["flagged"] and each["shown"]]
    told: list[dict[str, Any]] = []
    seen: set[Any] = set()
    for key in keys:
        old, new = then.get(key), today.get(key)
        test = tuple((old or new or {})["test"])
        if test not in seen:
            seen.add(test)
            names = dict(zip(("kind", "attribute", "group", "what"), key, strict=True))
            told.append(names | {"before": _short(old), "now": _short(new), "verdict": "; ".join(_verdict(old, new))})
    return told[:MOST]


def _key(finding: Json) -> tuple[str, str, str, str]:
    return (finding["kind"], finding["attribute"], finding["group"], finding["what"])


def _by_key(data: Json) -> dict[tuple[str, str, str, str], Json]:
    return {_key(each): each for each in data["findings"]}


def _short(finding: Json | None) -> dict[str, Any] | None:
    return None if finding is None else {name: finding[name] for name in ("gap", "rows", "corrected", "flagged")}


def _verdict(old: Json | None, new: Json | None) -> Iterator[str]:
    if old is None or new is None:
        yield "not compared before" if old is None else "no longer compared"
        return
    was, now = abs(old["gap"]["value"]), abs(new["gap"]["value"])
    apart = new["gap"]["high"] < old["gap"]["low"] or new["gap"]["low"] > old["gap"]["high"]
    yield ("smaller" if now < was else "larger") + ("" if apart else ", within what chance may do")
    if old["flagged"] != new["flagged"]:
        yield "no longer beyond chance" if old["flagged"] else "now beyond chance"
