"""run-1 in the forms that it can be exported to."""

from pathlib import Path

import pytest

from store import Workspace


@pytest.fixture(scope="session")
def exports(trained: Workspace) -> Path:
    """The exports of run-1: the whole model, and a GGUF file of it."""
    from tests.tiny_gguf import write_gguf  # noqa: PLC0415 - loads torch, which few tests need
    from tools.train._weights import load  # noqa: PLC0415

    run, folder = trained.runs.get("run-1"), trained.folder / "exports"
    loaded = load(run.plan["base_model"], run.model_folder)
    loaded.model.merge_and_unload().save_pretrained(folder / "run-1-merged")  # pyright: ignore
    loaded.tokenizer.save_pretrained(folder / "run-1-merged")
    (folder / "run-1-gguf").mkdir()
    write_gguf(folder / "run-1-merged", folder / "run-1-gguf" / "run-1-f32.gguf")
    return folder
