"""What a technique cannot do is refused with a sentence before anything is trained, and layers can be frozen."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    DistilBertConfig,
    DistilBertForSequenceClassification,
    GPT2Config,
    GPT2LMHeadModel,
    MPNetConfig,
    MPNetForSequenceClassification,
    Qwen2Config,
    Qwen2ForCausalLM,
    RobertaConfig,
    RobertaForSequenceClassification,
)

from store import StoreError, Workspace
from tests.tiny_model import build
from tests.tiny_run import plan
from tools import TOOLS
from tools.train._four_bits import levels, rounded
from tools.train._merge import merged
from tools.train._techniques import made_trainable, trainable_weights
from tools.train._weights import load
from tools.train.techniques import TECHNIQUES

pytestmark = pytest.mark.filterwarnings("ignore:.is_gradient_checkpointing:FutureWarning")
SMALL = {"vocab_size": 500, "num_labels": 3, "pad_token_id": 0}
USUAL = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2}
TEXTS = torch.tensor([[5, 6, 7, 8, 9], [4, 3, 2, 9, 8]])


def encoder(kind: str) -> Any:
    torch.manual_seed(0)
    few = {"dim": 32, "hidden_dim": 64, "n_layers": 2, "n_heads": 2}
    makers: dict[str, Callable[[], Any]] = {
        "bert": lambda: BertForSequenceClassification(BertConfig(**SMALL, **USUAL)),
        "roberta": lambda: RobertaForSequenceClassification(RobertaConfig(**SMALL, **USUAL)),
        "distilbert": lambda: DistilBertForSequenceClassification(DistilBertConfig(**SMALL, **few)),
        "mpnet": lambda: MPNetForSequenceClassification(MPNetConfig(**SMALL, **USUAL)),
    }
    return makers[kind]()


@pytest.mark.parametrize("kind", ["bert", "roberta", "distilbert", "mpnet"])
def test_on_encoders_every_technique_trains_its_head_and_merges_or_says_that_it_does_not_fit(kind: str):
    refused: set[str] = set()
    for name, technique in TECHNIQUES.items():
        if technique.four_bits or not technique.config or "classify" not in technique.rates:
            continue
        try:
            model = made_trainable(encoder(kind), plan(Path("base"), technique=name, task="classify"))
        except StoreError as error:
            assert "Train with lora instead" in str(error)
            refused.add(name)
            continue
        heads = [n for n, weight in model.named_parameters() if weight.requires_grad and "modules_to_save" in n]
        assert any("classifier" in n for n in heads), name
        assert not any("classifier" in n for n, _ in model.named_parameters() if "lora_" in n or "vera_" in n)
        model.eval()
        with torch.inference_mode():
            told = model(input_ids=TEXTS).logits
            if technique.merges:
                assert torch.allclose(merged(model)(input_ids=TEXTS).logits, told, atol=1e-4), name
    assert refused <= {"prefix_tuning"}


def test_an_architecture_that_a_technique_is_not_for_is_refused_in_words():
    qwen = Qwen2ForCausalLM(Qwen2Config(vocab_size=50, num_key_value_heads=2, **USUAL))
    with pytest.raises(StoreError, match="LLaMA-Adapter cannot be put on a model of the kind qwen2. It is for llama, "):
        made_trainable(qwen, plan(Path("base"), technique="llama_adapter"))
    gpt = GPT2LMHeadModel(GPT2Config(vocab_size=50, n_embd=32, n_layer=2, n_head=2))
    for name in ("loha", "lokr", "oft", "boft", "olora"):
        with pytest.raises(StoreError, match="plain linear layers, and these are transposed. Train with lora"):
            made_trainable(gpt, plan(Path("base"), technique=name))


@pytest.mark.parametrize(
    ("wishes", "sentence"),
    [
        ({"technique": "qlora"}, "QLoRA keeps the base model in four bits, which needs an NVIDIA card"),
        ({"technique": "llama_adapter", "task": "classify"}, "LLaMA-Adapter is for generate here"),
        ({"technique": "ia3", "rank": 8}, "IA3 has no rank"),
        ({"technique": "lora", "freeze": 2}, "To train some layers and freeze others, train with full"),
        ({"freeze": 1, "last_layers": 1}, "Say either how many of the first layers"),
        ({"freeze": 5}, "The model has 2 layers, so freezing the first 5 leaves nothing to train"),
    ],
)
def test_wishes_that_do_not_go_together_are_refused_before_a_training(
    wishes: dict[str, Any], sentence: str, trained: Workspace
):
    base = trained.runs.get("run-1").plan["base_model"]
    runs = trained.runs.names()
    for tool in ("plan_training", "start_training"):
        with pytest.raises(StoreError, match=sentence), trained.approvals.typed(tool, {}):
            TOOLS[tool].run(trained, {"dataset": "tickets", "base_model": base, **wishes})
    assert trained.runs.names() == runs


def test_frozen_layers_are_planned_and_told(trained: Workspace):
    base = trained.runs.get("run-1").plan["base_model"]
    shown = TOOLS["plan_training"].run(trained, {"dataset": "tickets", "base_model": base, "last_layers": 1})
    assert shown.data and (shown.data["plan"]["technique"], shown.data["plan"]["last_layers"]) == ("full", 1)
    assert ("frozen", "all but the last 1 layer") in [row[:2] for row in shown.tables[0].rows]
    embeddings = TOOLS["plan_training"].run(trained, {"dataset": "tickets", "base_model": base, "freeze": 0})
    assert ("frozen", "the embeddings") in [row[:2] for row in embeddings.tables[0].rows]


@pytest.mark.parametrize(
    ("wishes", "still"),
    [
        ({"freeze": 0}, ("embed_tokens",)),
        ({"freeze": 1}, ("embed_tokens", "layers.0.")),
        ({"last_layers": 1}, ("embed_tokens", "layers.0.")),
        ({}, ()),
    ],
)
def test_frozen_layers_stay_as_they_are(wishes: dict[str, int], still: tuple[str, ...], tmp_path: Path):
    loaded = load(str(build(tmp_path / "tiny")))
    model = made_trainable(loaded.model, plan(tmp_path, technique="full", **wishes))
    fixed = {name for name, weight in model.named_parameters() if not weight.requires_grad}
    assert fixed == {name for name, _ in model.named_parameters() if any(part in name for part in still)}
    assert trainable_weights(model) > 0


def test_rounding_to_four_bits_takes_the_nearest_of_sixteen_values():
    values = levels()
    assert len(values) == 16 and values[0] == -1 and values[7] == 0 and values[-1] == 1
    assert values[1].item() == pytest.approx(-0.6961928, abs=1e-6)  # as bitsandbytes has it
    torch.manual_seed(0)
    weight = torch.randn(30, 70)
    near = rounded(weight)
    assert torch.equal(rounded(near), near)
    flat = torch.nn.functional.pad(weight.flatten(), (0, -weight.numel() % 64)).view(-1, 64)
    scales = flat.abs().amax(dim=1, keepdim=True)
    best = (flat[..., None] / scales[..., None] - values.float()).abs().amin(-1) * scales
    lost = (torch.nn.functional.pad(near.flatten(), (0, -near.numel() % 64)).view(-1, 64) - flat).abs()
    assert torch.allclose(lost, best, atol=1e-6)
