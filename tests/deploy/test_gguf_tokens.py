"""llama.cpp cuts texts into the tokens that the model learned, or the file is not written."""

import json
from pathlib import Path
from typing import Any

import pytest
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from transformers import AutoTokenizer, LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from store import StoreError
from tests.tiny_model import TEMPLATE, WORDS, build
from tools.deploy._served import Served
from tools.deploy.gguf._model import write_model
from tools.deploy.gguf._pre_tokenizers import LLAMA3, QWEN2, TEKKEN

TEXTS = [
    "I've been told he's there, 'RE you sure? We'LL see 3 33 333 3333 things, 3.14",
    "  two spaces\n\n\tand a tab   \n end ",
    "Größe 12345678 im Café; naïve 我想 нещо на 🚀 😶‍🌫️ CamelCaseWord ------====",
]
JOINED = [
    "12",
    "34",
    "1234",
    "33",
    "333",
    "3333",
    "'RE",
    "'LL",
    "e'L",
    "lC",
    "elC",
    "seW",
    "RE",
    "LL",
    " I",
    " 3",
    *TEXTS,
]
"""What is joined where no cut lies between."""


def split(pattern: str) -> pre_tokenizers.PreTokenizer:
    whole = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    return pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(pattern), "isolated"), whole])


PLAIN = pre_tokenizers.ByteLevel(add_prefix_space=False)
WAYS: dict[str, tuple[pre_tokenizers.PreTokenizer, bool]] = {
    "gpt-2": (PLAIN, False),
    "smollm": (pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), PLAIN]), False),
    "qwen2": (split(QWEN2), False),
    "llama-bpe": (split(LLAMA3), True),
    "tekken": (split(TEKKEN), True),
}


def saved(folder: Path, pieces: Tokenizer, **marks: str) -> Path:
    """A tiny model with this tokenizer."""
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=pieces, **marks)
    tokenizer.chat_template = TEMPLATE
    shape = LlamaConfig(
        vocab_size=len(tokenizer), hidden_size=32, intermediate_size=64, num_hidden_layers=1, num_attention_heads=2
    )
    LlamaForCausalLM(shape).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def byte_level(folder: Path, way: pre_tokenizers.PreTokenizer, whole_words: bool) -> Path:
    pieces = Tokenizer(models.BPE(ignore_merges=whole_words))
    pieces.pre_tokenizer = way
    pieces.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    marks = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    # the pieces are learned from texts that are not cut, so that a wrong cut gives other tokens
    learner = Tokenizer(models.BPE())
    learner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    learner.train_from_iterator(
        JOINED * 3,
        trainers.BpeTrainer(vocab_size=900, special_tokens=marks, initial_alphabet=alphabet, show_progress=False),
    )
    said: dict[str, Any] = json.loads(learner.to_str())
    whole: dict[str, Any] = json.loads(pieces.to_str())
    whole["model"] |= {"vocab": said["model"]["vocab"], "merges": said["model"]["merges"]}
    whole["added_tokens"] = said["added_tokens"]
    return saved(folder, Tokenizer.from_str(json.dumps(whole)), eos_token="<|im_end|>", pad_token="<|endoftext|>")


def same_tokens(folder: Path) -> list[bool]:
    write_model(folder, folder / "tiny.gguf", "f16")
    tokenizer = AutoTokenizer.from_pretrained(folder)
    with Served(folder / "tiny.gguf", context=256) as served:
        return [served.tokens(text) == tokenizer(text)["input_ids"] for text in TEXTS]


@pytest.mark.parametrize("name", WAYS)
def test_each_known_way_of_cutting_gives_the_same_tokens(tmp_path: Path, name: str):
    assert all(same_tokens(byte_level(tmp_path / "tiny", *WAYS[name])))


def test_the_texts_tell_the_ways_apart(tmp_path: Path):
    cut = {
        name: [AutoTokenizer.from_pretrained(byte_level(tmp_path / name, *way))(text)["input_ids"] for text in TEXTS]
        for name, way in WAYS.items()
    }
    assert len({json.dumps(tokens) for tokens in cut.values()}) == len(WAYS)


@pytest.mark.parametrize("spaced", [True, False])
def test_llama_2_and_gemma_kinds_with_bytes_as_the_last_resort(tmp_path: Path, spaced: bool):
    begins: list[normalizers.Normalizer] = [normalizers.Prepend("▁")] if spaced else []
    pieces = Tokenizer(models.BPE(byte_fallback=True, unk_token="<unk>", fuse_unk=True))
    pieces.normalizer = normalizers.Sequence([*begins, normalizers.Replace(" ", "▁")])
    pieces.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
    pieces.train_from_iterator(WORDS, trainers.BpeTrainer(vocab_size=300, show_progress=False))
    said: dict[str, Any] = json.loads(pieces.to_str())
    marks = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256))]
    learned = [piece for piece, _ in sorted(said["model"]["vocab"].items(), key=lambda item: item[1])]
    said["model"]["vocab"] = {piece: number for number, piece in enumerate([*marks, *learned])}
    told = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    said["added_tokens"] = [{"id": number, "content": mark, **told} for number, mark in enumerate(marks[:3])]
    whole = Tokenizer.from_str(json.dumps(said))
    assert all(same_tokens(saved(tmp_path / "tiny", whole, unk_token="<unk>", bos_token="<s>", eos_token="</s>")))


def test_an_unknown_way_of_cutting_is_refused(tmp_path: Path):
    folder = byte_level(tmp_path / "tiny", split(r"\w+|\W+"), whole_words=False)
    with pytest.raises(StoreError, match="cuts text in a way .* Export it merged"):
        write_model(folder, tmp_path / "tiny.gguf", "f16")


def test_a_first_mark_that_the_template_has_not_is_not_added(tmp_path: Path):
    folder = build(tmp_path / "tiny")
    tokenizer = AutoTokenizer.from_pretrained(folder)
    tokenizer.backend_tokenizer.post_processor = _first("<|im_start|>", tokenizer.bos_token_id)
    tokenizer.chat_template = "{{ messages[0].content }}: "
    tokenizer.save_pretrained(folder)
    asked = [{"role": "user", "content": "hello"}]
    write_model(folder, tmp_path / "tiny.gguf", "f16")
    with Served(tmp_path / "tiny.gguf", context=256) as served:
        found = served.tokens(served.template(asked))
    assert tokenizer("hello: ")["input_ids"][0] == tokenizer.bos_token_id
    assert found == tokenizer("hello: ", add_special_tokens=False)["input_ids"]


def _first(mark: str, number: int) -> Any:
    from tokenizers.processors import TemplateProcessing  # noqa: PLC0415

    return TemplateProcessing(single=f"{mark} $A", special_tokens=[(mark, number)])
