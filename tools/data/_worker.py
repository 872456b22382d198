"""The process that reads a dataset of the Hugging Face Hub: `python -m tools.data._worker FOLDER`."""
# pyright: basic

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import datasets
import httpx2
from datasets import ClassLabel, Dataset, DatasetDict, IterableDataset, IterableDatasetDict, load_dataset
from datasets.exceptions import DatasetNotFoundError
from huggingface_hub import DatasetInfo, HfApi
from huggingface_hub.errors import GatedRepoError, HfHubHTTPError, HFValidationError

from store import StoreError
from store.worker import Stopped, Worker, serve
from tools.data._roles import split_name
from tools.data._staged import Reading, stage

BINARY = ("Image", "Audio", "Video", "Pdf", "Nifti")
EVERY_ROWS = 1000
MOST_BYTES = 10 * 2**30
ANSWER_SECONDS = 10.0


def work(worker: Worker) -> dict[str, Any]:
    """Read all splits one after the other into one Parquet file, the name of the split beside each row."""
    task = worker.payload
    worker.progress(0.0, f"Asking the Hub for {task['id']}")
    info = _info(task["id"], task["revision"])
    if info and task["rows"] is None:
        _check_size(info)
    splits = _wanted(_splits(task["id"], task["subset"], task["revision"], task["rows"]), task["split"], task["id"])
    first = next(iter(splits.values()))
    features: dict[str, Any] = dict(first.features or {})
    if not features:
        features = dict.fromkeys(next(iter(first), {}))
    kept = [name for name, feature in features.items() if type(feature).__name__ not in BINARY]
    reading = Reading(columns=[*kept, "split"], typed=True)
    if dropped := [name for name in features if name not in kept]:
        reading.notes.append(f"Pictures, sounds and films were left out: {', '.join(dropped)}.")
    if task["revision"]:
        reading.details.append(("revision", task["revision"]))
    if licence := _licence(info):
        reading.details.append(("licence", licence))
    reading.details.append(("splits", ", ".join(str(split) for split in splits)))
    rows = _rows(worker, splits, kept, features, task["rows"])
    staged = stage(rows, len(reading.columns), Path(task["file"]))
    if not staged.rows:
        raise StoreError(f"{task['id']} has no rows.")
    return {
        "columns": reading.columns,
        "details": reading.details,
        "notes": reading.notes,
        "rejected": reading.rejected,
        "shown": [asdict(line) for line in reading.shown],
        "rows": staged.rows,
        "kinds": [sorted(kinds) for kinds in staged.kinds],
        "nuls": staged.nuls,
        "licence": licence,
    }


def _info(id_: str, revision: str | None) -> DatasetInfo | None:
    """What the Hub tells of a dataset; None if nothing: what is missing or closed to us is told when it is loaded."""
    try:
        return HfApi().dataset_info(id_, revision=revision, files_metadata=True, timeout=ANSWER_SECONDS)
    except (HfHubHTTPError, HFValidationError, OSError, httpx2.HTTPError):
        return None


def _licence(info: DatasetInfo | None) -> str:
    """The licences that the card of a dataset names; empty if none."""
    told = info.card_data.get("license") if info and info.card_data else None
    return ", ".join(map(str, told)) if isinstance(told, list) else str(told or "")


def _check_size(info: DatasetInfo) -> None:
    """Refuse to load all of a dataset that is far too large; a number of rows is streamed from any."""
    size = sum(each.size or 0 for each in info.siblings or [])
    if size > MOST_BYTES:
        raise StoreError(
            f"{info.id} is {size / 2**30:,.0f} GB, more than the {MOST_BYTES / 2**30:.0f} GB that are loaded whole. "
            "Say how many rows of each split to take, such as rows=10000: these are streamed."
        )


def _wanted(
    splits: DatasetDict | IterableDatasetDict, split: str | None, id_: str
) -> dict[str, Dataset | IterableDataset]:
    """The splits that are asked for, by our name for them; all if none is, and an only one whatever it is called."""
    named = {str(name): found for name, found in splits.items()}
    if split is None or len(named) == 1:
        return named
    found = {name: part for name, part in named.items() if (split_name(name) or name) == split}
    if not found:
        raise StoreError(f"{id_} has no {split} split. Its splits: {', '.join(named)}.")
    return found


def _splits(id_: str, subset: str | None, revision: str | None, rows: int | None) -> DatasetDict | IterableDatasetDict:
    datasets.disable_progress_bars()
    try:
        return load_dataset(id_, subset, revision=revision, streaming=rows is not None)  # pyright: ignore[reportReturnType]
    except GatedRepoError as error:
        raise StoreError(f"{id_} is gated: accept its terms on the Hub and set HF_TOKEN, then ask again.") from error
    except DatasetNotFoundError as error:
        if "evision" in str(error):
            raise StoreError(f"{id_} has no branch, tag or commit {revision!r}. Check it on the Hub.") from error
        raise StoreError(
            f"The Hub has no dataset {id_} that is open to you. Check the spelling of owner/name; "
            "for a private or gated one set HF_TOKEN."
        ) from error
    except ValueError as error:  # several configurations, none of that name, or a layout that it cannot read
        hint = " Name one of them with subset." if "Config name is missing" in str(error) else ""
        raise StoreError(f"{id_} cannot be read as it is: {' '.join(str(error).split())[:400]}{hint}") from error
    except RuntimeError as error:
        raise StoreError(f"{id_} needs code of its own to be read, and that is not run.") from error
    except (HfHubHTTPError, ConnectionError) as error:
        raise StoreError(f"The Hub broke off while it was asked for {id_}. Ask again in a while.") from error


def _rows(
    worker: Worker,
    splits: dict[str, Dataset | IterableDataset],
    kept: list[str],
    features: dict[str, Any],
    most: int | None,
) -> Iterator[list[Any]]:
    count = 0
    total = sum(most or len(split) for split in splits.values())  # pyright: ignore[reportArgumentType]
    names = {name: f.names for name, f in features.items() if isinstance(f, ClassLabel)}
    for split, found in splits.items():
        called = split_name(str(split)) or str(split)
        wanted = found.select_columns(kept)
        for row in wanted.take(most) if most and not hasattr(wanted, "__len__") else wanted:
            count += 1
            if count % EVERY_ROWS == 0:
                if worker.stopping:
                    raise Stopped("Loading was stopped; nothing was saved.")
                worker.progress(min(1.0, count / total), f"Read {count:,} rows")
            values: dict[str, Any] = dict(row)
            yield [*(_value(values[name], names.get(name)) for name in kept), called]


def _value(value: Any, names: list[str] | None) -> Any:
    if names is None or not isinstance(value, int):
        return value
    return names[value] if 0 <= value < len(names) else None


if __name__ == "__main__":
    serve(work)
