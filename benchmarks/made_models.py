"""Models of other shapes than those at hand, with random weights: for what only depends on the shape."""

from pathlib import Path

from transformers import GPT2Config, GPT2LMHeadModel, LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from tests.tiny_model import build

SHAPES = {
    "made-wide": (
        LlamaForCausalLM,
        LlamaConfig,
        {"hidden_size": 768, "intermediate_size": 3072, "num_hidden_layers": 4},
    ),
    "made-deep": (GPT2LMHeadModel, GPT2Config, {"n_embd": 384, "n_layer": 12, "n_head": 6}),
}
VOCABULARY = 8_000


def made(name: str, folder: Path) -> Path:
    """Write a model of a shape, with the tokenizer of the tests."""
    model, config, shape = SHAPES[name]
    build(folder)
    tokenizer = PreTrainedTokenizerFast.from_pretrained(folder)
    marks = {f"{mark}_token_id": getattr(tokenizer, f"{mark}_token_id") for mark in ("bos", "eos", "pad")}
    longest = {"n_positions": 1024} if config is GPT2Config else {"max_position_embeddings": 1024}
    model(config(vocab_size=VOCABULARY, **shape, **longest, **marks)).save_pretrained(folder)
    return folder
