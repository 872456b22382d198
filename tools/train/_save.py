"""Keep what a run has learned."""
# pyright: basic

import shutil
from importlib.metadata import version
from pathlib import Path
from typing import Any

from store.worker import write_last
from tools.train._beginnings import as_difference
from tools.train._quiet import quiet
from tools.train._weights import Loaded
from tools.weights.bases import resolve_base
from tools.weights.folder import models_folder

LIBRARIES = ("torch", "transformers", "peft", "datasets", "accelerate", "tokenizers")
Plan = dict[str, Any]


def save(loaded: Loaded, plan: Plan, folder: Path, facts: dict[str, Any], weights: Any = None) -> None:
    """Save the adapter or the whole model with its tokenizer; `done.json` is written last.

    `weights` are given where the model itself has only a share of them.
    """
    beside = folder.with_name(".model")
    shutil.rmtree(beside, ignore_errors=True)
    model: Any = loaded.model
    base = resolve_base(plan["base_model"], models_folder())
    for config in getattr(model, "peft_config", {}).values():
        config.base_model_name_or_path = base.hub or plan["base_model"]
    with quiet():
        model.save_pretrained(beside, state_dict=weights)
    as_difference(beside, folder.parent)
    loaded.tokenizer.save_pretrained(beside)
    told = {key: plan[key] for key in ("base_model", "task", "technique", "labels", "dtype", "max_length", "seed")}
    versions = {name: version(name) for name in LIBRARIES}
    write_last(beside / "done.json", {**told, "base_hub": base.hub, "versions": versions, **facts})
    shutil.rmtree(folder, ignore_errors=True)
    beside.rename(folder)
