"""A model in the layout of transformers, written as a GGUF file, tensor by tensor."""
# pyright: basic

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from gguf import MODEL_ARCH_NAMES, GGUFWriter, get_tensor_name_map
from safetensors import safe_open
from transformers import AutoConfig, AutoTokenizer

from store import StoreError
from tools.deploy.gguf._families import Family, add_shape, family, head_width, turned
from tools.deploy.gguf._kinds import KINDS, Kind, Type, rounded, size_of, type_of
from tools.deploy.gguf._rope import FACTORS, rope_factors
from tools.deploy.gguf._vocabulary import add_vocabulary

HEAD = "lm_head.weight"
_QUERY = re.compile(r"\.self_attn\.(q|k)_proj\.(weight|bias)$")


class Weight(NamedTuple):
    """A tensor to write: where it is, what llama.cpp calls it, and in which type."""

    source: Any
    theirs: str
    name: str
    shape: tuple[int, ...]
    type_: Type


def write_model(
    folder: Path,
    target: Path,
    kind: Kind,
    tell: Callable[[float], None] = lambda part: None,
    tokenizer: Any = None,
) -> None:
    """Write a model as a GGUF file. One tensor at a time is in memory.

    Args:
        folder: A model with its tokenizer in the layout of transformers: config.json, *.safetensors, tokenizer.json.
        target: The file to write.
        kind: How the weights are rounded.
        tell: Told the part that is written, 0 to 1.
        tokenizer: Another than the folder's, for the same tokens.

    Raises:
        StoreError: The architecture or the tokenizer cannot be written; the message says what to do instead.
    """
    config = AutoConfig.from_pretrained(folder)
    tokenizer = tokenizer or AutoTokenizer.from_pretrained(folder)
    kin = family(config)
    writer = GGUFWriter(target, MODEL_ARCH_NAMES[kin.arch])
    writer.add_type("model")
    writer.add_name(folder.name)
    writer.add_file_type(KINDS[kind].file_type)
    writer.add_quantization_version(2)
    add_shape(writer, config)
    add_vocabulary(writer, tokenizer, config.vocab_size)
    with ExitStack() as opened:
        weights = list(_weights(folder, config, kin, kind, opened))
        factors = rope_factors(config, head_width(config))
        for weight in weights:
            size = size_of(weight.shape, weight.type_)
            writer.add_tensor_info(weight.name, weight.shape, np.dtype(np.float32), size, weight.type_)
        if factors is not None:
            writer.add_tensor_info(FACTORS, factors.shape, factors.dtype, factors.nbytes)
        _write(writer, weights, factors, config, kin, tell)


def _write(
    writer: GGUFWriter,
    weights: list[Weight],
    factors: np.ndarray | None,
    config: Any,
    kin: Family,
    tell: Callable[[float], None],
) -> None:
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_ti_data_to_file()
    for done, weight in enumerate(weights):
        writer.write_tensor_data(rounded(_changed(weight, config, kin), weight.type_))
        tell((done + 1) / len(weights))
    if factors is not None:
        writer.write_tensor_data(factors)
    writer.close()


def _weights(folder: Path, config: Any, kin: Family, kind: Kind, opened: ExitStack) -> Iterator[Weight]:
    """Every tensor of the model's files."""
    names = get_tensor_name_map(kin.arch, config.num_hidden_layers)
    tied = bool(config.tie_word_embeddings)
    for file in sorted(folder.glob("*.safetensors")):
        source = opened.enter_context(safe_open(file, framework="pt"))
        for theirs in sorted(source.keys()):
            if theirs == HEAD and tied:
                continue
            name = names.get_name(theirs, try_suffixes=(".weight", ".bias"))
            if name is None:
                raise StoreError(f"The model has weights {theirs}, which llama.cpp's form of it has not.")
            shape = tuple(source.get_slice(theirs).get_shape())
            yield Weight(source, theirs, name, shape, type_of(name, shape, kind, config.num_hidden_layers, tied))


def _changed(weight: Weight, config: Any, kin: Family) -> np.ndarray:
    """The values in full precision, as llama.cpp's form of the architecture wants them."""
    values = weight.source.get_tensor(weight.theirs).to(torch.float32).numpy()
    if kin.norm_shift and weight.theirs.endswith("norm.weight"):
        values = values + np.float32(kin.norm_shift)
    found = _QUERY.search(weight.theirs) if kin.turned else None
    if not found:
        return values
    queries = config.num_attention_heads
    return turned(values, queries if found[1] == "q" else getattr(config, "num_key_value_heads", None) or queries)
