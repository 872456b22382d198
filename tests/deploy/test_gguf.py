"""A GGUF file answers as the model it was made from: each family and kind is loaded by llama.cpp itself."""

from pathlib import Path
from typing import Any

import pytest
import torch
from gguf import GGUFReader
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import (
    AutoConfig,
    AutoModelForCausalLM,
    AutoTokenizer,
    GPT2Config,
    GPT2LMHeadModel,
    LlamaConfig,
    LlamaForCausalLM,
    MistralConfig,
    MistralForCausalLM,
    Qwen2Config,
    Qwen2ForCausalLM,
    Qwen3Config,
    Qwen3ForCausalLM,
)

from store import StoreError
from tests.tiny_model import build
from tools.deploy._served import Served
from tools.deploy.gguf._adapter import write_adapter
from tools.deploy.gguf._kinds import Kind
from tools.deploy.gguf._model import write_model
from tools.train._quiet import quiet

TEXTS = ["My card has not arrived", "I want my money back for the second payment, please", "12345 <|im_start|>user\nhi"]


def stretched(**told: Any) -> LlamaConfig:
    """As Llama 3.1."""
    rope = {
        "rope_type": "llama3",
        "rope_theta": 500_000.0,
        "factor": 8.0,
        "low_freq_factor": 1.0,
        "high_freq_factor": 4.0,
        "original_max_position_embeddings": 32,
    }
    return LlamaConfig(**told, rope_parameters=rope, attention_bias=True)


def grouped(**told: Any) -> LlamaConfig:
    """As SmolLM2: fewer heads for keys than for queries, and heads that are not a part of the width."""
    return LlamaConfig(**(told | {"num_attention_heads": 4, "num_key_value_heads": 2}), head_dim=16)


def wide(**told: Any) -> LlamaConfig:
    """Rows of 256, as the 4-bit kinds with blocks of blocks need them."""
    return LlamaConfig(**(told | {"hidden_size": 256, "intermediate_size": 512, "initializer_range": 0.05}))


LONG = {
    "rope_type": "longrope",
    "rope_theta": 10_000.0,
    "short_factor": [1.0] * 8,
    "long_factor": [1.0] * 8,
    "original_max_position_embeddings": 256,
}


def untied(**told: Any) -> Qwen2Config:
    return Qwen2Config(**(told | {"tie_word_embeddings": False}))


FAMILIES = {
    "llama": (LlamaConfig, LlamaForCausalLM),
    "grouped": (grouped, LlamaForCausalLM),
    "stretched": (stretched, LlamaForCausalLM),
    "mistral": (MistralConfig, MistralForCausalLM),
    "qwen2": (Qwen2Config, Qwen2ForCausalLM),
    "untied": (untied, Qwen2ForCausalLM),
    "qwen3": (Qwen3Config, Qwen3ForCausalLM),
}


TEMPLATED = [{"role": "user", "content": "Which kind of request is this? My card has not arrived"}]


def furthest(model: Any, folder: Path, file: Path, adapter: Path | None = None) -> tuple[float, int]:
    """The largest difference of a log-probability, and how many choices are the same."""
    tokenizer = AutoTokenizer.from_pretrained(folder)
    worst, same = 0.0, 0
    with Served(file, adapter, 256) as served:
        for text in TEXTS:
            tokens = tokenizer(text)["input_ids"]
            with torch.inference_mode():
                expected = torch.log_softmax(model(torch.tensor([tokens])).logits[0, -1].float(), -1)
            found = served.next(tokens)
            worst = max(worst, max(abs(found[token] - float(expected[token])) for token in found))
            same += max(found, key=found.__getitem__) == int(expected.argmax())
    return worst, same


@pytest.mark.parametrize("name", FAMILIES)
def test_it_gives_the_same_probabilities(tmp_path: Path, name: str):
    config, model = FAMILIES[name]
    folder = build(tmp_path / "tiny", config=config, model=model)
    write_model(folder, tmp_path / "tiny.gguf", "f16")
    loaded = AutoModelForCausalLM.from_pretrained(folder).eval()
    worst, same = furthest(loaded, folder, tmp_path / "tiny.gguf")
    assert worst < 0.05 and same == len(TEXTS)


