"""A model with learned tokens is used like any other: padded anyhow, with caches, and in generation."""

from pathlib import Path
from typing import Any

import pytest
import torch
from peft import PeftModel, PrefixTuningConfig, PromptTuningConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoModelForSequenceClassification

from tests.tiny_model import build
from tools.evaluate._score import choices
from tools.evaluate._write import Ending, written
from tools.train._quiet import quiet
from tools.train._soft_prompt import as_plain_model, pool_where_text_ends

TEXT = torch.tensor([[5, 6, 7, 8, 9]])
KINDS = [PromptTuningConfig, PrefixTuningConfig]
pytestmark = pytest.mark.filterwarnings("ignore:.is_gradient_checkpointing:FutureWarning")


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("base") / "tiny")


def tuned(base: Path, kind: Any, task: str = "CAUSAL_LM", **settings: Any) -> PeftModel:
    maker = AutoModelForCausalLM if task == "CAUSAL_LM" else AutoModelForSequenceClassification
    torch.manual_seed(3)
    with quiet():
        return get_peft_model(
            maker.from_pretrained(base, **settings), kind(num_virtual_tokens=4, task_type=task)
        ).eval()


@pytest.mark.parametrize("kind", KINDS)
def test_its_outputs_are_those_of_the_model_that_was_trained(kind: Any, base: Path):
    model = tuned(base, kind)
    with torch.inference_mode():
        expected = model(input_ids=TEXT, attention_mask=torch.ones_like(TEXT)).logits[:, -5:]
        plain = as_plain_model(model)
        assert torch.allclose(plain(input_ids=TEXT).logits, expected, atol=1e-5)
        padded = torch.tensor([[0, 0, *TEXT[0]], [3, 4, *TEXT[0]]])
        mask = torch.tensor([[0, 0, 1, 1, 1, 1, 1], [1] * 7])
        places = (mask.cumsum(-1) - 1).clamp(min=0)
        told = plain(input_ids=padded, attention_mask=mask, position_ids=places).logits[:1, 2:]
        assert torch.allclose(told, expected, atol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_written_and_scored_answers_are_those_of_the_full_computation(kind: Any, base: Path):
    model = tuned(base, kind)
    prompts = [[5, 6, 7], [9, 8, 7, 6, 5, 4]]
    expected: list[list[int]] = []
    with torch.inference_mode():
        for prompt in prompts:
            tokens = torch.tensor([prompt])
            for _ in range(4):
                best = model(input_ids=tokens, attention_mask=torch.ones_like(tokens)).logits[:, -1:].argmax(-1)
                tokens = torch.cat([tokens, best], dim=1)
            expected.append(tokens[0, len(prompt) :].tolist())
        text = torch.tensor([[5, 6, 7, 11, 12]])
        logits = model(input_ids=text, attention_mask=torch.ones_like(text)).logits[0, -5:].log_softmax(-1)
    plain = as_plain_model(model)
    answers = {
        row: tokens
        for rows, found in written(plain, prompts, Ending(4, [], 0))
        for row, tokens in zip(rows, found, strict=True)
    }
    assert [answers[row] for row in range(2)] == expected
    scored = choices(plain, prompts, [[11, 12], [13]])
    assert scored[0, 0].item() == pytest.approx((logits[2, 11] + logits[3, 12]).item(), abs=1e-4)


def test_a_classifier_reads_where_the_text_ends_and_not_the_padding(base: Path):
    model = tuned(base, PromptTuningConfig, "SEQ_CLS", num_labels=3, pad_token_id=0)
    pool_where_text_ends(model)
    padded = torch.tensor([[*TEXT[0], 0, 0], [3, 4, *TEXT[0]]])
    mask = torch.tensor([[1, 1, 1, 1, 1, 0, 0], [1] * 7])
    with torch.inference_mode():
        alone = model(input_ids=TEXT, attention_mask=torch.ones_like(TEXT)).logits
        assert torch.allclose(model(input_ids=padded, attention_mask=mask).logits[:1], alone, atol=1e-5)
