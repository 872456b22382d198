"""Carry out fixes that were proposed, each as a version of its own."""

from typing import Annotated

from pydantic import Field

from store import Fix as Proposed
from store import Workspace
from store.counted import Count
from store.errors import NoLongerFits
from tools.clean._findings import FEW, grouped, in_groups
from tools.clean._kinds import Kind
from tools.clean._left_alone import LeftAlone
from tools.clean._open import open_fixes
from tools.clean._shown import change_of, fixes_table
from tools.kinds import Dataset, Fix
from tools.result import Result, Table
from tools.tool import ToolError, tool

SHOWN = 10
"""Rows to show of each fix before it is applied, if they are few; the card opens all of them."""
OF_MANY = 2
"""Rows to show of each where there are many fixes."""
RowNumber = Annotated[int, Field(ge=1, le=1_000_000_000)]
Words = Annotated[str, Field(max_length=200)]


@tool(
    effect="writes",
    asks=[
        ("apply all fixes to tickets", {"dataset": "tickets"}),
        ("yes, do fix-1 and fix-3", {"fixes": ["fix-1", "fix-3"]}),
        ("go ahead with fix-2 only", {"fixes": ["fix-2"]}),
        (
            "drop the duplicates in reviews that you found",
            {"dataset": "reviews", "kinds": ["exact_duplicates", "normalised_duplicates"]},
        ),
        ("mask the e-mail addresses in chats", {"dataset": "chats", "kinds": ["email_addresses"]}),
        ("Apply everything you proposed.", {}),
        ("fine by me, carry out your suggestions for leads", {"dataset": "leads"}),
        ("do all of them, I trust you", {}),
        ("accept fix-7", {"fixes": ["fix-7"]}),
        (
            "remove those repeated rows in calls now",
            {"dataset": "calls", "kinds": ["exact_duplicates", "normalised_duplicates"]},
        ),
        ("please hide the phone numbers of our clients in letters", {"dataset": "letters", "kinds": ["phone_numbers"]}),
        ("throw out the rows without text", {"kinds": ["missing_text"]}),
        ("repair the broken characters in menus", {"dataset": "menus", "kinds": ["broken_encoding"]}),
        ("trim the spaces and drop whatever has no label", {"kinds": ["stray_whitespace", "missing_label"]}),
        ("apply all fixes, but not for rows about Paris", {"not_about": "Paris"}),
        ("do fix-2 but leave row 12 and 40 as they are", {"fixes": ["fix-2"], "without_rows": [12, 40]}),
    ],
)
def apply_fixes(
    ws: Workspace,
    fixes: list[Fix] | None = None,
    dataset: Dataset | None = None,
    kinds: list[Kind] | None = None,
    without_rows: list[RowNumber] | None = None,
    not_about: Words = "",
) -> Result:
    """Apply proposed fixes, each as a new version that can be undone.

    Args:
        fixes: The fixes to apply; all that are open if left out.
        dataset: Only fixes of this dataset.
        kinds: Only fixes of these kinds.
        without_rows: The numbers of rows that stay as they are.
        not_about: Rows whose text has these words stay as they are.

    Example:
        >>> print(propose_fixes(ws, "reviews", kinds=["exact_duplicates"]))
        Looked at 3 rows of reviews. Found: 1 row repeats an earlier row exactly. 1 fix waits for your yes; ...
        >>> print(apply_fixes(ws, dataset="reviews"))
        Dropped 1 row that repeated an earlier row exactly. reviews is now version 2 with 2 rows.
    """
    chosen = open_fixes(ws, fixes, dataset, kinds)
    chosen = LeftAlone(ws, chosen, without_rows or (), not_about).narrowed()
    told: list[str] = []
    rows: list[tuple[str, str, str, int]] = []
    for fix in chosen:
        try:
            version, changed = ws.fixes.apply(fix.id)
        except NoLongerFits as error:
            told.append(str(error))
        else:
            told.append(version.sentence)
            rows.append((fix.id, version.sentence, f"version {version.number}", changed))
    if not rows:
        raise ToolError(" ".join(told))
    names = list(dict.fromkeys(fix.dataset for fix in chosen))
    heads = [ws.datasets.head(name) for name in names]
    now = " ".join(f"{h.dataset} is now version {h.number} with {Count(h.rows):row|rows}." for h in heads)
    return Result(
        f"{' '.join(told)} {now}",
        tables=[Table("Applied", ("fix", "what was done", "gave", "rows"), rows)],
        next=[f"undo the last change of {names[0]}", f"show the history of {names[0]}", f"split {names[0]}"],
        data={
            "applied": {id_: changed for id_, _, _, changed in rows},
            "versions": {h.dataset: h.number for h in heads},
        },
    )


@apply_fixes.preview
def _preview(
    ws: Workspace,
    fixes: list[Fix] | None = None,
    dataset: Dataset | None = None,
    kinds: list[Kind] | None = None,
    without_rows: list[RowNumber] | None = None,
    not_about: Words = "",
) -> Result:
    chosen = open_fixes(ws, fixes, dataset, kinds)
    left = LeftAlone(ws, chosen, without_rows or (), not_about).sentence()
    names = " and ".join(dict.fromkeys(fix.dataset for fix in chosen))
    count = Count(len(chosen))
    told = _sentences(chosen) if len(chosen) <= FEW else f"{in_groups(ws, chosen)}."
    return Result(
        f"{count:fix|fixes} for {names}, each saved as a version that can be undone: {told}{left}",
        tables=[fixes_table("To be applied", chosen)],
        changes=[change_of(ws, fix, SHOWN if len(chosen) <= FEW else OF_MANY) for fix in chosen],
        data={
            "fixes": {fix.id: fix.rows for fix in chosen},
            "groups": {name: [fix.id for fix in its] for name, its in grouped(chosen).items()},
        },
    )


def _sentences(fixes: list[Proposed]) -> str:
    return " ".join(fix.sentence for fix in fixes)
