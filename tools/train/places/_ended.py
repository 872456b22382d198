"""How a training that other processes make has come to its end, as they left word of it."""

import json
from pathlib import Path
from typing import Any

from store import StoreError
from store.worker import Stopped

ENDED = "ended.json"
"""In the job's folder: {"state": done, stopped or failed, "facts" or "sentence"}."""


def ended(folder: Path, more: dict[str, Any]) -> dict[str, Any]:
    """What the training left, with `more` facts.

    Raises:
        Stopped: It was stopped.
        StoreError: It failed.
    """
    told = json.loads((folder / ENDED).read_text())
    if told["state"] == "stopped":
        raise Stopped(told["sentence"])
    if told["state"] == "failed":
        raise StoreError(told["sentence"])
    return {**told["facts"], **more}
