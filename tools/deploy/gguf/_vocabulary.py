"""A tokenizer as a GGUF file keeps it."""
# pyright: basic

import json
from typing import Any

from gguf import GGUFWriter, TokenType
from transformers import PreTrainedTokenizerBase

from store import StoreError
from tools.deploy.gguf._pre_tokenizers import pre_tokenizer

Said = dict[str, Any]


def add_vocabulary(writer: GGUFWriter, tokenizer: PreTrainedTokenizerBase, size: int) -> None:
    """Write tokens, merges, marks and the chat template as metadata.

    Args:
        writer: The file.
        tokenizer: As it was saved with the model.
        size: Rows of the embeddings; tokens that the tokenizer has not are written as unused.

    Raises:
        StoreError: llama.cpp cannot cut text as this tokenizer does.
    """
    said: Said = json.loads(tokenizer.backend_tokenizer.to_str())  # pyright: ignore
    model = said["model"]
    if model["type"] != "BPE":
        raise StoreError(
            f"A tokenizer of the kind {model['type']} cannot be written as GGUF here, only BPE. Export it merged."
        )
    merges = [merge if isinstance(merge, str) else " ".join(merge) for merge in model["merges"]]
    if model.get("byte_fallback"):
        _add_sentencepiece(writer, said, size)
    else:
        writer.add_tokenizer_model("gpt2")
        writer.add_tokenizer_pre(pre_tokenizer(said))
        pieces, types = _tokens(said, size)
        writer.add_token_list(pieces)
        writer.add_token_types(types)
        writer.add_token_merges(merges)
    _add_marks(writer, tokenizer)


def _tokens(said: Said, size: int) -> tuple[list[str], list[TokenType]]:
    marks = {mark["id"]: mark for mark in said["added_tokens"]}
    pieces = {number: piece for piece, number in said["model"]["vocab"].items()}
    pieces |= {number: mark["content"] for number, mark in marks.items()}
    types: list[TokenType] = []
    for number in range(size):
        if number not in pieces:
            types.append(TokenType.UNUSED)
        elif number not in marks:
            types.append(TokenType.NORMAL)
        else:
            types.append(TokenType.CONTROL if marks[number]["special"] else TokenType.USER_DEFINED)
    return [pieces.get(number, f"[PAD{number}]") for number in range(size)], types


def _add_sentencepiece(writer: GGUFWriter, said: Said, size: int) -> None:
    """Llama 2's kind: llama.cpp joins the pair whose whole has the best score, so that scores are ranks of merges."""
    pieces, types = _tokens(said, size)
    ranks: dict[str, int] = {}
    for rank, merge in enumerate(said["model"]["merges"]):
        one, other = merge.split(" ", 1) if isinstance(merge, str) else merge
        ranks.setdefault(one + other, rank)
    last = len(said["model"]["merges"])
    unknown = said["model"].get("unk_token")
    for number, piece in enumerate(pieces):
        if piece == unknown:
            types[number] = TokenType.UNKNOWN
        elif types[number] == TokenType.NORMAL and len(piece) == 6 and piece.startswith("<0x"):
            types[number] = TokenType.BYTE
    writer.add_tokenizer_model("llama")
    writer.add_tokenizer_pre("default")
    writer.add_token_list(pieces)
    writer.add_token_scores([-float(ranks.get(piece, last)) for piece in pieces])
    writer.add_token_types(types)
    writer.add_add_space_prefix(_begins_with_space(said))


def _begins_with_space(said: Said) -> bool:
    """Whether a text is read as if a space stood before it."""
    steps = [said[part] for part in ("normalizer", "pre_tokenizer") if said[part]]
    flat = [inner for step in steps for inner in (step.get("normalizers") or step.get("pretokenizers") or [step])]
    known = {"Prepend", "Replace", "Metaspace", "Split"}
    if strange := {step["type"] for step in flat} - known:
        raise StoreError(f"Its tokenizer changes texts by {', '.join(sorted(strange))}, which llama.cpp does not do.")
    return any(step["type"] == "Prepend" or step.get("prepend_scheme", "never") != "never" for step in flat)


def _add_marks(writer: GGUFWriter, tokenizer: PreTrainedTokenizerBase) -> None:
    marks: list[tuple[Any, Any]] = [
        (writer.add_bos_token_id, tokenizer.bos_token_id),
        (writer.add_eos_token_id, tokenizer.eos_token_id),
        (writer.add_pad_token_id, tokenizer.pad_token_id),
        (writer.add_unk_token_id, tokenizer.unk_token_id),
        (writer.add_eot_token_id, turn_end(tokenizer)),
    ]
    for add, number in marks:
        if number is not None:
            add(number)
    writer.add_add_bos_token(begins_with_mark(tokenizer))
    writer.add_add_eos_token(False)
    if template := chat_template(tokenizer):
        writer.add_chat_template(template)


def chat_template(tokenizer: PreTrainedTokenizerBase) -> str | None:
    """The template that conversations are written in; of several, the usual one."""
    template: Any = tokenizer.chat_template
    return template.get("default") if isinstance(template, dict) else template


def begins_with_mark(tokenizer: PreTrainedTokenizerBase) -> bool:
    """Whether llama.cpp is to put the first mark before every text.

    Training reads a conversation as the template writes it and adds nothing. So where the template has no first mark,
    none may be added, whatever the tokenizer does to plain texts: else the served model reads one that training never
    saw.
    """
    if tokenizer.bos_token_id is None:
        return False
    adds = tokenizer("")["input_ids"][:1] == [tokenizer.bos_token_id]  # pyright: ignore
    if not chat_template(tokenizer):
        return adds
    return adds and _written(tokenizer, "-").startswith(str(tokenizer.bos_token))


def turn_end(tokenizer: PreTrainedTokenizerBase) -> int | None:
    """The mark that the template writes after an answer, if it is a special token."""
    if not chat_template(tokenizer):
        return None
    answer = "anything"
    _, _, after = _written(tokenizer, answer).rpartition(answer)
    tokens: list[int] = tokenizer(after, add_special_tokens=False)["input_ids"][:1]  # pyright: ignore
    return tokens[0] if tokens and tokens[0] in tokenizer.all_special_ids + _marks(tokenizer) else None


def _marks(tokenizer: PreTrainedTokenizerBase) -> list[int]:
    return [number for number, mark in tokenizer.added_tokens_decoder.items() if mark.special]  # pyright: ignore


def _written(tokenizer: PreTrainedTokenizerBase, answer: str) -> str:
    turns = [{"role": "user", "content": "-"}, {"role": "assistant", "content": answer}]
    return str(tokenizer.apply_chat_template(turns, tokenize=False))
