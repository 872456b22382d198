"""A tiny Marian model with random weights, and its tokenizer, in the layout of the Hub."""

import io
import json
from pathlib import Path

import sentencepiece
import torch
from transformers import MarianConfig, MarianMTModel

SENTENCES = [
    "My card has not arrived yet, where is it?",
    "I want my money back for the second payment.",
    "The app shows an error when I log in.",
    "Meine Karte ist noch nicht angekommen, wo ist sie?",
    "Ich will mein Geld zurück.",
]


def build(folder: Path, *, seed: int = 0) -> Path:
    """Write one: two layers, about 120 pieces."""
    folder.mkdir(parents=True)
    held = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(  # pyright: ignore
        sentence_iterator=iter(SENTENCES), model_writer=held, vocab_size=90, minloglevel=2, hard_vocab_limit=False
    )
    for name in ("source.spm", "target.spm"):
        (folder / name).write_bytes(held.getvalue())
    pieces = sentencepiece.SentencePieceProcessor(model_proto=held.getvalue())
    known = [pieces.id_to_piece(number) for number in range(pieces.get_piece_size())]
    words = ["</s>", "<unk>", *(piece for piece in known if piece not in ("<s>", "</s>", "<unk>")), "<pad>"]
    (folder / "vocab.json").write_text(json.dumps({word: number for number, word in enumerate(words)}))
    (folder / "tokenizer_config.json").write_text(
        json.dumps({"tokenizer_class": "MarianTokenizer", "source_lang": "en", "target_lang": "de"})
    )
    torch.manual_seed(seed)
    config = MarianConfig(
        vocab_size=len(words),
        d_model=32,
        encoder_layers=2,
        decoder_layers=2,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        encoder_ffn_dim=64,
        decoder_ffn_dim=64,
        max_position_embeddings=64,
        pad_token_id=len(words) - 1,
        eos_token_id=0,
        bos_token_id=0,
        decoder_start_token_id=len(words) - 1,
        forced_eos_token_id=0,
        init_std=0.5,
    )
    MarianMTModel(config).save_pretrained(folder)
    return folder
