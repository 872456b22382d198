"""Make more training rows out of those there are."""

from collections import Counter
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from store import Version, Workspace
from store.counted import Count
from store.engine import engine, literal, quoted
from tools.augment._rows import Grown, grow, has_from, text_column
from tools.augment._synonyms import rewrite
from tools.data._read import scratch
from tools.kinds import Dataset, called, near
from tools.result import Change, Result, Table
from tools.tool import ToolError, tool

Method = Literal["synonyms"]
Share = Annotated[float, Field(ge=0.01, le=4), near("share percent by grow", double=1, twice=1, triple=2, thrice=2)]
Balance = Annotated[
    bool, called(true="even evenly uneven level balance balanced balancing imbalanced minority rare rarest scarce")
]
Rows = Annotated[int, Field(ge=1, le=1_000_000)]
Seed = Annotated[int, Field(ge=0, le=1_000_000)]
SHOWN = 10


@tool(
    effect="writes",
    asks=[
        ("make more training examples for tickets", {"dataset": "tickets"}),
        ("augment reviews with synonyms, 200 new rows", {"dataset": "reviews", "method": "synonyms", "rows": 200}),
        ("the classes in intents are uneven, add examples for the small ones", {"dataset": "intents", "balance": True}),
        ("Double the training data of messages.", {"dataset": "messages", "share": 1.0}),
        ("add 20% more rows to chats by swapping words", {"dataset": "chats", "share": 0.2}),
        ("augment faq_train but keep clear of faq_test", {"dataset": "faq_train", "against": "faq_test"}),
        ("we have too few leads, can you invent some more from them", {"dataset": "leads"}),
        ("grow ward_notes by half", {"dataset": "ward_notes", "share": 0.5}),
        ("bring the rare diagnoses in notes up to the common ones", {"dataset": "notes", "balance": True}),
        ("write variations of my contracts, 50 are enough", {"dataset": "contracts", "rows": 50}),
        ("reword the rows of forms to get extra material", {"dataset": "forms"}),
        ("expand calls a little, with seed 3", {"dataset": "calls", "seed": 3}),
    ],
)
def augment_dataset(
    ws: Workspace,
    dataset: Dataset,
    method: Method = "synonyms",
    share: Share = 0.5,
    rows: Rows | None = None,
    balance: Balance = False,
    seed: Seed = 0,
    against: Dataset | None = None,
) -> Result:
    """Add training rows made from those there are, as a new version; test rows are never touched or copied.

    Args:
        dataset: The dataset to add rows to.
        method: How new rows are made: synonyms replaces one to three words of a row.
        share: How many to add, as a share of the training rows.
        rows: How many to add at most, in place of a share.
        balance: Whether to add them to the smallest labels, up to the size of the largest.
        seed: The same seed gives the same rows.
        against: A second dataset kept out of training, such as its test file; nothing close to its rows is added.

    Example:
        >>> augment_dataset(ws, "reviews", rows=1)
        Traceback (most recent call last):
        tools.tool.ToolError: No new row can be made for reviews: 3 training rows have no word that the English word
        list replaces.
    """
    head = ws.datasets.head(dataset)
    grown = _grown(head, ws.datasets.head(against) if against else None, rows, share, balance, seed)
    with scratch(ws) as folder:
        fresh = folder.resolve() / "fresh.parquet"
        _save(grown, fresh)
        version = ws.datasets.derive(
            dataset,
            _with_new_rows(head),
            sentence=f"Added {Count(len(grown.new)):training row|training rows} by replacing words with synonyms.",
            recipe={
                "tool": "augment_dataset",
                "method": method,
                "rows": len(grown.new),
                "balance": balance,
                "seed": seed,
            },
            views={"fresh": fresh},
        )
    return Result(
        f"{version.sentence} {dataset} is now version {version.number} with {Count(version.rows):row|rows}."
        f"{_rejected(grown)}{_split_first(head, against)}",
        tables=_by_label(grown),
        next=[f"profile {dataset}", f"undo the last change of {dataset}", f"plan a training on {dataset}"],
        data=_figures(grown) | {"version": version.number},
    )


@augment_dataset.preview
def _preview(
    ws: Workspace,
    dataset: Dataset,
    method: Method = "synonyms",
    share: Share = 0.5,
    rows: Rows | None = None,
    balance: Balance = False,
    seed: Seed = 0,
    against: Dataset | None = None,
) -> Result:
    head = ws.datasets.head(dataset)
    grown = _grown(head, ws.datasets.head(against) if against else None, rows, share, balance, seed)
    shown = [(f"from row {new.source}", new.before, new.text) for new in grown.new[:SHOWN]]
    return Result(
        f"Add {Count(len(grown.new)):row|rows} to the {Count(sum(grown.training.values())):training row|training rows}"
        f" of {dataset}, made by replacing one to three words with synonyms. The label stays as it is; look whether the"
        f" meaning does.{_rejected(grown)}{_split_first(head, against)}",
        tables=_by_label(grown),
        changes=[Change("A row there is, and the new one made from it", shown)],
        data=_figures(grown),
    )


