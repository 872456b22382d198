"""Upload a dataset to the Hugging Face Hub, private unless asked otherwise."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import Field

from store import Version, Workspace
from store.counted import Count
from store.engine import engine, quoted
from store.unfinished import unfinished
from tools.data._dataset_card import dataset_card
from tools.data._dataset_use import told
from tools.data._export import splits, write
from tools.data._licences import licences, the_only_one
from tools.data._shares import shift
from tools.kinds import Dataset, called, near
from tools.result import Result, Table
from tools.tool import ToolError, tool

Number = Annotated[int, Field(ge=1, le=100_000), near("version")]
Repository = Annotated[str, Field(pattern=r"^[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*$", max_length=96)]
Licence = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]*$", max_length=40)]
Public = Annotated[bool, called(true="public publicly everyone everybody world open openly anyone")]
SHOWN = 3
WIDTH = 200


@tool(
    effect="publishes",
    asks=[
        ("push tickets to the hub as ana/tickets", {"dataset": "tickets", "repository": "ana/tickets"}),
        ("publish reviews on Hugging Face under acme/reviews", {"dataset": "reviews", "repository": "acme/reviews"}),
        (
            "upload version 4 of leads to acme/leads-clean",
            {"dataset": "leads", "repository": "acme/leads-clean", "version": 4},
        ),
        (
            "share calls with everyone as lab/calls, licence cc-by-4.0",
            {"dataset": "calls", "repository": "lab/calls", "public": True, "licence": "cc-by-4.0"},
        ),
        (
            "put our notes into a private dataset repository, ward7/notes",
            {"dataset": "notes", "repository": "ward7/notes"},
        ),
        (
            "my colleague wants to load orders from the Hub: shop/orders",
            {"dataset": "orders", "repository": "shop/orders"},
        ),
        (
            "make the claims data public at insure/claims",
            {"dataset": "claims", "repository": "insure/claims", "public": True},
        ),
        ("send letters up to huggingface.co/datasets/me/letters", {"dataset": "letters", "repository": "me/letters"}),
        ("release menus with a dataset card as food/menus", {"dataset": "menus", "repository": "food/menus"}),
        (
            "back contracts up on the hub, legal/contracts, nobody else may see them",
            {"dataset": "contracts", "repository": "legal/contracts"},
        ),
    ],
)
def publish_dataset(
    ws: Workspace,
    dataset: Dataset,
    repository: Repository,
    version: Number | None = None,
    public: Public = False,
    licence: Licence | None = None,
) -> Result:
    """Upload a dataset with a card to a repository of the Hugging Face Hub, private unless asked otherwise.

    Args:
        dataset: The dataset.
        repository: Where to, as owner/name; made if it is not there.
        version: Which version; the one it is at now if left out.
        public: Whether everyone may see it.
        licence: Its licence, in the Hub's words, such as cc-by-4.0.

    Example:
        >>> publish_dataset(ws, "reviews", "someone/reviews", version=7)
        Traceback (most recent call last):
        store.errors.NotFound: There is no version named 'reviews 7'. Versions here: 1.
    """
    chosen = _chosen(ws, dataset, version)
    _ready()
    folder = unfinished(ws.folder, "publishing")
    folder.mkdir()
    try:
        files = _written(ws, chosen, licence, folder)
        task = {
            "repository": repository,
            "private": not public,
            "files": {name: str(path) for name, path in files.items()},
            "sentence": f"Version {chosen.number}: {chosen.sentence}",
        }
        done = ws.jobs.wait(ws.jobs.start("publish", "tools.data._publish_worker", task).id)
        sizes = [(name, path.stat().st_size) for name, path in files.items()]
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return Result(
        f"Published {Count(chosen.rows):row|rows} of {dataset} (version {chosen.number}) at {done['url']}, "
        f"{'open to everyone' if public else 'private'}.",
        tables=[Table("Uploaded", ("file", "bytes"), sizes)],
        data={"dataset": dataset, "version": chosen.number, "private": not public, **done},
    )


@publish_dataset.preview
def _preview(
    ws: Workspace,
    dataset: str,
    repository: str,
    version: int | None = None,
    public: bool = False,
    licence: str | None = None,
) -> Result:
    chosen = _chosen(ws, dataset, version)
    where = _ready()
    counts = _counts(chosen)
    who = "EVERYONE can read it" if public else "private, so that only your account and those you invite can read it"
    told = (
        f"Upload {Count(chosen.rows):row|rows} of {dataset} (version {chosen.number}) to "
        f"{where}/datasets/{repository}: {who}. All of these columns leave this machine: {', '.join(chosen.columns)}; "
        "and a card that tells the columns, the labels and what was done to the data."
    )
    open_ = ws.fixes.all(dataset, state="open")
    if open_:
        told += f" Not mended yet: {' '.join(f'{fix.id}: {fix.sentence}' for fix in open_)}"
    with engine([chosen.path.parent], {"version": chosen.path}) as con:
        cells = ", ".join(map(quoted, chosen.columns))
        first = con.execute(f"select {cells} from version order by _row limit {SHOWN}").fetchall()
    shown = [[str(cell)[:WIDTH] for cell in row] for row in first]
    return Result(
        told,
        tables=[
            Table("Files that would be uploaded", ("file", "rows"), [*_files(counts), ("README.md", "the card")]),
            Table("The first rows, as everyone who may see them would", list(chosen.columns), shown),
            Table("The card", ("README.md",), [(line,) for line in _card(ws, chosen, counts, licence).splitlines()]),
        ],
        data={"repository": repository, "private": not public, "rows": chosen.rows, "columns": list(chosen.columns)},
    )


def _chosen(ws: Workspace, dataset: str, version: int | None) -> Version:
    return ws.datasets.head(dataset) if version is None else ws.datasets.version(dataset, version)


def _ready() -> str:
    """The Hub's address, once it is known that it answers and that there is a token."""
    from tools.weights.writing import ready  # noqa: PLC0415 - the Hub's client takes a while to import

    return ready("export the dataset as a file")