def test_the_kinds_are_nearer_the_more_bits_they_have(tmp_path: Path):
    folder = build(tmp_path / "tiny", config=wide)
    loaded = AutoModelForCausalLM.from_pretrained(folder).eval()
    kinds: list[Kind] = ["f16", "q8_0", "q4_k_m", "q4_0"]
    for kind in kinds:
        write_model(folder, tmp_path / f"{kind}.gguf", kind)
    worst = [furthest(loaded, folder, tmp_path / f"{kind}.gguf")[0] for kind in kinds]
    sizes = [(tmp_path / f"{kind}.gguf").stat().st_size for kind in kinds]
    assert worst == sorted(worst) and worst[0] < 0.01 and worst[1] < 0.2 and worst[-1] < 2
    assert sizes == sorted(sizes, reverse=True) and sizes[2] < 0.4 * sizes[0]
    types = {tensor.name: tensor.tensor_type.name for tensor in GGUFReader(tmp_path / "q4_k_m.gguf").tensors}
    assert types["token_embd.weight"] == "Q6_K" and types["blk.0.attn_q.weight"] == "Q4_K"
    assert types["blk.0.attn_norm.weight"] == "F32"


@pytest.mark.parametrize(("name", "rs"), [("grouped", False), ("qwen2", True)])
def test_an_adapter_changes_the_base_as_peft_does(tmp_path: Path, name: str, rs: bool):
    config, model = FAMILIES[name]
    folder = build(tmp_path / "tiny", config=config, model=model)
    write_model(folder, tmp_path / "base.gguf", "f16")
    settings = LoraConfig(
        r=4, lora_alpha=8, target_modules="all-linear", use_rslora=rs, init_lora_weights=False, task_type="CAUSAL_LM"
    )
    with quiet():
        get_peft_model(AutoModelForCausalLM.from_pretrained(folder), settings).save_pretrained(tmp_path / "adapter")
    write_adapter(tmp_path / "adapter", AutoConfig.from_pretrained(folder), tmp_path / "adapter.gguf")
    with quiet():
        tuned = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(folder), tmp_path / "adapter").eval()
    worst, same = furthest(tuned, folder, tmp_path / "base.gguf", tmp_path / "adapter.gguf")
    without, _ = furthest(tuned, folder, tmp_path / "base.gguf")
    assert worst < 0.05 < 0.5 < without and same == len(TEXTS)


@pytest.mark.parametrize(
    ("settings", "lacks"),
    [({"use_dora": True}, "DoRA"), ({"modules_to_save": ["norm"]}, "trained whole"), ({"bias": "all"}, "biases")],
)
def test_an_adapter_that_llama_cpp_has_not_is_refused_with_the_way_out(
    tmp_path: Path, settings: dict[str, Any], lacks: str
):
    model = AutoModelForCausalLM.from_pretrained(build(tmp_path / "tiny"))
    told = LoraConfig(r=2, target_modules="all-linear", task_type="CAUSAL_LM", **settings)
    with quiet():
        get_peft_model(model, told).save_pretrained(tmp_path / "adapter")
    with pytest.raises(StoreError, match=f"{lacks}.* Export it as GGUF, which puts the adapter into the model"):
        write_adapter(tmp_path / "adapter", AutoConfig.from_pretrained(tmp_path / "tiny"), tmp_path / "adapter.gguf")


def test_other_architectures_are_refused_by_name(tmp_path: Path):
    folder = build(tmp_path / "tiny", config=GPT2Config, model=GPT2LMHeadModel)
    with pytest.raises(StoreError, match="architecture gpt2 .* llama, mistral, qwen2, qwen3"):
        write_model(folder, tmp_path / "tiny.gguf", "f16")


@pytest.mark.parametrize("window", [{"use_sliding_window": True}, {"rope_parameters": LONG}])
def test_what_the_format_lacks_is_refused(tmp_path: Path, window: dict[str, Any]):
    folder = build(tmp_path / "tiny", config=lambda **told: Qwen2Config(**told, **window), model=Qwen2ForCausalLM)
    with pytest.raises(StoreError, match="Export it merged"):
        write_model(folder, tmp_path / "tiny.gguf", "f16")


def test_a_conversation_is_written_and_cut_as_in_training(tmp_path: Path):
    folder = build(tmp_path / "tiny")
    write_model(folder, tmp_path / "tiny.gguf", "f16")
    tokenizer = AutoTokenizer.from_pretrained(folder)
    text = tokenizer.apply_chat_template(TEMPLATED, tokenize=False, add_generation_prompt=True)
    with Served(tmp_path / "tiny.gguf", context=256) as served:
        assert served.template(TEMPLATED) == text
        assert served.tokens(text) == tokenizer(text, add_special_tokens=False)["input_ids"]
