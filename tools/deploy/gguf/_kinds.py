"""How a weight is rounded in a GGUF file: the type of each tensor, and the rounding itself."""
# pyright: basic

import ctypes
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from gguf import GGML_QUANT_SIZES, GGMLQuantizationType, LlamaFileType, quants

from store import StoreError
from tools.deploy._forms import KindName as Kind

Type = GGMLQuantizationType


@dataclass(frozen=True)
class Rounding:
    """A kind of file: the type of most weights, of those that matter more, and of the head."""

    file_type: LlamaFileType
    most: Type
    more: Type
    head: Type


KINDS: Mapping[Kind, Rounding] = {
    "f16": Rounding(LlamaFileType.MOSTLY_F16, Type.F16, Type.F16, Type.F16),
    "q8_0": Rounding(LlamaFileType.MOSTLY_Q8_0, Type.Q8_0, Type.Q8_0, Type.Q8_0),
    "q4_k_m": Rounding(LlamaFileType.MOSTLY_Q4_K_M, Type.Q4_K, Type.Q6_K, Type.Q6_K),
    "q4_0": Rounding(LlamaFileType.MOSTLY_Q4_0, Type.Q4_0, Type.Q4_0, Type.Q6_K),
}
"""The kinds as llama.cpp's `llama-quantize` makes them, without an importance matrix."""
NARROW: Mapping[Type, Type] = {Type.Q4_K: Type.Q5_0, Type.Q6_K: Type.Q8_0}
"""For rows that are no multiple of 256: what is taken instead, as llama.cpp does."""


def type_of(name: str, shape: tuple[int, ...], kind: Kind, layers: int, tied: bool) -> Type:
    """The type of a tensor.

    Args:
        name: What llama.cpp calls it.
        shape: Rows and columns, as numpy has them.
        kind: Of the file.
        layers: Of the model.
        tied: Whether the embeddings are the head too.
    """
    if len(shape) < 2:
        return Type.F32  # norms and biases: few, and they matter
    rounding = KINDS[kind]
    found = rounding.most
    if name == "output.weight" or (tied and name == "token_embd.weight"):
        found = rounding.head
    elif name.startswith("blk.") and name.endswith((".attn_v.weight", ".ffn_down.weight")):
        found = rounding.more if _more_bits(int(name.split(".")[1]), layers) else rounding.most
    if shape[-1] % GGML_QUANT_SIZES[found][0]:
        found = NARROW.get(found, Type.F16)
    return found if shape[-1] % GGML_QUANT_SIZES[found][0] == 0 else Type.F16


def _more_bits(layer: int, layers: int) -> bool:
    """The first and last eighth of the layers, and every third between (`use_more_bits` of llama.cpp)."""
    return layer < layers // 8 or layer >= 7 * layers // 8 or (layer - layers // 8) % 3 == 2


def size_of(shape: tuple[int, ...], type_: Type) -> int:
    """Bytes of a tensor."""
    block, width = GGML_QUANT_SIZES[type_]
    return int(np.prod(shape)) // block * width


def rounded(weight: np.ndarray, type_: Type) -> np.ndarray:
    """A weight in a type: float32 in, bytes or numbers out.

    llama.cpp's own rounding is taken where it is at hand, which is quick and knows all types; else that of `gguf`.

    Raises:
        StoreError: The type cannot be made on this machine.
    """
    if type_ == Type.F32:
        return weight
    if type_ == Type.F16:
        return weight.astype(np.float16)
    if library := _llama():
        return _by_llama(library, weight, type_)
    try:
        return quants.quantize(weight, type_)
    except NotImplementedError as error:
        raise StoreError(
            "4-bit files of the kind q4_k_m cannot be made on this machine, since its xllamacpp does not lend its "
            "rounding. Take q8_0."
        ) from error


def _by_llama(library: ctypes.CDLL, weight: np.ndarray, type_: Type) -> np.ndarray:
    block, width = GGML_QUANT_SIZES[type_]
    weight = np.ascontiguousarray(weight, dtype=np.float32)
    rows, columns = weight.shape
    out = np.empty((rows, columns // block * width), dtype=np.uint8)
    written = library.ggml_quantize_chunk(int(type_), weight.ctypes.data, out.ctypes.data, 0, rows, columns, None)
    assert written == out.nbytes, f"{written} bytes were written, not {out.nbytes}"
    return out


@cache
def _llama() -> ctypes.CDLL | None:
    """The library in xllamacpp, if it shows its rounding: its wheels for Linux do."""
    from xllamacpp import xllamacpp  # noqa: PLC0415  # pyright: ignore - 100 MB, and only a few kinds need it

    library = ctypes.CDLL(xllamacpp.__file__)
    if not hasattr(library, "ggml_quantize_chunk"):
        return None
    # size_t ggml_quantize_chunk(type, const float * src, void * dst, start, nrows, n_per_row, const float * imatrix)
    library.ggml_quantize_chunk.argtypes = [
        ctypes.c_int,
        ctypes.c_void_p,
        ctypes.c_void_p,
        ctypes.c_int64,
        ctypes.c_int64,
        ctypes.c_int64,
        ctypes.c_void_p,
    ]
    library.ggml_quantize_chunk.restype = ctypes.c_size_t
    return library
