"""What was said of answers: which were found wrong, by thumbs, corrections and outcomes."""

from collections.abc import Iterable

from store import Workspace
from store.requests import Feedback, Request


def complaints(ws: Workspace, service: str, since: float = 0.0) -> dict[str, bool]:
    """For each request of which something was said, whether its answer was found wrong; what was said last holds."""
    said = ws.requests.said(service, since)
    labels = {each.id: each.label for each in ws.requests.of(service, since)} if _outcomes(said) else {}
    return {each.request: is_wrong(each, labels.get(each.request)) for each in said}


def is_wrong(said: Feedback, label: str | None) -> bool:
    """Whether what was said means that the answer was wrong.

    Args:
        said: A thumb down, a correction that says something else, or an outcome that was another.
        label: The label that was answered, if it was one.
    """
    if said.kind == "thumb":
        return not said.value
    if label is None:
        return said.kind == "correction"
    return (said.text or "").strip().casefold() != label.strip().casefold()


def found_wrong(requests: Iterable[Request], said: Iterable[Feedback]) -> dict[str, bool]:
    """As `complaints`, of requests and feedback that were read already."""
    labels = {each.id: each.label for each in requests}
    return {each.request: is_wrong(each, labels[each.request]) for each in said if each.request in labels}


def _outcomes(said: Iterable[Feedback]) -> bool:
    return any(each.kind != "thumb" for each in said)
