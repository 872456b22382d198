"""Weights are data: nothing that is read as weights, tokenizer or configuration can run code."""

import ast
import json
import pickle
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tools.weights.bases import resolve_base
from tools.weights.errors import FetchError

ROOT = Path(__file__).parents[2]
SOURCES = [ROOT / "app.py", *(path for part in ("assistant", "tools", "store") for path in (ROOT / part).rglob("*.py"))]
RUNS_CODE = {"pickle", "cPickle", "_pickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"}
"""Modules that run what they read."""


@cache
def nodes(path: Path) -> list[ast.AST]:
    """All that stands in a source."""
    return list(ast.walk(ast.parse(path.read_text())))


def calls(name: str) -> Iterator[tuple[str, dict[str, object]]]:
    """Every call of something that is called so, with its constant keywords."""
    for path in SOURCES:
        for node in nodes(path):
            if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == name:
                constant = {
                    word.arg: word.value.value
                    for word in node.keywords
                    if word.arg and isinstance(word.value, ast.Constant)
                }
                yield f"{path.relative_to(ROOT)}:{node.lineno} {ast.unparse(node.func)}", constant


def test_nothing_that_runs_what_it_reads_is_imported() -> None:
    for path in SOURCES:
        for node in nodes(path):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not {name.partition(".")[0] for name in names} & RUNS_CODE, path


def test_code_of_a_model_is_never_trusted() -> None:
    found = [(where, told) for name in ("from_pretrained", "from_config", "load_dataset", "snapshot_download")
             for where, told in calls(name)]  # fmt: skip
    assert found
    assert not [where for where, told in found if told.get("trust_remote_code", False) is not False]
    assert not [path for path in SOURCES if "trust_remote_code=True" in path.read_text()]
    for script in (ROOT / "tools" / "train" / "scripts").iterdir():
        assert "trust_remote_code" not in script.read_text()


def test_every_model_is_opened_as_safetensors_and_every_checkpoint_as_numbers_alone() -> None:
    models = [
        (where, told)
        for where, told in calls("from_pretrained")
        if where.endswith((".from_pretrained",)) and ("Model" in where or " kind." in where) and "Peft" not in where
    ]
    assert len(models) >= 7
    assert [where for where, told in models if told.get("use_safetensors") is not True] == []
    loads = [(where, told) for where, told in calls("load") if where.endswith(" torch.load")]
    assert loads
    assert [where for where, told in loads if told.get("weights_only") is not True] == []
    arrays = [where for where, told in calls("load") if " np.load" in where and told.get("allow_pickle", False)]
    assert arrays == []


class Bomb:
    """Runs when it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self._mark = mark

    def __reduce__(self) -> tuple[object, tuple[Path]]:
        return Path.touch, (self._mark,)


@pytest.mark.parametrize("file", ["config.json", "tokenizer_config.json", "processor_config.json"])
def test_a_base_that_brings_code_is_refused_whichever_file_asks_for_it(tmp_path: Path, file: str) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"")
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / file).write_text(json.dumps({"auto_map": {"AutoTokenizer": ["evil.Tokenizer", None]}}))
    (tmp_path / "evil.py").write_text("raise SystemExit('it ran')")
    with pytest.raises(FetchError, match=rf"needs Python code of its own \(auto_map in {file}\), and that is not run"):
        resolve_base(str(tmp_path), tmp_path)


def test_a_pickle_beside_a_decoy_is_not_read(tmp_path: Path) -> None:
    """A folder with some safetensors file passes as a model; its pickle still must not be opened."""
    from tests.tiny_model import build  # noqa: PLC0415 - loads torch, which few tests need
    from tools.train._weights import load  # noqa: PLC0415

    base, mark = build(tmp_path / "tiny"), tmp_path / "it-ran"
    (base / "model.safetensors").rename(base / "decoy.safetensors")
    (base / "pytorch_model.bin").write_bytes(pickle.dumps(Bomb(mark)))
    with pytest.raises(Exception, match=r"safetensors|cannot be read"):
        load(str(base))
    assert not mark.exists()


@pytest.mark.filterwarnings("ignore:Detected pickle protocol:UserWarning")
def test_a_checkpoint_with_code_in_it_is_not_run(tmp_path: Path) -> None:
    import torch  # noqa: PLC0415 - loads slowly, and few tests need it

    mark = tmp_path / "it-ran"
    (tmp_path / "optimizer.pt").write_bytes(pickle.dumps(Bomb(mark)))
    with pytest.raises(pickle.UnpicklingError):
        torch.load(tmp_path / "optimizer.pt", weights_only=True)
    assert not mark.exists()
