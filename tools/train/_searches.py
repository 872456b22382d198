"""Runs that are made of several trainings: a search for settings, and a curve over the size of the data."""
# pyright: basic

from pathlib import Path
from typing import Any

from store.worker import Worker
from tools.train._rows import read_rows
from tools.train._short_run import Plan
from tools.train._sizes import Sizes
from tools.train._sweep import Sweep
from tools.train._weights import base_folder, load_tokenizer

KINDS = {"settings": Sweep, "sizes": Sizes}


def searched(worker: Worker, plan: Plan, folder: Path, data: Path, cache: Path) -> dict[str, Any]:
    """Carry out a run whose plan has a `search`; its `kind` says which.

    Raises:
        Stopped: The user asked for it; what was measured is kept.
        StoreError: It cannot be done; the message says why.
    """
    rows = read_rows(data, plan, load_tokenizer(base_folder(plan["base_model"])), cache)
    return KINDS[plan["search"]["kind"]](worker, plan, rows, folder).run()
