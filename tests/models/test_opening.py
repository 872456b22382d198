from pathlib import Path

import pytest

from assistant.models import BrainError, open_brain
from assistant.models.llama import LlamaBrain
from assistant.models.opening import choose, taught
from assistant.settings import Settings
from tests.models.chat_server import Script, serving


def test_an_address_is_taken_before_anything_else() -> None:
    assert choose(Settings.read({"TUNEWRIGHT_LLM_URL": "http://x"}), {}) == "openai"


def test_what_was_chosen_is_taken() -> None:
    chosen = Settings.read({"TUNEWRIGHT_BACKEND": "transformers", "TUNEWRIGHT_LLM_URL": "http://x"})
    assert choose(chosen, {}) == "transformers"


def test_without_a_gpu_it_is_llama() -> None:
    assert choose(Settings.read({}), {"CUDA_VISIBLE_DEVICES": ""}) == "llama"


def test_a_server_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serving(Script()) as script:
        brain = open_brain(Settings.read({"TUNEWRIGHT_LLM_URL": script.url + "/v1/"}))
        assert brain.name == "house-model"
        brain.close()


def test_openai_without_an_address_is_told() -> None:
    with pytest.raises(BrainError, match="TUNEWRIGHT_LLM_URL has to be"):
        open_brain(Settings.read({"TUNEWRIGHT_BACKEND": "openai"}))


def test_a_broken_file_is_told(tmp_path: Path) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF" + b"\0" * 1000)
    with pytest.raises(BrainError, match="llama.cpp cannot load .*broken.gguf"):
        open_brain(Settings.read({"TUNEWRIGHT_BACKEND": "llama", "TUNEWRIGHT_MODEL": str(broken)}))


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(BrainError, match="There is no model file"):
        LlamaBrain("tiny", tmp_path / "tiny.gguf", threads=1, context_tokens=1024)


def test_the_adapter_that_ships_goes_with_its_model_alone() -> None:
    adapter = taught("qwen2.5-coder-1.5b")
    assert adapter and adapter.suffix == ".gguf"
    assert taught("/models/qwen2.5-coder-1.5b-instruct-q4_k_m.gguf") == adapter
    assert taught("Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF") == adapter
    assert taught("smollm2-135m") is None
    assert not Settings.read({"TUNEWRIGHT_ADAPTER": "off"}).adapter
