from pathlib import Path

import pytest

from store.errors import NotFound
from tools.weights.catalogue import default, find, models, present, table


def test_every_model_can_be_found_by_name_and_by_repository() -> None:
    for model in models():
        assert find(model.name) is find(model.name.upper()) or find(model.name) == model
        assert find(model.hub) == model


def test_no_name_stands_twice() -> None:
    names = [model.name for model in models()]
    assert len(names) == len(set(names))


def test_the_defaults_have_a_mirror_and_may_be_used_for_what_they_are_defaults_of() -> None:
    for use in ("chat", "train"):
        model = default(use)
        assert model.mirror
        assert model.use in (use, "both")


def test_what_has_a_mirror_has_a_size_and_a_hash() -> None:
    for model in models():
        if model.mirror:
            assert model.bytes > 0 or not model.file
            assert len(model.sha256 if model.file else model.mirror.sha256) == 64


def test_the_instruct_suffix_may_be_said() -> None:
    assert find("SmolLM2-135M-Instruct").name == "smollm2-135m"
    assert find("Qwen2.5-Coder-1.5B-Instruct").name == "qwen2.5-coder-1.5b"


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(NotFound, match="no model named 'gpt-9'.*smollm2-135m"):
        find("gpt-9")
    with pytest.raises(NotFound):
        find("")


def test_the_table_tells_what_is_here(tmp_path: Path) -> None:
    model = default("train")
    rows = {row.name: row for row in table(tmp_path)}
    assert rows[model.name].size == "98 MB"
    (tmp_path / model.file).write_bytes(b"GGUF cut short")
    assert present(model, tmp_path) is None
    with (tmp_path / model.file).open("wb") as file:
        file.truncate(model.bytes)
    assert {row.name: row for row in table(tmp_path)}[model.name].present
