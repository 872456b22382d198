"""What the card of a dataset says of its use: answers, limits, the bias audit, and rows lost on the way."""

from collections.abc import Iterator

from store import Version, Workspace
from store.counted import Count
from store.uses import QUESTIONS

UNANSWERED = "Not answered yet."
LIMITS = (
    "The rows stand for where and when they were collected, and for nobody else. That no bias was found is no proof "
    "that there is none."
)


def told(ws: Workspace, version: Version) -> list[tuple[str, str]]:
    """Headings with their text, for the end of the card."""
    return [*_use(ws), ("Limits", LIMITS), ("Bias audit", _audit(ws, version)), ("What was lost", _lost(ws, version))]


def _use(ws: Workspace) -> Iterator[tuple[str, str]]:
    answers = ws.uses.all()
    goal = ws.goals.get()
    if goal:
        yield "What it was prepared for", goal.description
    for about, question in QUESTIONS.items():
        yield (
            question.replace(" it ", " a model trained on it ", 1),
            (answers[about].text if about in answers else UNANSWERED),
        )


def _audit(ws: Workspace, version: Version) -> str:
    audits = [report for report in ws.reports.all(kind="audit") if report.dataset == version.dataset]
    if not audits:
        return "It was not audited for bias."
    newest = audits[-1]
    on = "this version" if newest.version == version.number else f"version {newest.version}"
    return f"Audited at {on} ({newest.id}, {newest.made_at} UTC): {newest.body['result']['text']}"


def _lost(ws: Workspace, version: Version) -> str:
    line = ws.datasets.lineage(version.dataset, version.number)
    steps = [
        f"{Count(before.rows - after.rows):row|rows} at version {after.number} ({after.sentence.rstrip('.')})"
        for before, after in zip(line, line[1:], strict=False)
        if after.rows < before.rows
    ]
    if not steps:
        return f"No step made the rows fewer: {Count(line[0].rows):row was|rows were} loaded."
    return f"Of {Count(line[0].rows):row|rows} that were loaded first, steps left out: {'; '.join(steps)}."
