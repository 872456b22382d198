"""Base models that cannot be trained as they are: a sentence with the way out, and what can be mended is."""

import json
from pathlib import Path

import pytest
from transformers import AutoTokenizer

from store import StoreError, Workspace
from tests.tiny_model import build
from tests.tiny_run import add_tickets
from tests.weights.standin import StandIn, serving
from tools import TOOLS
from tools.train._examples import answer_example
from tools.train._fits import least_bytes, refuse_if_too_large, weights_in
from tools.train._machine import Machine
from tools.train._weights import load
from tools.weights.errors import FetchError

SMALL = Machine("a processor", 2, 4 << 30, 1 << 30, "", 0, 1 << 40)


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return build(tmp_path / "tiny")


def change(file: Path, **values: object) -> None:
    told = json.loads(file.read_text())
    kept = {key: value for key, value in {**told, **values}.items() if value is not None}
    file.write_text(json.dumps(kept))


def test_a_model_without_a_tokenizer_is_told(base: Path):
    for name in ("tokenizer.json", "tokenizer_config.json"):
        (base / name).unlink()
    with pytest.raises(StoreError, match="tiny has no tokenizer beside its weights"):
        load(str(base))


def test_damaged_weights_are_told(base: Path):
    file = base / "model.safetensors"
    file.write_bytes(file.read_bytes()[:1000])
    with pytest.raises(StoreError, match="weights of .* are damaged .* Load the model again"):
        load(str(base))


def test_damaged_settings_are_told(base: Path):
    (base / "config.json").write_text("{")
    with pytest.raises(FetchError, match="config.json is damaged"):
        load(str(base))


def test_an_architecture_that_is_not_known_is_told(base: Path):
    change(base / "config.json", model_type="not_yet_invented")
    with pytest.raises(StoreError, match="cannot be read by the library that trains .*not_yet_invented"):
        load(str(base))


def test_a_tokenizer_of_another_model_is_told(base: Path):
    tokenizer = AutoTokenizer.from_pretrained(base)
    tokenizer.add_tokens([f"word{n}" for n in range(10)])
    tokenizer.save_pretrained(base)
    with pytest.raises(StoreError, match="knows 4.. tokens and the model only .* do not belong together"):
        load(str(base))


def test_a_tokenizer_without_template_padding_and_end_is_mended(base: Path):
    marks: dict[str, None] = dict.fromkeys(("chat_template", "pad_token", "eos_token"))
    change(base / "tokenizer_config.json", **marks)
    (base / "chat_template.jinja").unlink(missing_ok=True)
    tokenizer = load(str(base)).tokenizer
    assert tokenizer.pad_token and tokenizer.eos_token and tokenizer.chat_template
    talk = [{"role": "user", "content": "hello"}, {"role": "assistant", "content": "None of them"}]
    example = answer_example(tokenizer, talk, 64)
    learned = [token for token, trained in zip(example.tokens, example.trained, strict=True) if trained]
    assert tokenizer.decode(learned) == f"None of them{tokenizer.eos_token}"


def test_a_gated_model_and_one_that_is_not_there_are_told_by_the_plan(
    empty: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    add_tickets(empty)
    with serving(StandIn()) as hub:
        _as_hub(hub, monkeypatch, tmp_path)
        hub.add_to_hub("maker/gated", "config.json", b"{}")
        hub.gated.append("/api/models/maker/gated/revision/main")
        asked = {"dataset": "tickets", "base_model": "maker/gated"}
        with pytest.raises(StoreError, match="maker/gated is gated"):
            TOOLS["plan_training"].run(empty, asked)
        with pytest.raises(StoreError, match="no repository|does not exist|no model"):
            TOOLS["plan_training"].run(empty, {**asked, "base_model": "maker/nothing"})


def test_a_model_larger_than_the_memory_is_refused_before_it_is_loaded(base: Path):
    weights = weights_in(base)
    assert weights == sum(weight.numel() for weight in load(str(base)).model.parameters())
    lora, full = {"technique": "lora", "dtype": "bfloat16"}, {"technique": "full", "dtype": "bfloat16"}
    assert (least_bytes(1000, lora), least_bytes(1000, full)) == (2000, 16_000)
    refuse_if_too_large("tiny", weights, full, SMALL)
    with pytest.raises(StoreError, match="at least 16.0 GB of memory, and this machine has 1.1 GB free. Take lora"):
        refuse_if_too_large("large", 1_000_000_000, full, SMALL)
    with pytest.raises(StoreError, match="Take a smaller base model"):
        refuse_if_too_large("large", 1_000_000_000, lora, SMALL)


def _as_hub(hub: StandIn, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HF_ENDPOINT", hub.url)
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
