"""What the checks found, in a few calm words and in tables."""

from collections.abc import Sequence
from dataclasses import dataclass

from store import Fix, Version, Workspace
from store.counted import Count
from tools.clean._checks import GROUPS
from tools.result import Table

FEW = 3
"""So many findings are told one by one; of more, the text says how many, and a table which."""


@dataclass(frozen=True)
class Finding:
    """What came of one check."""

    kind: str
    fix: Fix | None
    found: str
    skipped: str
    """Why the check does not apply."""
    noticed: str = ""
    """What was found that no fix would mend."""
    by_rule: Version | None = None
    """The version that a standing rule made of it."""


def told(ws: Workspace, dataset: str, findings: Sequence[Finding]) -> str:
    """What was found, in a few sentences."""
    waiting = [finding for finding in findings if finding.fix and not finding.by_rule]
    by_rule = [finding.by_rule for finding in findings if finding.by_rule]
    nothing = [words(f.kind) for f in findings if not (f.fix or f.skipped or f.noticed)]
    noticed = [finding.noticed for finding in findings if finding.noticed]
    skipped = [f"{words(finding.kind)} ({finding.skipped})" for finding in findings if finding.skipped]
    parts = [_by_rule(by_rule)] if by_rule else []
    if waiting:
        parts.append(_found(ws, waiting))
    if noticed:
        parts.append(f"No fix can mend this: {' '.join(noticed)}")
    if nothing:
        of = f"Nothing found of {{}} {'other ' if waiting or by_rule else ''}kinds."
        parts.append(_few(nothing, f"Nothing found of: {', '.join(nothing)}.", of))
    if skipped:
        parts.append(_few(skipped, f"Not looked for: {', '.join(skipped)}.", "{} kinds do not apply here."))
    parts += _declined(declined_before(ws, dataset, findings))
    count = f"{Count(len(waiting)):fix waits|fixes wait} for your yes"
    changed = "nothing else was changed" if by_rule else "nothing was changed"
    return " ".join([*parts, f"{count}; {changed}." if waiting else "There is nothing to approve."])


def tables(ws: Workspace, dataset: str, findings: Sequence[Finding]) -> list[Table]:
    """What the text only counts: what was not looked for, and what was declined before."""
    skipped = [(words(finding.kind), finding.skipped) for finding in findings if finding.skipped]
    declined = [(fix.sentence, fix.note) for fix in declined_before(ws, dataset, findings)]
    return [
        *([Table("Not looked for", ("kind", "because"), skipped)] if len(skipped) > FEW else []),
        *([Table("Declined before", ("fix", "in your words"), declined)] if len(declined) > FEW else []),
    ]


def grouped(fixes: Sequence[Fix]) -> dict[str, list[Fix]]:
    """The fixes by group, those with the most rows first."""
    groups: dict[str, list[Fix]] = {}
    for fix in sorted(fixes, key=lambda fix: -fix.rows):
        groups.setdefault(GROUPS.get(fix.kind, "other"), []).append(fix)
    return dict(sorted(groups.items(), key=lambda group: -sum(fix.rows for fix in group[1])))


def in_groups(ws: Workspace, fixes: Sequence[Fix]) -> str:
    """The groups, each with its rows and fixes: "duplicates (24 rows, 2 fixes), labels (4 rows, 1 fix)"."""
    counted = [(name, ws.fixes.rows_of([fix.id for fix in its]), its) for name, its in grouped(fixes).items()]
    counted.sort(key=lambda group: -group[1])
    return ", ".join(f"{name} ({Count(rows):row|rows}, {Count(len(its)):fix|fixes})" for name, rows, its in counted)


def declined_before(ws: Workspace, dataset: str, findings: Sequence[Finding]) -> list[Fix]:
    """What the user declined of the kinds that were looked for, the newest last."""
    kinds = {finding.kind for finding in findings if not finding.skipped}
    return [fix for fix in ws.fixes.all(dataset, state="declined") if fix.kind in kinds]


def words(kind: str) -> str:
    """A kind as people read it."""
    return kind.replace("_", " ")


def _found(ws: Workspace, findings: Sequence[Finding]) -> str:
    fixes = [finding.fix for finding in findings if finding.fix]
    if len(findings) <= FEW:
        return f"Found: {'; '.join(finding.found for finding in findings)}."
    return f"Found, most rows first: {in_groups(ws, fixes)}."


def _by_rule(versions: Sequence[Version]) -> str:
    return " ".join(version.sentence for version in versions)


def _few(listed: Sequence[str], whole: str, counted: str) -> str:
    return whole if len(listed) <= FEW else counted.format(len(listed))


def _declined(fixes: Sequence[Fix]) -> list[str]:
    if not fixes:
        return []
    if len(fixes) > FEW:
        reasons = dict.fromkeys(fix.note for fix in reversed(fixes) if fix.note)
        last = f", the last time with the words: {next(iter(reasons))}" if reasons else ""
        return [f"Left out what you declined {len(fixes)} times{last}."]
    listed = " ".join(f"{fix.sentence}{f' ({fix.note})' if fix.note else ''}" for fix in fixes)
    return [f"Left out because you declined it: {listed}"]
