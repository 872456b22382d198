"""The sentence encoder, with a tiny model of random weights, and the classifier over what it says."""

import logging
from math import exp
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assistant import ear
from assistant.ear import Ear, fetch_ear, opened
from assistant.heard import Heard
from assistant.listen import shipped
from assistant.tune import keep
from assistant.wordings import Wordings

WORDS = "[PAD] [UNK] [CLS] [SEP] [MASK] start stop the training now please is it good bad".split()
SAID = [("start the training", "start"), ("stop the training", "stop"), ("is it good", "ask"), ("is it bad", "ask")]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Ear:
    from transformers import BertConfig, BertModel, BertTokenizer  # noqa: PLC0415

    folder = tmp_path_factory.mktemp("bert")
    (folder / "vocab.txt").write_text("\n".join(WORDS))
    BertTokenizer(str(folder / "vocab.txt")).save_pretrained(folder)
    config = BertConfig(
        vocab_size=len(WORDS), hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32
    )
    BertModel(config).save_pretrained(folder)
    return Ear(folder)


def test_a_vector_has_unit_length_and_does_not_depend_on_what_stands_beside_it(tiny: Ear) -> None:
    texts = ["start", "stop the training now please", ""]
    together = tiny.vectors(texts)
    assert together.shape == (3, 16)
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    alone = np.concatenate([tiny.vectors([text]) for text in texts])
    assert np.allclose(together, alone, atol=1e-5)


def test_what_ships_is_not_heard_again(tiny: Ear, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["start", "stop", "is it good", "is it bad", "stop the training now please"]
    whole = tiny.whole(texts)
    fitted = Heard.fitted(whole, 4)
    fitted.with_only(texts, fitted.projected(whole)).write(tmp_path / "heard.npz")
    knowing = Ear(tiny.folder, Heard.read(tmp_path / "heard.npz"))
    expected = knowing.vectors([*texts, "training"])
    assert expected.shape == (6, 4)
    asked: list[str] = []
    encode = knowing.whole
    monkeypatch.setattr(knowing, "whole", lambda said: asked.extend(said) or encode(said))
    assert np.allclose(knowing.remembered([*texts, "training"]), expected, atol=0.02)
    assert asked == ["training"]


@pytest.fixture(scope="module")
def adapter(tiny: Ear, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a training would leave: an adapter of random weights with its head, and the labels."""
    from peft import LoraConfig, get_peft_model  # noqa: PLC0415
    from transformers import AutoModelForSequenceClassification  # noqa: PLC0415

    trained, kept = (tmp_path_factory.mktemp(name) for name in ("trained", "kept"))
    model: Any = AutoModelForSequenceClassification.from_pretrained(tiny.folder, num_labels=3)
    settings = LoraConfig(task_type="SEQ_CLS", r=2, target_modules=["query", "value"], init_lora_weights=False)
    get_peft_model(model, settings).save_pretrained(str(trained))
    (trained / "done.json").write_text('{"labels": ["start", "stop", "ask"]}')
    keep(trained, kept)
    return kept


@pytest.mark.filterwarnings("ignore:.is_gradient_checkpointing.:FutureWarning")  # peft calls what transformers renamed
def test_an_adapter_tells_what_is_meant_and_leaves_the_vectors_as_they_are(tiny: Ear, adapter: Path) -> None:
    tuned = Ear(tiny.folder, adapter=adapter)
    chances = tuned.chances("stop the training now please")
    assert set(chances) == {"start", "stop", "ask"}
    assert sum(map(exp, chances.values())) == pytest.approx(1, abs=1e-5)
    assert chances != tuned.chances("is it good")
    assert np.allclose(tuned.vectors(["stop the training"]), tiny.vectors(["stop the training"]), atol=1e-5)
    assert tuned.chances("stop the training now please") == chances
    assert tiny.chances("stop") == {}


def test_an_ear_that_knows_nothing_hears_all(tiny: Ear) -> None:
    assert np.allclose(tiny.remembered(["start", "stop"]), tiny.vectors(["start", "stop"]), atol=1e-5)


def test_every_text_that_ships_is_known() -> None:
    texts = shipped()
    known, vectors = Heard.read().known(texts)
    missing = [text for text, here in zip(texts, known, strict=True) if not here]
    assert not missing, f"{len(missing)} texts are new, such as {missing[0]!r}: run `python -m assistant.listen`"
    assert vectors.shape == (len(texts), 256)
    assert len(Heard.read().digests) == len(texts), "texts that are gone are still there: `python -m assistant.listen`"


@pytest.mark.parametrize("with_ear", [True, False])
def test_examples_are_told_apart_with_and_without_an_ear(
    tiny: Ear, with_ear: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TUNEWRIGHT_MODELS", str(tmp_path))  # what it learns is not kept among the user's
    wordings = Wordings(SAID, tiny if with_ear else None, 10.0)
    for text, about in SAID:
        margins = wordings.margins(text)
        assert set(margins) == {"start", "stop", "ask"}
        assert max(margins, key=lambda name: margins[name]) == about


def test_without_its_weights_there_is_no_ear(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TUNEWRIGHT_EAR", "")
    monkeypatch.setenv("TUNEWRIGHT_MODELS", str(tmp_path))
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    opened.cache_clear()
    assert opened() is None
    opened.cache_clear()


def test_an_ear_that_cannot_be_had_is_done_without(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("TUNEWRIGHT_EAR", "")
    for name, value in {
        "HF_ENDPOINT": "http://127.0.0.1:9",
        "HF_HUB_CACHE": str(tmp_path / "hub"),
        "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
        "PIP_CONFIG_FILE": "/dev/null",
        "PIP_EXTRA_INDEX_URL": "",
        "NO_PROXY": "127.0.0.1",
    }.items():
        monkeypatch.setenv(name, value)
    with caplog.at_level(logging.WARNING, ear.__name__):
        fetch_ear(tmp_path)
    assert "Going by the words alone" in caplog.text


def test_an_ear_that_is_switched_off_is_not_fetched(tmp_path: Path) -> None:
    fetch_ear(tmp_path)
    assert not list(tmp_path.iterdir())
