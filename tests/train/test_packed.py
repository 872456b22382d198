"""Rows packed into one, and adapters computed in one step, train as peft's and transformers' own layers do."""

from pathlib import Path
from typing import Any

import pytest
import torch
from peft import LoraConfig, TaskType, get_peft_model
from transformers import (
    GPT2Config,
    GPT2LMHeadModel,
    MistralConfig,
    MistralForCausalLM,
    Qwen2Config,
    Qwen2ForCausalLM,
)

from tests.tiny_model import build
from tests.tiny_run import ROWS
from tools.train._fast_lora import quicken
from tools.train._packed import Packed, shared_beginning
from tools.train._packing import bare_model, can_pack, drops, packed_logits
from tools.train._techniques import made_trainable
from tools.train._trainer import Padded
from tools.train._weights import Loaded, load, load_tokenizer

pytestmark = pytest.mark.filterwarnings("ignore:.is_gradient_checkpointing:FutureWarning")
SETTINGS = {"rank": 4, "alpha": 8, "dropout": 0.0, "target_modules": "all-linear"}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("base") / "tiny")


def adapted(base: Path, task: str = "generate", technique: str = "lora", **changes: Any) -> Loaded:
    loaded = load(str(base), task=task, labels=sorted(ROWS) if task == "classify" else None)  # type: ignore[arg-type]
    torch.manual_seed(0)
    model = made_trainable(loaded.model, {**SETTINGS, "task": task, "technique": technique, **changes})
    for name, weight in model.named_parameters():
        if "lora_B" in name:  # zero in a new adapter, so that nothing would reach the other side
            torch.nn.init.normal_(weight, std=0.1)
    return Loaded(model, loaded.tokenizer)


def rows_of(loaded: Loaded, task: str, *, alike: int) -> list[dict[str, Any]]:
    torch.manual_seed(1)
    begin = torch.randint(5, 100, (alike,)).tolist()
    rows: list[dict[str, Any]] = []
    for number, length in enumerate((3, 17, 9, 1)):
        ids = begin + torch.randint(5, 100, (length,)).tolist()
        labels = [token if place >= len(ids) - 3 else -100 for place, token in enumerate(ids)]
        rows.append({"input_ids": ids, "labels": labels if task == "generate" else number % 3})
    return rows


def gradients(model: torch.nn.Module, loss: torch.Tensor) -> torch.Tensor:
    model.zero_grad()
    loss.backward()
    return torch.cat([weight.grad.flatten() for weight in model.parameters() if weight.grad is not None])


def plain_loss(loaded: Loaded, rows: list[dict[str, Any]]) -> torch.Tensor:
    return loaded.model(**Padded(loaded.tokenizer)(rows)).loss


def packed_loss(loaded: Loaded, rows: list[dict[str, Any]], *, share: bool = True) -> torch.Tensor:
    batch = Packed(loaded.tokenizer, share=share)(rows)
    return torch.nn.functional.cross_entropy(packed_logits(loaded.model, batch).float(), batch["labels"])


@pytest.mark.parametrize("alike", [2, 20])
@pytest.mark.parametrize("task", ["generate", "classify"])
def test_losses_and_gradients_are_those_of_padded_rows_in_peft(task: str, alike: int, base: Path):
    loaded = adapted(base, task)
    rows = rows_of(loaded, task, alike=alike)
    loss = plain_loss(loaded, rows)
    expected = gradients(loaded.model, loss)
    for share in (False, True):
        found = packed_loss(loaded, rows, share=share)
        assert found.item() == pytest.approx(loss.item(), abs=1e-5)
        assert torch.allclose(gradients(loaded.model, found), expected, rtol=1e-4, atol=1e-5)
    assert quicken(bare_model(loaded.model).base_model)
    quick = packed_loss(loaded, rows)
    assert quick.item() == pytest.approx(loss.item(), abs=1e-5)
    assert torch.allclose(gradients(loaded.model, quick), expected, rtol=1e-4, atol=1e-5)


def test_rows_share_what_they_begin_with_and_keep_a_token_each(base: Path):
    assert shared_beginning([[1] * 20, [1] * 20]) == 19
    assert shared_beginning([[1] * 20]) == 0
    assert shared_beginning([[1, 2, 3], [1, 2, 4]]) == 0, "too few to gain by it"
    rows = [{"input_ids": [1] * 10 + [rest], "labels": [rest] * 11} for rest in (2, 3)]
    batch = Packed(load_tokenizer(base), share=True)(rows)
    assert batch["layout"].shared == 10
    assert batch["input_ids"].shape == (1, 16)
    assert batch["lengths"].tolist() == [11, 11]


@pytest.mark.parametrize(
    ("config", "model", "packs"),
    [
        (Qwen2Config, Qwen2ForCausalLM, True),
        (GPT2Config, GPT2LMHeadModel, True),
        (MistralConfig, MistralForCausalLM, 0),
    ],
)
def test_a_model_is_packed_only_if_its_outputs_stay_the_same(config: Any, model: Any, packs: bool, tmp_path: Path):
    loaded = load(str(build(tmp_path / "base", config=config, model=model)))
    assert can_pack(loaded.model, loaded.tokenizer, "generate", mixed=False, pure=False) == packs


def test_what_is_no_plain_adapter_goes_its_usual_way(base: Path):
    for changes in ({"technique": "dora"}, {"technique": "ia3"}, {"technique": "full"}, {"dropout": 0.5}):
        model = adapted(base, **changes).model
        assert not quicken(bare_model(model).base_model), changes
        assert not any("forward" in vars(layer) for layer in model.modules()), changes
        assert drops(model) == ("dropout" in changes)


def test_a_switched_off_or_merged_adapter_is_still_one(base: Path):
    loaded = adapted(base)
    ids = torch.arange(5, 20)[None]
    with torch.no_grad():
        tuned = loaded.model(input_ids=ids).logits
        quicken(loaded.model)
        assert torch.allclose(loaded.model(input_ids=ids).logits, tuned, atol=1e-5)
        with loaded.model.disable_adapter():
            untuned = loaded.model(input_ids=ids).logits
        assert torch.allclose(untuned, load(str(base)).model(input_ids=ids).logits, atol=1e-5)
        merged = loaded.model.merge_and_unload()
        assert torch.allclose(merged(input_ids=ids).logits, tuned, atol=1e-4)


def test_gradients_in_bfloat16_are_as_near_to_the_exact_ones_as_those_of_peft(base: Path):
    exact = adapted(base)
    rows = rows_of(exact, "generate", alike=12)
    expected = gradients(exact.model, plain_loss(exact, rows))
    rounded = load(str(base), dtype="bfloat16")
    torch.manual_seed(0)
    config = LoraConfig(task_type=TaskType.CAUSAL_LM, r=4, lora_alpha=8, target_modules="all-linear")
    loaded = Loaded(get_peft_model(rounded.model, config), rounded.tokenizer)
    theirs = {name: weight for name, weight in exact.model.named_parameters() if "lora" in name}
    for name, weight in loaded.model.named_parameters():
        if "lora" in name:
            weight.data = theirs[name].data.clone()
    with torch.autocast("cpu", torch.bfloat16):
        usual = (gradients(loaded.model, plain_loss(loaded, rows)) - expected).norm() / expected.norm()
    assert quicken(bare_model(loaded.model).base_model)
    quick = (gradients(loaded.model, packed_loss(loaded, rows)) - expected).norm() / expected.norm()
    assert quick < 1.5 * usual + 0.01