def _counts(version: Version) -> dict[str, int]:
    """Rows by split, as the Hub will have them; a dataset without splits is one split, train."""
    found = splits(version)
    if rows := found.get(None):
        raise ToolError(
            f"{Count(rows):row|rows} of {version.dataset} {'is' if rows == 1 else 'are'} in no split and would be left "
            "out. Split it again first."
        )
    return {split: count for split, count in found.items() if split} or {"train": version.rows}


def _files(counts: Mapping[str, int]) -> list[tuple[str, int | str]]:
    return [(f"data/{split}.parquet", rows) for split, rows in counts.items()]


def _card(ws: Workspace, version: Version, counts: Mapping[str, int], licence: str | None) -> str:
    label = version.column("label")
    found = shift(version, version, label) if label else None
    labels = [(value or "(missing)", rows) for value, rows, _ in found.counts] if found else []
    steps = [step.sentence for step in ws.datasets.lineage(version.dataset, version.number)]
    files = {split: f"data/{split}.parquet" for split in counts}
    return dataset_card(
        version, files, counts, labels, steps, licence or the_only_one(licences(ws, version)), told(ws, version)
    )


def _written(ws: Workspace, version: Version, licence: str | None, folder: Path) -> dict[str, Path]:
    """The files to upload, by their path in the repository."""
    counts = _counts(version)
    has_splits = bool(splits(version))
    files: dict[str, Path] = {}
    for split in counts:
        path = folder / "data" / f"{split}.parquet"
        files[f"data/{split}.parquet"] = write(version, path, "parquet", split=split if has_splits else None).path
    files["README.md"] = folder / "README.md"
    files["README.md"].write_text(_card(ws, version, counts, licence))
    return files
