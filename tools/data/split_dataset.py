"""Set rows aside to measure on, so that no text is on two sides."""

from typing import Annotated

from pydantic import Field

from store import Workspace
from store.counted import Count
from store.engine import engine
from tools.data._division import PARTS, Division, on_two_sides
from tools.kinds import Column, Dataset, near
from tools.result import Result, Table
from tools.tool import ToolError, tool

SHOWN_LABELS = 40
Share = Annotated[float, Field(ge=0, le=0.5)]
Seed = Annotated[int, Field(ge=0, le=2**31 - 1)]


@tool(
    effect="writes",
    repeatable=True,
    asks=[
        ("split reviews into train and test", {"dataset": "reviews"}),
        (
            "hold out 10 percent of tickets for testing and no validation",
            {"dataset": "tickets", "test": 0.1, "validation": 0},
        ),
        ("make a train/dev/test split of intents, 80/10/10", {"dataset": "intents", "test": 0.1, "validation": 0.1}),
        ("divide claims, balanced by region", {"dataset": "claims", "balanced_by": "region"}),
        ("split faq again with seed 7", {"dataset": "faq", "seed": 7}),
        ("keep a fifth of leads back so we can test honestly later", {"dataset": "leads", "test": 0.2}),
        ("I need unseen cases for the exam, take them out of notes", {"dataset": "notes"}),
        (
            "separate contracts: 70 train, 15 validation, 15 test",
            {"dataset": "contracts", "test": 0.15, "validation": 0.15},
        ),
        ("set some letters aside for checking later on", {"dataset": "letters"}),
        ("partition calls so that each ward is in every part alike", {"dataset": "calls", "balanced_by": "ward"}),
        ("make forms 75% train and 25% test, no dev set", {"dataset": "forms", "test": 0.25, "validation": 0}),
    ],
)
def split_dataset(
    ws: Workspace,
    dataset: Dataset,
    test: Annotated[Share, near("test exam hold held holdout aside back unseen")] = 0.2,
    validation: Annotated[Share, near("validation validate valid val dev development")] = 0.1,
    balanced_by: Column | None = None,
    seed: Seed = 42,
) -> Result:
    r"""Divide rows into train, validation and test: the same share of every label, repeated texts on one side.

    Args:
        dataset: The dataset to split.
        test: Share of the rows for the test, from 0 to 0.5.
        validation: Share of the rows for validation during training, from 0 to 0.5.
        balanced_by: The column whose values get the same share in each part; the label if not given.
        seed: The same seed gives the same split.

    Example:
        >>> from tools import TOOLS
        >>> rows = "".join(f"mail {n},{n % 2}\n" for n in range(20))
        >>> _ = (ws.uploads / "mails.csv").write_text("text,label\n" + rows)
        >>> with ws.approvals.typed("split_dataset", {"dataset": "mails"}):
        ...     _ = TOOLS["load_dataset"](ws, "mails.csv")
        ...     print(split_dataset(ws, "mails"))
        Split mails into 14 train, 2 validation and 4 test rows, and it is now version 2; no text is on two sides.
    """
    division = _division(ws, dataset, test, validation, balanced_by, seed)
    sizes, select = _planned(ws, division)
    told = _in_words(sizes)
    version = ws.datasets.derive(
        dataset,
        select,
        sentence=f"Split into {told} rows (seed {seed}).",
        recipe={
            "tool": "split_dataset",
            "test": test,
            "validation": validation,
            "balanced_by": division.by,
            "seed": seed,
        },
        roles={"split": "split"},
    )
    with engine([ws.datasets.folder], {"saved": version.path}) as con:
        shared = on_two_sides(con, version, "saved")
    apart = "no text is on two sides" if not shared else f"{Count(shared):text is|texts are} on two sides"
    return Result(
        f"Split {dataset} into {told} rows, and it is now version {version.number}; {apart}.",
        next=[f"Format {dataset} for training", f"What is in {dataset}?"],
        data={"dataset": dataset, "version": version.number, "sizes": _totals(sizes), "texts_on_two_sides": shared},
    )


@split_dataset.preview
def _preview(
    ws: Workspace,
    dataset: str,
    test: float = 0.2,
    validation: float = 0.1,
    balanced_by: str | None = None,
    seed: int = 42,
) -> Result:
    division = _division(ws, dataset, test, validation, balanced_by, seed)
    sizes, _ = _planned(ws, division)
    parts = [part for part in PARTS if any(size[part] for size in sizes.values())]
    rows = [(label, *(size[part] for part in parts)) for label, size in sizes.items()]
    more = f", the {SHOWN_LABELS} most frequent of {len(rows)}" if len(rows) > SHOWN_LABELS else ""
    instead = " The split that is there is replaced." if "split" in division.version.columns else ""
    return Result(
        f"I would split {dataset} into {_in_words(sizes)} rows. Texts that are the same after normalising stay on "
        f"one side, so no text would be on two sides.{instead}",
        tables=[Table(f"Rows by {division.by or 'part'}{more}", (division.by or "", *parts), rows[:SHOWN_LABELS])],
        data={"sizes": _totals(sizes)},
    )


def _division(
    ws: Workspace, dataset: str, test: float, validation: float, balanced_by: str | None, seed: int
) -> Division:
    head = ws.datasets.head(dataset)
    if balanced_by and balanced_by not in head.columns:
        raise ToolError(f"{dataset} has no column {balanced_by!r}. Its columns are {', '.join(head.columns)}.")
    if not test and not validation:
        raise ToolError("Both shares are 0, so there is nothing to split off. Give a share for the test, such as 0.2.")
    if test + validation > 0.8:
        raise ToolError(f"{test:g} and {validation:g} leave too little to train on. Keep at least 0.2 for training.")
    if head.rows < 3:
        raise ToolError(f"{dataset} has {Count(head.rows):row|rows}, too few to split. Load at least three.")
    return Division(head, test, validation, balanced_by or head.column("label"), seed)


def _planned(ws: Workspace, division: Division) -> tuple[dict[str, dict[str, int]], str]:
    """The rows of each part, and the SELECT that makes them."""
    with engine([ws.datasets.folder], {"parent": division.version.path}) as con:
        sizes, select = division.sizes(con), division.select(con)
    totals = _totals(sizes)
    for part, share in (("test", division.test), ("validation", division.validation), ("train", 1.0)):
        if share and not totals[part]:
            raise ToolError(
                f"{division.version.dataset} is too small for that: no row would be left for {part}, since rows with "
                "the same text stay together. Load more rows, or give other shares."
            )
    return sizes, select


def _totals(sizes: dict[str, dict[str, int]]) -> dict[str, int]:
    return {part: sum(size[part] for size in sizes.values()) for part in PARTS}


def _in_words(sizes: dict[str, dict[str, int]]) -> str:
    told = [f"{rows:,} {part}" for part, rows in _totals(sizes).items() if rows]
    return ", ".join(told[:-1]) + (" and " if len(told) > 1 else "") + told[-1]
