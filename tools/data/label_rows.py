"""Open rows for people to label or to answer."""

from typing import Annotated, Literal

from pydantic import Field

from store import Workspace
from store.counted import Count
from store.labellings import LONGEST_LABEL, Labelling
from tools.kinds import Column, Dataset, called, counting, near
from tools.labelling.agreed import outcomes
from tools.labelling.begin import planned
from tools.labelling.pool import MOST_ROWS
from tools.result import Result
from tools.tool import tool

Label = Annotated[str, Field(max_length=LONGEST_LABEL)]
Labels = Annotated[list[Label], Field(max_length=200)]
Style = Annotated[
    Literal["labels", "answers"],
    called(labels="labels classes categories classify", answers="answer answers reply replies completion completions"),
]
Which = Annotated[
    Literal["missing", "existing"],
    called(missing="missing unlabelled unlabeled open", existing="check recheck review verify correct existing again"),
]
Share = Annotated[float, Field(ge=0, le=1), near("both everybody second twice shared overlap", half=0.5)]
SHOWN = 9


@tool(
    asks=[
        ("I want to label the rows of tickets", {"dataset": "tickets"}),
        ("let me annotate 400 of the mails myself", {"dataset": "mails", "rows": 400}),
        (
            "start labelling notes by hand, the labels are urgent and routine",
            {"dataset": "notes", "labels": ["urgent", "routine"]},
        ),
        ("I'd like to write the answers to the questions in faq myself", {"dataset": "faq", "style": "answers"}),
        ("check the existing labels of reviews one by one", {"dataset": "reviews", "which": "existing"}),
        ("we are two people and want to tag calls by hand", {"dataset": "calls"}),
        ("open the annotation panel for claims", {"dataset": "claims"}),
        ("my colleague and I annotate letters, half of the rows twice", {"dataset": "letters", "share": 0.5}),
        ("give me the most useful rows of leads to label next", {"dataset": "leads"}),
        ("build our own annotated corpus out of rulings", {"dataset": "rulings"}),
        ("go on with the hand labelling of forms", {"dataset": "forms"}),
        ("show me rows of menus so that I can classify them by keyboard", {"dataset": "menus", "style": "labels"}),
    ],
)
def label_rows(
    ws: Workspace,
    dataset: Dataset,
    style: Style | None = None,
    labels: Labels | None = None,
    which: Which | None = None,
    rows: Annotated[int, Field(ge=1, le=MOST_ROWS), counting()] | None = None,
    share: Annotated[float, Field(ge=0, le=1), near("both everybody second twice shared overlap", half=0.5)]
    | None = None,
    text: Column | None = None,
    column: Column | None = None,
) -> Result:
    """Open rows for people to label or to answer by hand, those first that teach most.

    What people say is kept beside the dataset; nothing in it changes until the labels are applied.

    Args:
        dataset: The dataset.
        style: labels to choose one for each row, answers to type one; by the columns if not given.
        labels: The labels to choose from, beside those that the dataset has; more can be named while labelling.
        which: missing for rows without a label, existing to check the labels that are there; missing if there are any.
        rows: How many rows to label; all of them, at most 20,000 at a time, if not given.
        share: The share of these rows that every person labels, to measure their agreement; a tenth if not given.
        text: The column that people read; the text or prompt if not given.
        column: The column to fill or to check; the label or completion, else a new one, if not given.

    Example:
        >>> print(label_rows(ws, "reviews"))
        3 rows of reviews are open for checking their labels in the page: text is read, label is what you say; ...
    """
    wanted, total = planned(
        ws, dataset, text=text, column=column, style=style, named=labels or [], which=which, rows=rows, share=share
    )
    labelling = ws.labellings.open(wanted)
    said = outcomes(ws.labellings.standing(labelling.number))
    text_ = [_what(labelling, total), _labels(labelling), _so_far(len(said)), _shared(labelling)]
    return Result(
        " ".join(part for part in text_ if part),
        next=[f"Show the labels of {dataset}", f"Apply the labels of {dataset}"],
        data={
            "dataset": dataset,
            "column": labelling.column,
            "style": labelling.style,
            "checks": labelling.checks,
            "rows": labelling.goal,
            "rows_to_choose_from": total,
            "labels": list(labelling.labels),
            "share": labelling.share,
            "labelled": len(said),
        },
    )


def _what(labelling: Labelling, total: int) -> str:
    goal = Count(labelling.goal)
    doing = {True: "checking their labels", False: "labelling"}[labelling.checks]
    doing = "answering" if labelling.style == "answers" else doing
    told = f"{goal:row of|rows of} {labelling.dataset} {'is' if goal == 1 else 'are'} open for {doing} in the page"
    if labelling.checks:
        order = "the likeliest mistakes come first"
    elif labelling.style == "answers":
        order = "those come first that speak for many unlike the answered ones"
    else:
        order = "at random at first, then those that speak for most rows of which a quick model is unsure"
    drawn = f", drawn from {min(total, MOST_ROWS):,} of {total:,}" if total > goal else ""
    return f"{told}: {labelling.text} is read, {labelling.column} is what you say{drawn}; {order}."


def _labels(labelling: Labelling) -> str:
    if labelling.style == "answers":
        return "Enter saves an answer, S skips, U takes back."
    shown = ", ".join(labelling.labels[:SHOWN])
    more = len(labelling.labels) - SHOWN
    known = (
        f"The labels are {shown}{f' and {more} more' if more > 0 else ''}; " if labelling.labels else "There are no "
    )
    rest = (
        "the keys 1 to 9 choose" if labelling.labels else "labels yet: name the first in the panel, and it gets a key"
    )
    return f"{known}{rest}, S skips, U takes back."


def _so_far(labelled: int) -> str:
    return f"{Count(labelled):row has|rows have} been labelled before." if labelled else ""


def _shared(labelling: Labelling) -> str:
    if not labelling.shared:
        return "Nobody labels a row twice, so agreement will not be measured."
    return f"{Count(labelling.shared):row is|rows are} for everybody who labels, to measure agreement."
