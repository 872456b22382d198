import random

import pytest
import torch
from transformers import (
    LlamaConfig,
    LlamaForCausalLM,
    MambaConfig,
    MambaForCausalLM,
    MistralConfig,
    MistralForCausalLM,
    PreTrainedModel,
)

from tools.evaluate import _write
from tools.evaluate._write import Ending, written

ENDS = [3, 7, 9, 20]
SMALL = {"vocab_size": 64, "hidden_size": 32, "num_hidden_layers": 2, "initializer_range": 0.4}
HEADS = {"intermediate_size": 48, "num_attention_heads": 4, "num_key_value_heads": 2}


def a_model(kind: str) -> PreTrainedModel:
    torch.manual_seed(0)
    if kind == "mamba":
        return MambaForCausalLM(MambaConfig(**SMALL, state_size=8)).eval()
    if kind == "a window":
        return MistralForCausalLM(MistralConfig(**SMALL, **HEADS, sliding_window=12)).eval()
    return LlamaForCausalLM(LlamaConfig(**SMALL, **HEADS)).eval()


def some_prompts(shared: int, count: int = 12) -> list[list[int]]:
    draw = random.Random(1)
    start = [draw.randrange(14, 64) for _ in range(shared)]
    return [start + [draw.randrange(14, 64) for _ in range(draw.randint(1, 30))] for _ in range(count)]


def alone(model: PreTrainedModel, prompt: list[int], new: int) -> list[int]:
    tokens = torch.tensor([prompt])
    told = model.generate(  # pyright: ignore
        input_ids=tokens, attention_mask=torch.ones_like(tokens), do_sample=False, max_new_tokens=new,
        eos_token_id=ENDS, pad_token_id=0,
    )  # fmt: skip
    return told[0, len(prompt) :].tolist()  # pyright: ignore


def all_of(model: PreTrainedModel, prompts: list[list[int]], ending: Ending) -> list[list[int]]:
    found = {
        row: tokens for rows, texts in written(model, prompts, ending) for row, tokens in zip(rows, texts, strict=True)
    }
    return [found[row] for row in range(len(prompts))]


@pytest.mark.parametrize("kind", ["llama", "mamba", "a window"])
@pytest.mark.parametrize("shared", [0, 20])
def test_answers_are_those_that_each_prompt_gets_alone(kind: str, shared: int) -> None:
    model, prompts = a_model(kind), some_prompts(shared)
    found = all_of(model, prompts, Ending(30, ENDS, 0))
    assert found == [alone(model, prompt, 30) for prompt in prompts]
    assert len({len(tokens) for tokens in found}) > 2  # some end early, in different stretches


def test_an_answer_has_no_more_tokens_than_it_may() -> None:
    model, prompts = a_model("llama"), some_prompts(0, count=4)
    assert [len(tokens) for tokens in all_of(model, prompts, Ending(5, [], 0))] == [5, 5, 5, 5]


def test_a_repetition_penalty_of_the_models_own_holds() -> None:
    model, prompts = a_model("llama"), some_prompts(20)
    before = all_of(model, prompts, Ending(30, ENDS, 0))
    model.generation_config.repetition_penalty = 1.5  # pyright: ignore
    after = all_of(model, prompts, Ending(30, ENDS, 0))
    assert after == [alone(model, prompt, 30) for prompt in prompts] != before


def test_answers_that_have_ended_leave_their_batch() -> None:
    model, rows = a_model("llama"), list[int]()
    model.register_forward_pre_hook(lambda _, __, given: rows.append(len(given["input_ids"])), with_kwargs=True)
    found = all_of(model, some_prompts(0), Ending(30, ENDS, 0))
    over = sum(len(tokens) <= _write.STRETCH for tokens in found)
    assert over and rows[0] == 12 and rows[_write.STRETCH] == 12 - over


def test_a_batch_that_does_not_fit_is_written_in_halves() -> None:
    model, prompts, ending = a_model("llama"), some_prompts(20), Ending(30, ENDS, 0)
    before = all_of(model, prompts, ending)

    def narrow(_: object, __: object, given: dict[str, torch.Tensor]) -> None:
        if len(given["input_ids"]) > 3:
            bytearray(2**60)

    model.register_forward_pre_hook(narrow, with_kwargs=True)
    assert all_of(model, prompts, ending) == before
