import random

import pytest
import torch
from transformers import GPT2Config, GPT2LMHeadModel, LlamaConfig, LlamaForCausalLM, MambaConfig, MambaForCausalLM

from tools.evaluate import _score
from tools.evaluate._score import batches, choices
from tools.evaluate._tree import Tree, shared_start

ANSWERS = [[7, 8, 2], [7, 9, 2], [7, 8, 10, 11, 2], [12, 2], [13]]


def a_llama(attention: str = "sdpa") -> LlamaForCausalLM:
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=64, hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, attn_implementation=attention,
    )  # fmt: skip
    return LlamaForCausalLM(config).eval()


def some_prompts(shared: int, count: int = 9) -> list[list[int]]:
    draw = random.Random(shared)
    start = [draw.randrange(14, 64) for _ in range(shared)]
    return [start + [draw.randrange(14, 64) for _ in range(draw.randint(1, 30))] for _ in range(count)]


@torch.inference_mode()
def one_by_one(model: torch.nn.Module, prompts: list[list[int]]) -> torch.Tensor:
    found = torch.zeros(len(prompts), len(ANSWERS))
    for row, prompt in enumerate(prompts):
        for place, answer in enumerate(ANSWERS):
            told = model(input_ids=torch.tensor([prompt + answer])).logits[0].float().log_softmax(-1)
            found[row, place] = sum(told[len(prompt) + at - 1, token] for at, token in enumerate(answer))
    return found


@pytest.mark.parametrize("shared", [0, 20])
@pytest.mark.parametrize("attention", ["sdpa", "eager"])
def test_scores_equal_a_full_forward_of_each_answer(attention: str, shared: int) -> None:
    model, prompts = a_llama(attention), some_prompts(shared)
    assert _score._branches(model, prompts[0], ANSWERS)
    torch.testing.assert_close(choices(model, prompts, ANSWERS), one_by_one(model, prompts), atol=1e-4, rtol=0)


def test_scores_are_right_whatever_the_batches() -> None:
    model, prompts = a_llama(), some_prompts(12)
    together = choices(model, prompts, ANSWERS)
    alone = torch.cat([choices(model, [prompt], ANSWERS) for prompt in prompts])
    torch.testing.assert_close(together, alone, atol=1e-4, rtol=0)


@pytest.mark.parametrize("kind", ["gpt2", "mamba"])
def test_other_architectures_are_scored_right_too(kind: str) -> None:
    torch.manual_seed(1)
    if kind == "gpt2":
        model = GPT2LMHeadModel(GPT2Config(vocab_size=64, n_embd=32, n_layer=2, n_head=4)).eval()
    else:
        config = MambaConfig(vocab_size=64, hidden_size=32, num_hidden_layers=2, state_size=8)
        model = MambaForCausalLM(config).eval()
    prompts = some_prompts(10, count=4)
    torch.testing.assert_close(choices(model, prompts, ANSWERS), one_by_one(model, prompts), atol=1e-4, rtol=0)


def test_progress_reaches_every_row() -> None:
    told: list[tuple[int, int]] = []
    choices(a_llama(), some_prompts(0), ANSWERS, lambda done, rows: told.append((done, rows)))
    assert told[-1] == (9, 9)


def test_a_tree_holds_each_shared_token_once() -> None:
    tree = Tree.of(ANSWERS)
    assert tree.tokens == [7, 8, 9, 10, 11, 12]
    assert tree.path(4) == [4, 3, 1, 0]
    assert tree.steps[0] == [(-1, 7), (0, 8), (1, 2)]
    assert tree.steps[4] == [(-1, 13)]


def test_the_shared_start_leaves_a_token_of_each_prompt() -> None:
    assert shared_start([[1, 2, 3, 4], [1, 2, 5], [1, 2, 3]]) == 2
    assert shared_start([[1, 2], [1, 2]]) == 1
    assert shared_start([[3], [1, 2]]) == 0


def test_batches_hold_every_row_once_and_bound_their_tokens() -> None:
    lengths = [random.Random(1).randint(1, 900) for _ in range(300)]
    found = list(batches(lengths))
    assert sorted(place for rows in found for place in rows) == list(range(300))
    assert all(len(rows) * max(lengths[place] for place in rows) <= 4096 for rows in found)
