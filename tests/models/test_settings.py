from pathlib import Path

import pytest

from assistant.settings import Settings
from store import StoreError


def test_nothing_needs_to_be_set() -> None:
    settings = Settings.read({})
    assert settings.model == "qwen2.5-coder-1.5b"
    assert settings.host == "127.0.0.1"
    assert settings.models.parts[-2:] == ("tunewright", "models")


def test_what_is_set_is_taken() -> None:
    settings = Settings.read(
        {"TUNEWRIGHT_HOME": "/a", "TUNEWRIGHT_MODELS": "/b", "TUNEWRIGHT_MODEL": "/c.gguf", "TUNEWRIGHT_THREADS": "3"}
    )
    assert (settings.home, settings.models, settings.model) == (Path("/a"), Path("/b"), "/c.gguf")
    assert settings.threads == 3


def test_a_space_listens_to_everyone() -> None:
    settings = Settings.read({"SPACE_ID": "someone/tunewright"})
    assert settings.on_space
    assert settings.host == "0.0.0.0"


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("TUNEWRIGHT_BACKEND", "magic", "It may be auto, llama, transformers, openai"),
        ("TUNEWRIGHT_THREADS", "many", "a whole number from 1 to 256"),
        ("TUNEWRIGHT_CONTEXT_TOKENS", "12", "a whole number from 1024"),
        ("TUNEWRIGHT_PORT", "-1", "a whole number from 1 to 65535"),
    ],
)
def test_a_value_that_makes_no_sense_is_told(name: str, value: str, says: str) -> None:
    with pytest.raises(StoreError, match=f"{name} is '{value}'.*{says}"):
        Settings.read({name: value})


def test_the_key_is_not_shown() -> None:
    assert "secret" not in repr(Settings.read({"TUNEWRIGHT_LLM_KEY": "secret"}))
