"""An ONNX file answers in onnxruntime as the trained model does; needs the extra `onnx`."""

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from store import Workspace
from tests.tiny_model import build
from tests.tiny_run import add_tickets, start
from tools import TOOLS, ToolError
from tools.deploy._onnx_extra import PACKAGES, need_onnx

has_extra = all(find_spec(name) for name in PACKAGES)
with_extra = pytest.mark.skipif(not has_extra, reason="pip install 'tunewright[onnx]'")


def exported(ws: Workspace) -> Path:
    with ws.approvals.typed("export_run", {}):
        done = TOOLS["export_run"].run(ws, {"run": "run-1", "form": "onnx"})
    assert done.data and done.data["passed"], done.data
    assert done.data["largest_difference"] < 1e-3 and done.data["same_text"] == done.data["prompts"] == 12
    return Path(done.data["folder"])


@with_extra
@pytest.mark.timeout(900)  # torch takes a minute to trace a model
def test_a_model_that_writes(trained: Workspace):
    assert (exported(trained) / "model.onnx").exists()


@with_extra
@pytest.mark.timeout(900)
def test_a_classifier(empty: Workspace, tmp_path: Path):
    add_tickets(empty)
    empty.jobs.wait(start(empty, build(tmp_path / "tiny"), task="classify", epochs=1).job.id)
    _several_rows_at_once(exported(empty))


def _several_rows_at_once(folder: Path) -> None:
    from onnxruntime import InferenceSession  # noqa: PLC0415
    from transformers import AutoTokenizer  # noqa: PLC0415

    session = InferenceSession(str(folder / "model.onnx"))
    tokenizer = AutoTokenizer.from_pretrained(folder)
    texts = ["My parcel", "I want my money back for the second payment, please", "Hello"]

    def logits(texts: list[str]) -> np.ndarray:
        read = tokenizer(texts, padding=True, return_tensors="np")
        return session.run(["logits"], {name: read[name] for name in ("input_ids", "attention_mask")})[0]

    together, alone = logits(texts), [logits([text])[0] for text in texts]
    assert together.shape == (3, 3)
    assert np.allclose(together, alone, atol=1e-4)


@pytest.mark.skipif(has_extra, reason="the extra is installed")
def test_without_the_extra_a_sentence_says_how_to_get_it(trained: Workspace):
    with pytest.raises(ToolError, match=r"pip install 'tunewright\[onnx\]'"):
        TOOLS["export_run"].show_first(trained, {"run": "run-1", "form": "onnx"})


@with_extra
def test_with_the_extra_nothing_is_asked_for():
    need_onnx()
