"""Datasets of the Hugging Face Hub, read by a worker: the datasets library takes seconds to load."""

from pathlib import Path

from store import Workspace
from tools.data._read import Arrival
from tools.data._source import HubDataset
from tools.data._staged import Reading, Rejected, Staged
from tools.tool import ToolError


def read_hub(
    ws: Workspace, found: HubDataset, subset: str | None, split: str | None, rows: int | None, folder: Path
) -> Arrival:
    """Read a Hub dataset into a Parquet file in `folder`.

    Args:
        ws: The workspace.
        found: Which dataset, and which revision of it.
        subset: Its configuration, where it has several.
        split: The split to read, by our name for it; all of them if not given.
        rows: At most this many rows of each split, streamed; all of them, through the Hub's cache, if not given.
        folder: Where to write.

    Raises:
        ToolError: The Hub cannot be reached, or has no such dataset.
    """
    from tools.weights.errors import FetchError  # noqa: PLC0415
    from tools.weights.hub import endpoint, reach  # noqa: PLC0415 - the Hub's client takes a while to import

    id_ = found.id
    try:
        reach()
    except FetchError as error:
        raise ToolError(
            f"{id_} would come from the Hugging Face Hub, but {str(error).rstrip('.')}. Connect to the internet, or "
            f"upload the dataset as a file. ({endpoint()}/datasets/{id_})"
        ) from error
    file = folder / "staged.parquet"
    task = {"id": id_, "revision": found.revision, "subset": subset, "split": split, "rows": rows, "file": str(file)}
    told = ws.jobs.wait(ws.jobs.start("load", "tools.data._worker", task).id)
    reading = Reading(
        columns=told["columns"],
        details=[("from", f"{endpoint()}/datasets/{id_}"), *((w, v) for w, v in told["details"])],
        rejected=told["rejected"],
        shown=[Rejected(**line) for line in told["shown"]],
        notes=told["notes"],
        typed=True,
        licence=told["licence"],
    )
    staged = Staged(file, told["rows"], [set(kinds) for kinds in told["kinds"]], told["nuls"])
    return Arrival(id_, staged, reading)