def _grown(head: Version, against: Version | None, rows: int | None, share: float, balance: bool, seed: int) -> Grown:
    """The new rows.

    Raises:
        ToolError: None can be made; it says why.
    """
    if head.column("messages"):
        first = "Undo the formatting, add the rows, and format it again." if head.column("text") else ""
        raise ToolError(f"{head.dataset} holds conversations, and rows are made from single texts. {first}".strip())
    if balance and not head.column("label"):
        raise ToolError(f"{head.dataset} has no label column, so there are no labels to balance.")
    grown = grow(head, against, rewrite, rows=rows, share=share, balance=balance, seed=seed)
    if grown.new:
        return grown
    if balance and len(set(grown.training.values())) == 1:
        raise ToolError(f"The labels of {head.dataset} are balanced already: each has as many training rows.")
    reasons = _reasons(grown)
    if grown.unchanged:
        count = Count(grown.unchanged)
        reasons.insert(0, f"{count:training row has|training rows have} no word that the English word list replaces")
    told = ", ".join(reasons) or "there are no training rows"
    raise ToolError(f"No new row can be made for {head.dataset}: {told}.")


def _save(grown: Grown, file: Path) -> None:
    """Write the new rows as Parquet: number, source, before, text."""
    with engine([file.parent]) as connection:
        connection.execute("create table fresh (number bigint, source bigint, before varchar, text varchar)")
        connection.execute(
            "insert into fresh select unnest(?), unnest(?), unnest(?), unnest(?)",
            [
                list(range(1, len(grown.new) + 1)),
                [new.source for new in grown.new],
                [new.before for new in grown.new],
                [new.text for new in grown.new],
            ],
        )
        connection.execute(f"copy fresh to {literal(str(file))} (format parquet, compression zstd)")


def _with_new_rows(head: Version) -> str:
    """SQL for the rows of `parent` and those of `fresh`, which take everything else from their source."""
    column = text_column(head)
    cells = {quoted(column): "f.text", "_row": "(select max(_row) from parent) + f.number"}
    if (prompt := head.column("prompt")) and prompt != column:
        cells[quoted(prompt)] = f"replace(p.{quoted(prompt)}, f.before, f.text)"
    for name, role in head.roles.items():
        if role == "id" and name in head.columns:
            cells[quoted(name)] = f"cast(null as {head.columns[name]})"
    if has_from(head):
        rows, cells["_from"], made = "select * from parent", "p._row", ""
    else:
        rows, made = "select *, cast(null as bigint) as _from from parent", ", p._row as _from"
    replaced = ", ".join(f"{sql} as {name}" for name, sql in cells.items())
    return (
        f"{rows} union all by name select p.* replace ({replaced}){made}"
        " from parent p join fresh f on f.source = p._row order by _row"
    )


def _reasons(grown: Grown) -> list[str]:
    return [f"{count:,} {reason}" for reason, count in grown.rejected.most_common()]


def _rejected(grown: Grown) -> str:
    """What was not let through, and what could not be made."""
    total = Count(sum(grown.rejected.values()))
    unchanged, short = Count(grown.unchanged), grown.wanted - len(grown.new)
    told = f" {total:rewriting was|rewritings were} rejected: {', '.join(_reasons(grown))}." if total else ""
    told += f" {unchanged:row has|rows have} no word in the list." if unchanged else ""
    return told + (f" That is {short:,} fewer than asked for: no more rows could be made." if short > 0 else "")


def _split_first(head: Version, against: str | None) -> str:
    if head.column("split") or against:
        return ""
    return (
        f" {head.dataset} has no split, so all of its rows count as training rows. If it is still to be split, do"
        " that first, or rows and what was made from them would land on both sides."
    )


def _by_label(grown: Grown) -> list[Table]:
    added = Counter(new.label for new in grown.new)
    counts = sorted(grown.training.items(), key=lambda each: (each[1], str(each[0])))
    rows = [(label, count, added[label], count + added[label]) for label, count in counts if label is not None]
    return [Table("Training rows by label", ("label", "before", "added", "after"), rows)] if rows else []


def _figures(grown: Grown) -> dict[str, Any]:
    return {
        "added": len(grown.new),
        "training": sum(grown.training.values()),
        "rejected": dict(grown.rejected),
        "unchanged": grown.unchanged,
    }
