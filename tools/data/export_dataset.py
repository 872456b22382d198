"""A dataset as files that other programs read."""

from typing import Annotated, Any

from pydantic import Field

from store import Version, Workspace
from store.counted import Count
from tools.data._export import Form, Written, formulas, splits, write
from tools.kinds import Dataset, called, near
from tools.result import Result, Table
from tools.tool import ToolError, tool

Number = Annotated[int, Field(ge=1, le=100_000), near("version number")]
Format = Annotated[
    Form, called(csv="csv comma spreadsheet excel", jsonl="jsonl json lines", parquet="parquet columnar arrow")
]
BySplit = Annotated[bool, called(true="separate separately apart each per split splits")]
Spreadsheet = Annotated[bool, called(true="excel spreadsheet spreadsheets libreoffice sheets numbers calc")]


@tool(
    effect="writes",
    asks=[
        ("export tickets as csv", {"dataset": "tickets", "format": "csv"}),
        ("give me the cleaned reviews as a file", {"dataset": "reviews"}),
        ("save leads as parquet so that our data team can read it", {"dataset": "leads", "format": "parquet"}),
        ("I want to open calls in Excel", {"dataset": "calls", "format": "csv", "for_spreadsheet": True}),
        (
            "write intents to jsonl, train and test in files of their own",
            {"dataset": "intents", "format": "jsonl", "by_split": True},
        ),
        ("download version 2 of orders", {"dataset": "orders", "version": 2}),
        ("how do I get my notes out of here again", {"dataset": "notes"}),
        ("dump claims to disk", {"dataset": "claims"}),
        (
            "hand the mended contracts to a colleague who only has a spreadsheet",
            {"dataset": "contracts", "format": "csv", "for_spreadsheet": True},
        ),
        ("I need letters for LLaMA-Factory, one file per split", {"dataset": "letters", "by_split": True}),
        ("put the data of forms on my stick as it is now", {"dataset": "forms"}),
    ],
)
def export_dataset(
    ws: Workspace,
    dataset: Dataset,
    format: Format = "jsonl",
    version: Number | None = None,
    by_split: BySplit = False,
    for_spreadsheet: Spreadsheet = False,
) -> Result:
    """Save the rows of a dataset as a CSV, JSON Lines or Parquet file in the project's exports folder.

    Args:
        dataset: The dataset.
        format: csv, jsonl or parquet.
        version: Which version; the one it is at now if left out.
        by_split: Whether each split gets a file of its own.
        for_spreadsheet: In a CSV, whether cells that a spreadsheet would run as a formula get an apostrophe first.

    Example:
        >>> print(export_dataset(ws, "reviews", format="csv"))
        Exported 3 rows of reviews (version 1) as csv: reviews-v1.csv in ...exports.
    """
    chosen = _chosen(ws, dataset, format, version, for_spreadsheet)
    written = [
        write(chosen, ws.folder / "exports" / name, format, split=split, for_spreadsheet=for_spreadsheet)
        for name, split in _files(chosen, format, by_split).items()
    ]
    names = [file.path.name for file in written]
    rows = sum(file.rows for file in written)
    return Result(
        f"Exported {Count(rows):row|rows} of {dataset} (version {chosen.number}) as {format}: {' and '.join(names)} in "
        f"{ws.folder / 'exports'}.{_formulas(chosen, format, for_spreadsheet, done=True)}",
        tables=[_listed(written)],
        files=[str(file.path) for file in written],
        next=[f"save the recipe of {dataset}"],
        data={"dataset": dataset, "version": chosen.number, "files": {f.path.name: f.sha256 for f in written}},
    )


@export_dataset.preview
def _preview(
    ws: Workspace,
    dataset: str,
    format: Form = "jsonl",
    version: int | None = None,
    by_split: bool = False,
    for_spreadsheet: bool = False,
) -> Result:
    chosen = _chosen(ws, dataset, format, version, for_spreadsheet)
    counts = splits(chosen) if by_split else {}
    files = _files(chosen, format, by_split)
    there = [name for name in files if (ws.folder / "exports" / name).exists()]
    again = f" {' and '.join(there)} {'is' if len(there) == 1 else 'are'} there already and replaced." if there else ""
    return Result(
        f"Write {Count(chosen.rows):row|rows} of {dataset} (version {chosen.number}) as {format} to "
        f"{ws.folder / 'exports'}, with the columns {', '.join(chosen.columns)}."
        f"{again}{_formulas(chosen, format, for_spreadsheet, done=False)}",
        tables=[
            Table("Files", ("file", "rows"), [(name, counts.get(s, chosen.rows)) for name, s in files.items()]),
        ],
        data={"files": list(files)},
    )


def _chosen(ws: Workspace, dataset: str, format: Form, version: int | None, for_spreadsheet: bool) -> Version:
    if for_spreadsheet and format != "csv":
        raise ToolError(
            f"A {format} file is not for spreadsheets. Export {dataset} as csv, or without for_spreadsheet."
        )
    return ws.datasets.head(dataset) if version is None else ws.datasets.version(dataset, version)


def _files(version: Version, format: Form, by_split: bool) -> dict[str, str | None]:
    """The split that goes into each file, by its name; None for all rows."""
    stem = f"{version.dataset}-v{version.number}"
    if not by_split:
        return {f"{stem}.{format}": None}
    found = splits(version)
    if not found:
        raise ToolError(f"{version.dataset} has no splits. Split it first, or export it as one file.")
    if rows := found.get(None):
        raise ToolError(
            f"{Count(rows):row|rows} of {version.dataset} {'is' if rows == 1 else 'are'} in no split and would be "
            "left out. Split it again, or export it as one file."
        )
    return {f"{stem}-{split}.{format}": split for split in found}


def _formulas(version: Version, format: Form, for_spreadsheet: bool, *, done: bool) -> str:
    """What is said of cells that a spreadsheet would run."""
    found = formulas(version) if format == "csv" else {}
    if not found:
        return ""
    count, where = Count(sum(found.values())), ", ".join(f"{name} {cells:,}" for name, cells in found.items())
    begin = f"{count:cell begins|cells begin} as a formula does, with =, +, - or @ ({where})"
    if for_spreadsheet:
        got = "got" if done else "would get"
        return f" {begin} and {got} an apostrophe first, so that a spreadsheet shows {'it' if count == 1 else 'them'}."
    return (
        f" {begin}: a spreadsheet would run {'it' if count == 1 else 'them'}. Ask for it for a spreadsheet to be safe."
    )


def _listed(written: list[Written]) -> Table:
    rows: list[tuple[Any, ...]] = [(file.path.name, file.rows, file.bytes, file.sha256) for file in written]
    return Table("Files", ("file", "rows", "bytes", "SHA-256"), rows)
