"""How a training begins where it is not at random: with the rows, or with a part of the base model's weights."""
# pyright: basic

import json
import shutil
from pathlib import Path
from typing import Any

import torch
from peft import PeftModel, initialize_kv_prefix_from_past_key_values, initialize_lora_eva_weights
from safetensors.torch import load_file, save_file
from torch.utils.data import DataLoader

from tools.train._quiet import quiet
from tools.train._rows import Rows
from tools.train._trainer import Padded
from tools.train._weights import Loaded
from tools.train.techniques import TECHNIQUES

ROWS = 64
"""That EVA reads at most: it takes every layer apart for each batch, which is minutes on a processor for hundreds."""
INITIAL = "initial"
WEIGHTS, CONFIG = "adapter_model.safetensors", "adapter_config.json"
Plan = dict[str, Any]


def begin(loaded: Loaded, rows: Rows, plan: Plan, folder: Path) -> None:
    """Prepare an adapter before the first step, also before going on from a checkpoint: it comes out the same.

    Args:
        loaded: The model with its new adapter.
        rows: What it will be trained on.
        plan: The plan of the run.
        folder: The run's.
    """
    technique, model = TECHNIQUES[plan["technique"]], loaded.model
    assert isinstance(model, PeftModel) or not technique.config
    if technique.config == "LoraConfig" and technique.reads_rows:
        _directions(model, loaded, rows, plan)
    elif technique.reads_rows:
        _words(model, rows, technique.tokens_before)
    if technique.moves_base == "difference":
        _keep_initial(model, folder / INITIAL)  # pyright: ignore[reportArgumentType]


def as_difference(saved: Path, folder: Path) -> None:
    """Make a saved adapter one for the plain base, if a part of the base was moved into it.

    With A and B as trained and A0 and B0 as they began, B A - B0 A0 is the pair [B, -B0] [A; A0] of twice the rank.
    (`peft` can do this too, but loses the head of a classifier: `path_initial_model_for_weight_conversion`.)

    Args:
        saved: The folder of the adapter.
        folder: The run's.
    """
    initial = folder / INITIAL
    if not initial.exists():
        return
    now, before = load_file(saved / WEIGHTS), load_file(initial / WEIGHTS)
    for name, weight in now.items():
        if "lora_A" in name:
            now[name] = torch.cat([weight, before[name]])
        elif "lora_B" in name:
            now[name] = torch.cat([weight, -before[name]], dim=1)
    save_file(now, saved / WEIGHTS, metadata={"format": "pt"})
    config = json.loads((saved / CONFIG).read_text())
    config |= {"init_lora_weights": True, "r": 2 * config["r"], "lora_alpha": 2 * config["lora_alpha"]}
    (saved / CONFIG).write_text(json.dumps(config, indent=2))


def _directions(model: Any, loaded: Loaded, rows: Rows, plan: Plan) -> None:
    """EVA: the directions in which the rows differ most, in each layer."""
    some = rows.train.select(range(min(ROWS, len(rows.train))))
    size = min(plan["batch_size"], len(some))
    batches = DataLoader(some, batch_size=size, collate_fn=Padded(loaded.tokenizer), drop_last=True)  # pyright: ignore
    given = [{name: part.to(loaded.device) for name, part in batch.items() if name != "labels"} for batch in batches]
    with quiet():
        initialize_lora_eva_weights(model, given, show_progress_bar=False)


@torch.no_grad()
def _words(model: Any, rows: Rows, wanted: int) -> None:
    """Let learned tokens begin as the tokens that the first rows begin with; at random, they confuse a small model."""
    found: list[int] = []
    while len(found) < wanted:
        for row in rows.train.select(range(min(wanted, len(rows.train)))):
            found += row["input_ids"]  # pyright: ignore
    tokens = torch.tensor([found[:wanted]], device=model.device)
    if model.active_peft_config.peft_type == "PROMPT_TUNING":
        model.prompt_encoder["default"].embedding.weight.copy_(model.word_embeddings(tokens)[0])
        return
    cache = getattr(model.get_base_model()(input_ids=tokens), "past_key_values", None)
    if cache is not None:  # an encoder keeps none
        initialize_kv_prefix_from_past_key_values(model, past_key_values=cache)


def _keep_initial(model: PeftModel, folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    model.save_pretrained(str(folder))
