"""LoRA adapters in the two forms they are kept in: peft's folder, and the GGUF file that llama.cpp loads.

Only for models of the Qwen2 family: there a linear layer's weights lie alike in both, which is not so in every family.
The names are those of llama.cpp's `convert_lora_to_gguf.py`.
"""
# pyright: basic

import json
import re
from pathlib import Path

import numpy as np
from gguf import GGUFReader, GGUFWriter
from safetensors.numpy import load_file, save_file

from store import StoreError

FAMILY = "qwen2"
LAYERS = {
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}
"""What peft and what llama.cpp call each linear layer of a block."""
_PEFT = re.compile(r"base_model\.model\.model\.layers\.(\d+)\.(\w+\.\w+)\.lora_([AB])\.weight")
_GGUF = re.compile(r"blk\.(\d+)\.(\w+)\.weight\.lora_([ab])")


def write_gguf(adapter: Path, target: Path) -> None:
    """Write an adapter as a GGUF file in half precision.

    Args:
        adapter: A folder with peft's `adapter_config.json` and `adapter_model.safetensors`.
        target: The file to write.

    Raises:
        StoreError: It is no plain LoRA adapter of a model of this family.
    """
    config = json.loads((adapter / "adapter_config.json").read_text())
    if config["peft_type"] != "LORA" or config.get("use_dora") or config.get("use_rslora"):
        raise StoreError("Only a plain LoRA adapter can be written as GGUF; train with the technique lora.")
    weights = load_file(adapter / "adapter_model.safetensors")
    writer = GGUFWriter(target, FAMILY)
    writer.add_type("adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", float(config["lora_alpha"]))
    for name in sorted(weights):
        found = _PEFT.fullmatch(name)
        if not found or found[2] not in LAYERS:
            raise StoreError(f"The adapter has weights for {name}, which a model of the family {FAMILY} has not.")
        place = f"blk.{found[1]}.{LAYERS[found[2]]}.weight.lora_{found[3].lower()}"
        writer.add_tensor(place, np.ascontiguousarray(weights[name], dtype=np.float16))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def write_peft(file: Path, adapter: Path) -> None:
    """Write a GGUF adapter as a folder that peft loads.

    Args:
        file: What `write_gguf` wrote.
        adapter: The folder to make.
    """
    reader = GGUFReader(file)
    names = {short: long for long, short in LAYERS.items()}
    weights: dict[str, np.ndarray] = {}
    for tensor in reader.tensors:
        found = _GGUF.fullmatch(tensor.name)
        assert found, f"{tensor.name} was not written by this program"
        place = f"base_model.model.model.layers.{found[1]}.{names[found[2]]}.lora_{found[3].upper()}.weight"
        weights[place] = np.array(tensor.data)
    alpha = reader.fields["adapter.lora.alpha"].contents()
    rank = next(weight.shape[0] for name, weight in weights.items() if "lora_A" in name)
    targets = sorted({long.rpartition(".")[2] for long in LAYERS})
    config = {"peft_type": "LORA", "task_type": "CAUSAL_LM", "r": rank, "lora_alpha": alpha, "target_modules": targets}
    adapter.mkdir(parents=True, exist_ok=True)
    save_file(weights, adapter / "adapter_model.safetensors")
    (adapter / "adapter_config.json").write_text(json.dumps(config))
