"""An exported model answers as the trained one does, in every form, loaded by the program that it is for."""

import hashlib
import json
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from store import Workspace
from tools import TOOLS, ToolError
from tools.deploy._exports import exports
from tools.deploy._forms import form_of, kind_of
from tools.deploy._served_here import ServedHere
from tools.result import Result

FORMS = [
    ("merged", None),
    ("adapter", None),
    ("gguf", "16_bit"),
    ("gguf", "8_bit"),
    ("gguf", "4_bit"),
    ("gguf_adapter", None),
]


def exported(trained: Workspace, form: str | None, kind: str | None = None, run: str = "run-1") -> Result:
    with trained.approvals.typed("export_run", {}):
        return TOOLS["export_run"].run(trained, {"run": run, "form": form, "kind": kind})


@pytest.mark.parametrize(("form", "kind"), FORMS)
def test_it_answers_as_it_did(trained: Workspace, form: str, kind: str | None):
    done = exported(trained, form, kind)
    assert done.data is not None
    told = done.data
    assert told["passed"] and told["faults"] == [], told["faults"]
    assert told["prompts"] == 12 and told["split"] == "test"
    assert told["same_choice"] >= 11
    exact = form in ("merged", "adapter")
    assert told["largest_difference"] < (1e-3 if exact else {"16_bit": 0.05, None: 0.05, "8_bit": 0.3}.get(kind, 3))
    if kind != "4_bit":
        assert told["same_text"] == 12 and told["served_same_text"] == 12
        assert told["metric"]["trained"] == told["metric"]["exported"] == told["metric"]["served"]


def test_what_the_service_refuses_to_answer_is_told(trained: Workspace):
    done, run = exported(trained, "merged"), trained.runs.get("run-1")
    assert done.data is not None
    with ServedHere(Path(done.data["folder"]), dict(run.model_plan), context=2) as served:
        with pytest.raises(ToolError, match=r"The service refuses /v1/chat/completions .* Shorten it"):
            served.answer([{"role": "user", "content": "Where is my order?"}], 4)


def test_the_checksums_are_those_that_sha256sum_finds(trained: Workspace):
    done = exported(trained, "merged")
    assert done.data is not None
    folder = Path(done.data["folder"])
    names = [name for name, _, _ in done.data["files"]]
    assert {"model.safetensors", "tokenizer.json", "generation_config.json", "README.md"} <= set(names)
    for name, size, checksum in done.data["files"]:
        assert (folder / name).stat().st_size == size
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == checksum
    subprocess.run(["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=folder, check=True, capture_output=True)
    card = (folder / "README.md").read_text()
    assert "fine-tuned with" in card and "Parity: over 12 prompts of the test rows" in card


def test_the_manifest_is_read_by_those_who_serve(trained: Workspace):
    exported(trained, "gguf", "8_bit")
    found = next(each for each in exports(trained, "run-1") if each.kind == "q8_0")
    assert (found.form, found.main_file.name, found.stop_tokens) == ("gguf", "run-1-q8_0.gguf", ("<|im_end|>",))
    assert found.main_file.read_bytes()[:4] == b"GGUF" and found.parity["passed"]
    manifest = json.loads((found.folder / "export.json").read_text())
    template = (found.folder / "chat_template.jinja").read_bytes()
    assert manifest["chat_template_sha256"] == hashlib.sha256(template).hexdigest()
    ends = json.loads((found.folder / "generation_config.json").read_text())["eos_token_id"]
    assert ends == [2]


def test_an_adapter_names_the_base_that_it_was_checked_on(trained: Workspace):
    exported(trained, "gguf_adapter")
    (found,) = [each for each in exports(trained) if each.form == "gguf_adapter"]
    assert found.base_file and found.base_file.read_bytes()[:4] == b"GGUF"


def test_an_unfinished_export_is_none(trained: Workspace):
    done = exported(trained, "adapter")
    assert done.data is not None
    manifest = Path(done.data["folder"]) / "export.json"
    assert "adapter" in [each.form for each in exports(trained)]
    manifest.unlink()
    assert "adapter" not in [each.form for each in exports(trained)]


def test_what_cannot_be_merged_is_exported_alone_and_the_other_form_refused(trained: Workspace):
    run = trained.runs.get("run-1")
    prefix, rounded, full, classifier = (
        replace(run, plan={**run.plan, **changes})
        for changes in (
            {"technique": "prefix_tuning"},
            {"technique": "loftq"},
            {"technique": "full"},
            {"task": "classify"},
        )
    )
    assert (form_of(run, None), form_of(prefix, None), form_of(rounded, None)) == ("merged", "adapter", "merged")
    for form in ("merged", "gguf", "onnx"):
        with pytest.raises(ToolError, match="cannot be merged, nor become a GGUF file. Export it as an adapter"):
            form_of(prefix, form)
    for form in ("adapter", "gguf_adapter"):
        with pytest.raises(ToolError, match="only as LoftQ rounded it, .* Export it merged"):
            form_of(rounded, form)
        with pytest.raises(ToolError, match="trained in full, so there is no adapter"):
            form_of(full, form)
    with pytest.raises(ToolError, match="is a classifier.* Export it merged or as ONNX"):
        form_of(classifier, "gguf")
    with pytest.raises(ToolError, match="say form gguf, or leave the kind out"):
        kind_of("merged", "8_bit")


def test_a_kind_by_itself_means_a_gguf_file(trained: Workspace):
    shown = TOOLS["export_run"].show_first(trained, {"kind": "4_bit"})
    assert "the model as GGUF, 4-bit, K-quants" in shown.text and "run-1-gguf-q4_k_m" in shown.text


def test_without_a_run_it_says_what_to_do(ws: Workspace):
    with pytest.raises(ToolError, match="Start a training"):
        TOOLS["export_run"].show_first(ws, {})
