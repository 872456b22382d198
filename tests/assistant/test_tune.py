"""The encoder's adapter, made by the project's own tools from a tiny model of random weights."""

from pathlib import Path

import pytest

from assistant.encoder import Encoder
from assistant.tune import tune

DOES = {"start_training": "start begin launch", "stop_training": "stop halt end"}
THINGS = "the training|that run|it now|this one please|my model|all of it|the job|it today|ours|the thing".split("|")


@pytest.mark.model
def test_the_tools_train_what_the_encoder_then_knows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = [(f"{verb} {thing}", tool) for tool, verbs in DOES.items() for verb in verbs.split() for thing in THINGS]
    base = _tiny(tmp_path / "tiny", {word for text, _ in said for word in text.split()})
    tune(str(base), tmp_path / "tuned", said, epochs=60, learning_rate=2e-3)
    assert "run-1" in capsys.readouterr().out
    assert (tmp_path / "tuned" / "adapter_model.safetensors").stat().st_size < 200_000
    tuned = Encoder(base, tmp_path / "tuned")
    right = 0
    for text, tool in said:
        chances = tuned.chances(text)
        right += max(chances, key=lambda name: chances[name]) == tool
    assert right > 0.9 * len(said)


def _tiny(folder: Path, words: set[str]) -> Path:
    import torch  # noqa: PLC0415
    from transformers import BertConfig, BertModel, BertTokenizer  # noqa: PLC0415

    torch.manual_seed(0)
    folder.mkdir()
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *sorted(words)]
    (folder / "vocab.txt").write_text("\n".join(vocabulary))
    BertTokenizer(str(folder / "vocab.txt")).save_pretrained(folder)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
    )
    BertModel(config).save_pretrained(folder)
    return folder
