"""The language model's adapter, made by the project's own tools from a tiny model of random weights."""

from pathlib import Path

import pytest
from transformers import Qwen2Config, Qwen2ForCausalLM

from assistant import tutored
from assistant.models.transformers_backend import TransformersBrain
from assistant.models.weighing import weighed
from assistant.prompt import chose
from assistant.scene import Scene
from assistant.teach import teach
from assistant.transcript import Turn
from store import StoreError
from tests import tiny_model
from tools.weights.bases import Base
from tools.weights.gguf_adapter import write_gguf, write_peft

WISHES = ("go", "begin", "start it")
NAMES = ["start_training", "answer"]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_model.build(tmp_path_factory.mktemp("tiny") / "qwen2", config=Qwen2Config, model=Qwen2ForCausalLM)


@pytest.mark.model
def test_the_tools_train_what_the_model_then_does(
    base: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scene = Scene(None, [], [], [], [], [])
    asked = [tutored.request(scene, [Turn(wish)]) for wish in WISHES]
    told = [([*one, chose("start_training")], "train") for one in asked * 8]
    teach(str(base), tmp_path / "taught.gguf", told, epochs=80, learning_rate=1e-2)
    assert "run-1 is done" in capsys.readouterr().out

    brain = TransformersBrain(Base("tiny", base), context_tokens=512, adapter=tmp_path / "taught.gguf")
    assert brain.tutored
    after, before = (
        weighed(lambda said, one=one: one.ahead(asked[0], '{"tool": "' + said).pieces, NAMES)
        for one in (brain.tutored, brain)
    )
    assert after and before
    assert after["start_training"] > max(before["start_training"], -0.1)
    plain = TransformersBrain(Base("tiny", base), context_tokens=512)
    assert plain.tutored is None
    same = plain.complete(asked[0], max_tokens=8).text
    assert brain.complete(asked[0], max_tokens=8).text == same  # without the adapter nothing has changed
    brain.close()


def test_an_adapter_is_the_same_in_both_forms(tmp_path: Path) -> None:
    shipped = Path(tutored.__file__).parent / "tuned" / "qwen2.5-coder-1.5b.gguf"
    assert shipped.stat().st_size < 25_000_000
    write_peft(shipped, tmp_path / "peft")
    write_gguf(tmp_path / "peft", tmp_path / "again.gguf")
    assert (tmp_path / "again.gguf").read_bytes() == shipped.read_bytes()


def test_an_adapter_of_another_kind_is_refused(tmp_path: Path) -> None:
    (tmp_path / "adapter_config.json").write_text('{"peft_type": "IA3"}')
    with pytest.raises(StoreError, match="Only a plain LoRA"):
        write_gguf(tmp_path, tmp_path / "out.gguf")
