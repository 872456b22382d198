"""Look for what is wrong with the rows, and propose what to do about it."""

from collections.abc import Sequence
from dataclasses import replace

from store import Fix, NotApproved, Workspace
from store.counted import Count
from store.errors import NoLongerFits
from tools.clean._checks import CHECKS
from tools.clean._examined import Examined, examined
from tools.clean._findings import Finding, grouped, tables, told, words
from tools.clean._kinds import Kind
from tools.clean._personal.patterns import Patterns
from tools.clean._personal.stand_ins import Key
from tools.clean._personal.treatment import Treatment, Way
from tools.clean._proposal import Notice
from tools.clean._shown import change_of, fixes_table
from tools.kinds import Column, Dataset
from tools.result import Result
from tools.tool import tool

EXAMPLES = 3
"""Rows to show of each fix."""


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
        (
            "replace the names and addresses in referrals by made-up ones",
            {"dataset": "referrals", "kinds": ["person_names", "postal_addresses"], "personal_data": "replace"},
        ),
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
    personal_data: Way | None = None,
    patterns: Patterns | None = None,
) -> Result:
    """Look for defects in a dataset and propose a fix for each kind; changes only what a standing rule says.

    Args:
        dataset: The dataset to look at; with separate files, the one to train on.
        kinds: What to look for; everything if left out.
        against: A second dataset kept out of training, such as its test file, for leakage and conflicting labels.
        text: The column with the text, if it is not known which one it is.
        label: The column with the label, if it is not known which one it is.
        personal_data: Mask it as <NAME> and the like, replace it by made-up data, or drop the row; else it is masked.
        patterns: Regular expressions for personal data of the user's own, such as "TICKET=T-[0-9]{6}".

    Example:
        >>> print(propose_fixes(ws, "reviews", kinds=["exact_duplicates", "missing_text"]))
        Looked at 3 rows of reviews. Found: 1 row repeats an earlier row exactly. Nothing found of: missing text.
        1 fix waits for your yes; nothing was changed.
    """
    own = tuple(patterns or ())
    looked_for: list[str] = [*(kinds or CHECKS), *(["custom_patterns"] if own else [])]
    treatment = Treatment(Key(ws.folder / "personal.key"), personal_data or "mask", own, frozenset(kinds or ()))
    head = ws.datasets.head(dataset)
    with examined(ws, dataset, against, text, label, treatment) as data:
        findings = [_look(ws, data, kind, own_way=personal_data is None) for kind in dict.fromkeys(looked_for)]
        whole = " as a table, since no column is known to hold text" if data.here.table else ""
    findings = [_ruled(ws, finding) for finding in findings]
    fixes = [finding.fix for finding in findings if finding.fix and not finding.by_rule]
    fixes = [fix for its in grouped(fixes).values() for fix in its]
    found = {finding.kind: finding.fix.rows if finding.fix else 0 for finding in findings if not finding.skipped}
    return Result(
        f"Looked at {Count(head.rows):row|rows} of {dataset}{whole}. {told(ws, dataset, findings)}",
        tables=[
            *([fixes_table(f"Fixes for {dataset}", fixes)] if fixes else []),
            *tables(ws, dataset, findings),
        ],
        changes=[change_of(ws, fix, EXAMPLES) for fix in fixes],
        next=_next(dataset, fixes),
        data={
            "dataset": dataset,
            "version": ws.datasets.head(dataset).number,
            "rows": head.rows,
            "found": found,
            "noticed": {finding.kind: finding.noticed for finding in findings if finding.noticed},
            "fixes": {fix.id: fix.kind for fix in fixes},
            "by_rule": {finding.kind: finding.by_rule.number for finding in findings if finding.by_rule},
        },
    )


def _look(ws: Workspace, data: Examined, kind: str, *, own_way: bool) -> Finding:
    """What a check finds; of personal data in the way of the user's rule about it, if the call names no other."""
    rule = ws.rules.all().get(kind)
    if rule and rule.verdict == "never":
        return Finding(kind, None, "", f"your rule: never propose {words(kind)}")
    if rule and rule.way and own_way:
        data = replace(data, treatment=replace(data.treatment, way=rule.way))
    proposal = CHECKS[kind](data)
    if isinstance(proposal, str):
        return Finding(kind, None, "", proposal)
    if isinstance(proposal, Notice):
        return Finding(kind, None, "", "", proposal.found)
    views = {**data.views, **proposal.views}
    fix = ws.fixes.propose(
        data.here.version.dataset,
        kind,
        proposal.sentence,
        f"{proposal.why} {proposal.doubt}".strip(),
        proposal.edits,
        views,
        proposal.done,
        proposal.way,
    )
    return Finding(kind, fix, proposal.found.format(rows=Count(fix.rows if fix else 0)), "")


def _ruled(ws: Workspace, finding: Finding) -> Finding:
    """The finding with its fix applied, if a rule says that it always is; the store lets nothing else through."""
    if not finding.fix or finding.kind not in ws.rules.all():
        return finding
    try:
        applied = ws.fixes.apply_by_rule(finding.fix.id)
    except (NotApproved, NoLongerFits):  # mended in another way than the rule is about, or by another rule already
        return finding
    return replace(finding, by_rule=applied[0]) if applied else finding


def _next(dataset: str, fixes: Sequence[Fix]) -> list[str]:
    if not fixes:
        return [f"split {dataset}", f"profile {dataset}"]
    some = f"apply {fixes[0].id} and {fixes[2].id}" if len(fixes) > 2 else f"apply {fixes[0].id}"
    return [f"apply all fixes to {dataset}", some, f"decline {fixes[-1].id}"]
