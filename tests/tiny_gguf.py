"""A model in the layout of the Hub, written as a GGUF file that llama.cpp loads; for tiny Llama models of the tests."""

import json
from pathlib import Path

import numpy as np
from gguf import GGUFWriter, TokenType
from transformers import AutoModelForCausalLM

NAMES = {
    "input_layernorm": "attn_norm",
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "post_attention_layernorm": "ffn_norm",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}


def write_gguf(folder: Path, file: Path) -> Path:
    """Write the weights of a Llama in full precision, and its byte-level vocabulary."""
    model = AutoModelForCausalLM.from_pretrained(folder)
    shape = model.config
    writer = GGUFWriter(file, "llama")
    writer.add_context_length(shape.max_position_embeddings)
    writer.add_embedding_length(shape.hidden_size)
    writer.add_block_count(shape.num_hidden_layers)
    writer.add_feed_forward_length(shape.intermediate_size)
    writer.add_head_count(shape.num_attention_heads)
    writer.add_head_count_kv(shape.num_key_value_heads)
    writer.add_layer_norm_rms_eps(shape.rms_norm_eps)
    writer.add_rope_dimension_count(shape.hidden_size // shape.num_attention_heads)
    writer.add_rope_freq_base(10_000.0)
    writer.add_vocab_size(shape.vocab_size)
    _vocabulary(writer, folder, shape.vocab_size, shape.eos_token_id)
    for name, weight in model.state_dict().items():
        if named := _named(name):
            heads = shape.num_attention_heads if named.endswith(("attn_q.weight", "attn_k.weight")) else 0
            writer.add_tensor(named, _turned(weight.float().numpy(), heads))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return file


def _vocabulary(writer: GGUFWriter, folder: Path, size: int, end: int) -> None:
    told = json.loads((folder / "tokenizer.json").read_text())
    pieces = {number: piece for piece, number in told["model"]["vocab"].items()}
    marks = {mark["id"]: mark["content"] for mark in told["added_tokens"]}
    pieces |= marks
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list([pieces[number] for number in range(size)])
    writer.add_token_types([TokenType.CONTROL if number in marks else TokenType.NORMAL for number in range(size)])
    merges = told["model"]["merges"]
    writer.add_token_merges([merge if isinstance(merge, str) else " ".join(merge) for merge in merges])
    writer.add_eos_token_id(end)
    writer.add_add_bos_token(False)


def _named(name: str) -> str:
    """What llama.cpp calls a weight; empty for the head, which is tied to the embeddings."""
    known = {"model.embed_tokens.weight": "token_embd.weight", "model.norm.weight": "output_norm.weight"}
    if not name.startswith("model.layers."):
        return known.get(name, "")
    _, _, layer, rest = name.split(".", 3)
    return f"blk.{layer}.{NAMES[rest.removesuffix('.weight')]}.weight"


def _turned(weight: np.ndarray, heads: int) -> np.ndarray:
    """Rotary pairs lie side by side in llama.cpp's Llama, and half a head apart in transformers'."""
    if not heads:
        return weight
    rows, columns = weight.shape
    return weight.reshape(heads, 2, rows // heads // 2, columns).swapaxes(1, 2).reshape(rows, columns)
