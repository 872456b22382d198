"""What speaks of a run or was made from it, and what becomes of that when the run is deleted."""

import json

from store import TrainingRun, Workspace


def hanging(ws: Workspace, run: TrainingRun) -> list[tuple[str, str]]:
    """Everything that hangs on a run: (what, what becomes of it when the run is deleted)."""
    found = [
        (f"{report.id} ({report.kind.replace('_', ' ')})", "its figures stay, and say how the run was made")
        for report in ws.reports.all()
        if report.run == run.id or f'"{run.id}"' in json.dumps(report.body)  # a comparison names several
    ]
    found += [
        (f"blind test {test.number} ({test.one} and {test.other})", "the answers and what people chose stay")
        for test in ws.blind_tests.all()
        if run.id in test.sides
    ]
    exports = ws.folder / "exports"
    found += [
        (f"the export {path.name}", "it is a copy and goes on working")
        for path in sorted(exports.glob(f"{run.id}[-.]*") if exports.exists() else [])
    ]
    found += [
        (f"{other.called}, which went on from it", "it has a copy of the weights that it began with")
        for other in ws.runs.all()
        if other.came_from == run.id
    ]
    return found
