"""The base of a run that goes on from an adapter with another technique: that adapter put into its base model."""
# pyright: basic

import os
import shutil
from pathlib import Path
from typing import Any

from tools.train._weights import load


def make_base(plan: dict[str, Any]) -> None:
    """Make the folder that `base_model` names, where a plan goes on from an earlier adapter and it is not there yet."""
    told, target = plan.get("continues", {}), Path(plan["base_model"])
    if told.get("how") != "merged" or "base_model" not in told or target.exists():
        return
    before = told["before"]
    loaded = load(
        told["base_model"], Path(told["model"]), task=before["task"], labels=before["labels"], dtype=before["dtype"]
    )
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    shutil.rmtree(beside, ignore_errors=True)
    loaded.model.merge_and_unload().save_pretrained(beside)  # pyright: ignore
    loaded.tokenizer.save_pretrained(beside)
    beside.rename(target)
