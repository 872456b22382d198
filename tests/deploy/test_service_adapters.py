"""One base in memory answers as several runs, each with its own adapter, and none reads what another has kept."""

import json
from pathlib import Path

import pytest
import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoConfig, AutoModelForCausalLM

from store import Workspace
from tests.deploy.served import Served, model, serving, tiny
from tools.deploy.gguf._adapter import write_adapter

PROMPT = "Which kind of request is this: where is my order and my money?"


def adapter(weights: Path, base: Path, folder: Path, seed: int) -> Path:
    """An export of an adapter with random weights."""
    torch.manual_seed(seed)
    tuned = get_peft_model(
        AutoModelForCausalLM.from_pretrained(weights),
        LoraConfig(r=4, lora_alpha=16, target_modules="all-linear", init_lora_weights=False, task_type="CAUSAL_LM"),
    )
    tuned.save_pretrained(folder / "peft")
    write_adapter(folder / "peft", AutoConfig.from_pretrained(weights), folder / "adapter.gguf")
    (folder / "export.json").write_text(json.dumps({"main_file": "adapter.gguf", "base_file": str(base)}))
    return folder


def likely(served: Served, name: str) -> list[float]:
    """The log-probability of each token of an answer at temperature 0."""
    body = {"model": name, "prompt": PROMPT, "max_tokens": 6, "temperature": 0, "logprobs": 1}
    told = served.post("/v1/completions", body).json()["choices"][0]["logprobs"]["token_logprobs"]
    return [round(each, 3) for each in told]


@pytest.mark.filterwarnings("ignore:.is_gradient_checkpointing:FutureWarning")  # peft calls what transformers renamed
def test_adapters_are_told_apart_by_the_name_of_the_model(empty: Workspace, tmp_path: Path):
    export = tiny(tmp_path)
    base, weights = export / "model.gguf", tmp_path / "tiny-0-512"
    names = ("red", "blue")
    folders = {name: adapter(weights, base, tmp_path / name, seed) for seed, name in enumerate(names)}
    both = [model(name, folder) for name, folder in folders.items()]
    with serving(empty, "desk", model("plain", export), *both) as running:
        first = {name: likely(running, name) for name in ("plain", *names)}
        again = [{name: likely(running, name) for name in ("blue", "plain", "red")} for _ in range(3)]
        assert len({tuple(told) for told in first.values()}) == 3
        assert all(each == first for each in again)
        running.set(model("red", folders["red"]))
        assert likely(running, "red") == first["red"]
