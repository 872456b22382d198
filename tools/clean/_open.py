"""Which proposed fixes a request means."""

from collections.abc import Sequence

from store import Fix, Workspace
from tools.tool import ToolError


def open_fixes(
    ws: Workspace, fixes: Sequence[str] | None, dataset: str | None, kinds: Sequence[str] | None = None
) -> list[Fix]:
    """The open fixes with these ids, of this dataset and of these kinds; whatever is not given is not asked for.

    Raises:
        ToolError: There is none, one named is not open, or of several datasets none is named.
    """
    if fixes:
        named = [ws.fixes.get(id_) for id_ in dict.fromkeys(fixes)]
        chosen = [fix for fix in named if fix.state == "open"]
        for fix in named:
            cut_off = fix.state == "applied" and chosen  # a yes that was being carried out when the program was killed
            if fix.state != "open" and not cut_off:
                raise ToolError(f"{fix.id} is {fix.state}. {_what_is_open(ws)}")
    else:
        chosen = ws.fixes.all(dataset, state="open")
    chosen = [fix for fix in chosen if (not kinds or fix.kind in kinds) and (dataset is None or fix.dataset == dataset)]
    if not chosen:
        raise ToolError(f"No open fix fits that. {_what_is_open(ws)}")
    names = list(dict.fromkeys(fix.dataset for fix in chosen))
    if len(names) > 1 and not fixes:
        raise ToolError(f"Fixes are open for {' and '.join(names)}. Say for which dataset.")
    return chosen


def _what_is_open(ws: Workspace) -> str:
    told = [f"{fix.id} ({fix.dataset}: {fix.sentence})" for fix in ws.fixes.all(state="open")]
    return f"Open: {' '.join(told)}" if told else "No fix is open; propose fixes to find some."
