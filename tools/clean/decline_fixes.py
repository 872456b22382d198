"""Put proposed fixes aside."""

from typing import Annotated

from pydantic import Field

from store import Workspace
from tools.clean._kinds import Kind
from tools.clean._open import open_fixes
from tools.kinds import Dataset, Fix
from tools.result import Result
from tools.tool import tool


@tool(
    effect="reads",  # no row and no version changes; what is decided is that nothing happens
    asks=[
        ("leave fix-2 as it is", {"fixes": ["fix-2"]}),
        (
            "I don't want fix-4, those rows are meant to be there",
            {"fixes": ["fix-4"], "note": "those rows are meant to be there"},
        ),
        ("decline all fixes for tickets", {"dataset": "tickets"}),
        (
            "don't touch the phone numbers in leads, we need them",
            {"dataset": "leads", "kinds": ["phone_numbers"], "note": "we need them"},
        ),
        ("drop fix-1 and fix-5 from your list, never propose them again", {"fixes": ["fix-1", "fix-5"]}),
        (
            "keep the repeats in calls, patients do phone twice",
            {
                "dataset": "calls",
                "kinds": ["exact_duplicates", "normalised_duplicates"],
                "note": "patients do phone twice",
            },
        ),
        ("reject fix-6", {"fixes": ["fix-6"]}),
        (
            "ignore your findings about letters, that's how we write",
            {"dataset": "letters", "note": "that's how we write"},
        ),
        ("skip the e-mail masking", {"kinds": ["email_addresses"]}),
        ("I disagree with fix-9", {"fixes": ["fix-9"]}),
        ("refuse the lot, thank you", {}),
        ("forget about the odd spaces in poems", {"dataset": "poems", "kinds": ["stray_whitespace"]}),
    ],
)
def decline_fixes(
    ws: Workspace,
    fixes: list[Fix] | None = None,
    dataset: Dataset | None = None,
    kinds: list[Kind] | None = None,
    note: Annotated[str, Field(max_length=300)] = "",
) -> Result:
    """Decline proposed fixes, so that they are not proposed again; changes no data.

    Args:
        fixes: The fixes to decline; all that are open if left out.
        dataset: Only fixes of this dataset.
        kinds: Only fixes of these kinds.
        note: Why, in the user's words.

    Example:
        >>> print(propose_fixes(ws, "reviews", kinds=["exact_duplicates"]))
        Looked at 3 rows of reviews. ...
        >>> print(decline_fixes(ws, dataset="reviews", note="a vote each"))
        Declined fix-1: Drop 1 row that repeats an earlier row exactly. It will not be proposed again.
    """
    declined = [ws.fixes.decline(fix.id, note.strip()) for fix in open_fixes(ws, fixes, dataset, kinds)]
    told = " ".join(f"Declined {fix.id}: {fix.sentence}" for fix in declined)
    it = "It" if len(declined) == 1 else "They"
    left = ws.fixes.all(declined[0].dataset, state="open")
    return Result(
        f"{told} {it} will not be proposed again.",
        next=[f"apply {left[0].id}", f"apply all fixes to {left[0].dataset}"] if left else [],
        data={"declined": [fix.id for fix in declined], "note": note},
    )
