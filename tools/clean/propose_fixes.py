"""Look for what is wrong with the rows, and propose what to do about it."""

from collections.abc import Sequence
from dataclasses import dataclass

from store import Fix, Workspace
from store.counted import Count
from tools.clean._checks import CHECKS
from tools.clean._examined import Examined, examined
from tools.clean._kinds import Kind
from tools.clean._shown import change_of, fixes_table
from tools.kinds import Column, Dataset
from tools.result import Result
from tools.tool import tool

EXAMPLES = 3
"""Rows to show of each fix."""


@dataclass(frozen=True)
class Finding:
    """What came of one check."""

    kind: str
    fix: Fix | None
    found: str
    skipped: str
    """Why the check does not apply."""


@tool(
    asks=[
        ("what is wrong with the tickets data?", {"dataset": "tickets"}),
        ("find problems in reviews and tell me how you'd fix them", {"dataset": "reviews"}),
        (
            "Check messages for duplicates",
            {"dataset": "messages", "kinds": ["exact_duplicates", "normalised_duplicates"]},
        ),
        (
            "are there phone numbers or emails in chats",
            {"dataset": "chats", "kinds": ["email_addresses", "phone_numbers"]},
        ),
        (
            "does intents_train leak into intents_test",
            {"dataset": "intents_train", "against": "intents_test", "kinds": ["leakage"]},
        ),
        ("clean up the support dataset please", {"dataset": "support"}),
        ("is there junk in leads?", {"dataset": "leads"}),
        ("can I trust the contracts data as it is", {"dataset": "contracts"}),
        (
            "look for personal data in ward_notes before anyone sees it: mails, phones",
            {"dataset": "ward_notes", "kinds": ["email_addresses", "phone_numbers"]},
        ),
        ("what would you repair in orders", {"dataset": "orders"}),
        ("do a quality check on calls", {"dataset": "calls"}),
        ("my colleague says letters is full of rubbish, is it?", {"dataset": "letters"}),
        (
            "the labels in incidents contradict each other, have a look",
            {"dataset": "incidents", "kinds": ["conflicting_labels"]},
        ),
        ("make forms tidy, but show me first what you would do", {"dataset": "forms"}),
    ],
)
def propose_fixes(
    ws: Workspace,
    dataset: Dataset,
    kinds: list[Kind] | None = None,
    against: Dataset | None = None,
    text: Column | None = None,
    label: Column | None = None,
) -> Result:
    """Look for defects in a dataset and propose a fix for each kind; changes nothing.

    Args:
        dataset: The dataset to look at; with separate files, the one to train on.
        kinds: What to look for; everything if left out.
        against: A second dataset kept out of training, such as its test file, for leakage and conflicting labels.
        text: The column with the text, if it is not known which one it is.
        label: The column with the label, if it is not known which one it is.

    Example:
        >>> print(propose_fixes(ws, "reviews", kinds=["exact_duplicates", "missing_text"]))
        Looked at 3 rows of reviews. Found: 1 row repeats an earlier row exactly. Nothing found of: missing text.
        1 fix waits for your yes; nothing was changed.
    """
    with examined(ws, dataset, against, text, label) as data:
        findings = [_look(ws, data, kind) for kind in dict.fromkeys(kinds or CHECKS)]
    fixes = [finding.fix for finding in findings if finding.fix]
    head = ws.datasets.head(dataset)
    found = {finding.kind: finding.fix.rows if finding.fix else 0 for finding in findings if not finding.skipped}
    return Result(
        f"Looked at {Count(head.rows):row|rows} of {dataset}. {_told(ws, dataset, findings)}",
        tables=[fixes_table(f"Fixes for {dataset}", fixes)] if fixes else [],
        changes=[change_of(ws, fix, EXAMPLES) for fix in fixes],
        next=_next(dataset, fixes),
        data={
            "dataset": dataset,
            "version": head.number,
            "rows": head.rows,
            "found": found,
            "fixes": {fix.id: fix.kind for fix in fixes},
        },
    )


def _look(ws: Workspace, data: Examined, kind: str) -> Finding:
    proposal = CHECKS[kind](data)
    if isinstance(proposal, str):
        return Finding(kind, None, "", proposal)
    views = {**data.views, **proposal.views}
    fix = ws.fixes.propose(
        data.here.version.dataset,
        kind,
        proposal.sentence,
        f"{proposal.why} {proposal.doubt}".rstrip(),
        proposal.edits,
        views,
        proposal.done,
    )
    return Finding(kind, fix, proposal.found.format(rows=Count(fix.rows if fix else 0)), "")


def _told(ws: Workspace, dataset: str, findings: Sequence[Finding]) -> str:
    found = [finding.found for finding in findings if finding.fix]
    nothing = [_words(finding.kind) for finding in findings if not finding.fix and not finding.skipped]
    skipped = [f"{_words(finding.kind)} ({finding.skipped})" for finding in findings if finding.skipped]
    looked_for = {finding.kind for finding in findings}
    declined = [fix for fix in ws.fixes.all(dataset, state="declined") if fix.kind in looked_for]
    parts: list[str] = []
    if found:
        parts.append(f"Found: {'; '.join(found)}.")
    if nothing:
        parts.append(f"Nothing found of: {', '.join(nothing)}.")
    if skipped:
        parts.append(f"Not looked for: {', '.join(skipped)}.")
    if declined:
        parts.append(f"Left out because you declined it: {' '.join(_declined(fix) for fix in declined)}")
    waiting = f"{Count(len(found)):fix waits|fixes wait} for your yes; nothing was changed."
    return " ".join([*parts, waiting if found else "There is nothing to approve."])


def _declined(fix: Fix) -> str:
    return f"{fix.sentence}{f' ({fix.note})' if fix.note else ''}"


def _words(kind: str) -> str:
    return kind.replace("_", " ")


def _next(dataset: str, fixes: Sequence[Fix]) -> list[str]:
    if not fixes:
        return [f"split {dataset}", f"profile {dataset}"]
    some = f"apply {fixes[0].id} and {fixes[2].id}" if len(fixes) > 2 else f"apply {fixes[0].id}"
    return [f"apply all fixes to {dataset}", some, f"decline {fixes[-1].id}"]
