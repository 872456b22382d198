"""BERTScore against its formula, token by token, on a small encoder with random weights."""

from pathlib import Path

import pytest
import torch
from transformers import AutoModel, AutoTokenizer, BertConfig, BertModel, BertTokenizerFast

from tools.evaluate._metric import Undefined
from tools.evaluate.metrics.bertscore import BertScore, BertScoreFamily

WORDS = "the card was refunded today money back not yet деньги вернули ##s . ,".split()
TOLD = ["the card was refunded .", "money back", "", "деньги вернули today", "the cards", "yet yet yet"]
TRUE = ["the money was refunded today .", "money back", "not yet", "деньги не вернули", "", "the card"]


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("encoder")
    entries = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS]
    (folder / "vocab.txt").write_text("\n".join(entries), encoding="utf-8")
    tokenizer = BertTokenizerFast(vocab={entry: place for place, entry in enumerate(entries)}, model_max_length=32)
    tokenizer.save_pretrained(folder)
    torch.manual_seed(3)
    sizes = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 32}
    BertModel(BertConfig(vocab_size=len(entries), **sizes)).save_pretrained(folder)
    return folder


def directly(folder: Path, told: str, true: str) -> float:
    """One pair at a time, without batches or padding: Zhang et al. 2020, equations for R, P and F."""
    tokenizer, model = AutoTokenizer.from_pretrained(folder), AutoModel.from_pretrained(folder).eval()
    with torch.inference_mode():
        x, y = (model(**tokenizer(t, return_tensors="pt")).last_hidden_state[0, 1:-1].double() for t in (true, told))
    if not len(x) or not len(y):
        return 0.0
    near = [[float(torch.dot(a, b) / (a.norm() * b.norm())) for b in y] for a in x]
    recall = sum(max(row) for row in near) / len(x)
    precision = sum(max(row[place] for row in near) for place in range(len(y))) / len(y)
    return 2 * precision * recall / (precision + recall)


def test_it_equals_the_formula(encoder: Path) -> None:
    metric = BertScore(encoder)
    scores = metric.parts(TOLD, TRUE)[:, 0].tolist()
    assert scores == pytest.approx(
        [directly(encoder, told, true) for told, true in zip(TOLD, TRUE, strict=True)], abs=1e-6
    )
    assert scores[1] == pytest.approx(1) and scores[2] == scores[4] == 0
    found = BertScoreFamily(keep_in_memory=True).compute(predictions=TOLD, references=TRUE, encoder=str(encoder))
    assert found == {"bertscore": pytest.approx(sum(scores) / len(scores), abs=1e-6)}
    assert metric.signature() == f"{encoder.name}, last layer, no idf, no rescaling"


def test_without_an_encoder_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUNEWRIGHT_MODELS", str(tmp_path))
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(
        Undefined, match="BERTScore needs an encoder, and none is on this machine. .*models pull minilm-l6"
    ):
        BertScore().compute(predictions=["a"], references=["a"])
