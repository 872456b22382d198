"""An exported model answers as the trained one does."""

import hashlib
from pathlib import Path

import pytest

from store import Workspace
from tools import TOOLS, ToolError
from tools.result import Result


def exported(trained: Workspace, form: str) -> Result:
    with trained.approvals.typed("export_run", {}):
        return TOOLS["export_run"].run(trained, {"run": "run-1", "form": form})


@pytest.mark.parametrize("form", ["merged", "adapter"])
def test_it_answers_as_it_did(trained: Workspace, form: str):
    done = exported(trained, form)
    assert done.data is not None
    assert done.data["largest_difference"] < 1e-3
    assert done.data["same_choice"] == done.data["prompts"] > 0


def test_the_checksums_are_those_of_the_files(trained: Workspace):
    done = exported(trained, "merged")
    assert done.data is not None
    folder = Path(done.data["folder"])
    names = [name for name, _, _ in done.data["files"]]
    assert "model.safetensors" in names and "tokenizer.json" in names
    for name, size, checksum in done.data["files"]:
        assert (folder / name).stat().st_size == size
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == checksum
    assert "fine-tuned with" in (folder / "README.md").read_text()


def test_without_a_run_it_says_what_to_do(ws: Workspace):
    with pytest.raises(ToolError, match="Start a training"):
        TOOLS["export_run"].show_first(ws, {})
