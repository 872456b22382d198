"""A LoRA adapter in the layout of peft, written as the GGUF file that llama.cpp loads beside the base model."""
# pyright: basic

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
from gguf import MODEL_ARCH_NAMES, GGUFWriter, get_tensor_name_map
from safetensors.torch import load_file

from store import StoreError
from tools.deploy.gguf._families import family, turned

_PEFT = re.compile(r"base_model\.model\.(.+)\.lora_([AB])\.weight")
_MORE = {"use_dora": "DoRA", "modules_to_save": "layers that were trained whole", "bias": "trained biases"}


def write_adapter(adapter: Path, config: Any, target: Path) -> None:
    """Write a LoRA adapter as a GGUF file in half precision.

    The names are those of llama.cpp's `convert_lora_to_gguf.py`. llama.cpp multiplies by alpha / rank; where training
    used another scale (rsLoRA: alpha / sqrt(rank)), alpha is written such that the scale is the same.

    Args:
        adapter: A folder with peft's `adapter_config.json` and `adapter_model.safetensors`.
        config: The base model's configuration.
        target: The file to write.

    Raises:
        StoreError: llama.cpp has no such adapter; the message says what to do instead.
    """
    told = json.loads((adapter / "adapter_config.json").read_text())
    _refuse(told)
    kin = family(config)
    names = get_tensor_name_map(kin.arch, config.num_hidden_layers)
    weights = load_file(adapter / "adapter_model.safetensors")
    writer = GGUFWriter(target, MODEL_ARCH_NAMES[kin.arch])
    writer.add_type("adapter")
    writer.add_string("adapter.type", "lora")
    rank = int(told["r"])
    writer.add_float32("adapter.lora.alpha", float(told["lora_alpha"]) * (rank**0.5 if told.get("use_rslora") else 1))
    for theirs in sorted(weights):
        found = _PEFT.fullmatch(theirs)
        name = names.get_name(f"{found[1]}.weight", try_suffixes=(".weight",)) if found else None
        if not found or not name:
            raise StoreError(f"The adapter has weights {theirs}, which llama.cpp cannot put on its model. Merge it.")
        values = weights[theirs].float().numpy()
        if kin.turned and found[2] == "B":
            values = _turned(values, found[1], config)
        values = np.ascontiguousarray(values, dtype=np.float16)
        writer.add_tensor(f"{name}.lora_{found[2].lower()}", values)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _refuse(told: dict[str, Any]) -> None:
    way_out = "Export it as GGUF, which puts the adapter into the model."
    if told["peft_type"] != "LORA":
        raise StoreError(f"llama.cpp loads LoRA adapters alone, and this one is {told['peft_type']}. {way_out}")
    more = [word for key, word in _MORE.items() if told.get(key) not in (None, False, [], "none")]
    if told.get("rank_pattern") or told.get("alpha_pattern"):
        more.append("a rank of its own for some layers")
    if more:
        raise StoreError(f"This adapter has {' and '.join(more)}, which llama.cpp's adapters have not. {way_out}")


def _turned(values: np.ndarray, layer: str, config: Any) -> np.ndarray:
    heads = config.num_attention_heads
    if layer.endswith("q_proj"):
        return turned(values, heads)
    if layer.endswith("k_proj"):
        return turned(values, getattr(config, "num_key_value_heads", None) or heads)
    return values
