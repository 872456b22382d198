"""How a text is cut before its pieces are joined: what llama.cpp calls each way."""
# pyright: basic

from typing import Any

from store import StoreError

_WORDS = r"[^\r\n\p{L}\p{N}]?\p{L}+"
_REST = r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
_ENDINGS = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|"
QWEN2 = rf"{_ENDINGS}{_WORDS}|\p{{N}}{_REST}"
LLAMA3 = rf"{_ENDINGS}{_WORDS}|\p{{N}}{{1,3}}{_REST}"
_UPPER, _LOWER = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]", r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
_BEFORE = r"[^\r\n\p{L}\p{N}]?"
TEKKEN = (
    rf"{_BEFORE}{_UPPER}*{_LOWER}+|{_BEFORE}{_UPPER}+{_LOWER}*|\p{{N}}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
Step = tuple[str, Any]
KNOWN: dict[tuple[Step, ...], tuple[str, bool]] = {
    (("ByteLevel", True),): ("gpt-2", False),
    (("Digits", True), ("ByteLevel", True)): ("smollm", False),
    (("Split", QWEN2), ("ByteLevel", False)): ("qwen2", False),
    (("Split", LLAMA3), ("ByteLevel", False)): ("llama-bpe", True),
    (("Split", TEKKEN), ("ByteLevel", False)): ("tekken", True),
}
"""The steps of a pre-tokenizer: llama.cpp's name, and whether it takes words that are tokens without joining pieces."""


def pre_tokenizer(said: dict[str, Any]) -> str:
    """What llama.cpp calls the pre-tokenizer of a byte-level BPE.

    Args:
        said: A `tokenizer.json`.

    Raises:
        StoreError: It is none of those known. Guessing would give a model that reads other tokens than it learned.
    """
    first: dict[str, Any] = said["pre_tokenizer"] or {"type": "none"}
    steps = tuple(_step(step) for step in first.get("pretokenizers", [first]))
    name, whole_words = KNOWN.get(steps, ("", False))
    if not name or whole_words != bool(said["model"].get("ignore_merges")):
        raise StoreError(
            "Its tokenizer cuts text in a way that is not known to be one of llama.cpp's "
            f"({', '.join(name for name, _ in KNOWN.values())}), and a wrong one would read other tokens than the "
            "model learned. Export it merged."
        )
    return name


def _step(step: dict[str, Any]) -> Step:
    match step:
        case {"type": "ByteLevel", "add_prefix_space": False, "use_regex": bool(by_itself)}:
            return "ByteLevel", by_itself
        case {"type": "Digits", "individual_digits": bool(each)}:
            return "Digits", each
        case {"type": "Split", "pattern": {"Regex": str(pattern)}, "behavior": "Isolated", "invert": False}:
            return "Split", pattern
        case _:
            return str(step["type"]), None
