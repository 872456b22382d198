import random

import pytest
import torch
from transformers import (
    BloomConfig,
    BloomForCausalLM,
    GPT2Config,
    GPT2LMHeadModel,
    LlamaConfig,
    LlamaForCausalLM,
    MambaConfig,
    MambaForCausalLM,
    MistralConfig,
    MistralForCausalLM,
    PreTrainedModel,
)

from store import StoreError
from tools.evaluate import _score
from tools.evaluate._batches import TOKENS_A_BATCH, by_tokens, fitted, out_of_memory
from tools.evaluate._score import choices
from tools.evaluate._start import families
from tools.evaluate._tree import Tree, bunched, shared_start

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
def one_by_one(
    model: torch.nn.Module, prompts: list[list[int]], answers: list[list[int]] | None = None
) -> torch.Tensor:
    """A full forward for each pair, as a textbook has it."""
    answers = answers or ANSWERS
    found = torch.zeros(len(prompts), len(answers))
    for row, prompt in enumerate(prompts):
        for place, answer in enumerate(answers):
            told = model(input_ids=torch.tensor([prompt + answer])).logits[0].float().log_softmax(-1)
            found[row, place] = sum(told[len(prompt) + at - 1, token] for at, token in enumerate(answer))
    return found


@pytest.mark.parametrize("shared", [0, 20])
@pytest.mark.parametrize("attention", ["sdpa", "eager"])
def test_scores_equal_a_full_forward_of_each_answer(attention: str, shared: int) -> None:
    model, prompts = a_llama(attention), some_prompts(shared)
    assert _score._branches(model, prompts, ANSWERS)
    torch.testing.assert_close(choices(model, prompts, ANSWERS), one_by_one(model, prompts), atol=1e-4, rtol=0)


def test_scores_are_right_whatever_the_batches() -> None:
    model, prompts = a_llama(), some_prompts(12)
    together = choices(model, prompts, ANSWERS)
    alone = torch.cat([choices(model, [prompt], ANSWERS) for prompt in prompts])
    torch.testing.assert_close(together, alone, atol=1e-4, rtol=0)


def another(kind: str) -> PreTrainedModel:
    torch.manual_seed(1)
    small = {"vocab_size": 64, "hidden_size": 32, "num_hidden_layers": 2}
    if kind == "gpt2":
        return GPT2LMHeadModel(GPT2Config(vocab_size=64, n_embd=32, n_layer=2, n_head=4)).eval()
    if kind == "bloom":
        return BloomForCausalLM(BloomConfig(vocab_size=64, hidden_size=32, n_layer=2, n_head=4)).eval()
    if kind == "mamba":
        return MambaForCausalLM(MambaConfig(**small, state_size=8)).eval()
    heads = {"num_attention_heads": 4, "num_key_value_heads": 2, "intermediate_size": 48}
    return MistralForCausalLM(MistralConfig(**small, **heads, sliding_window=12)).eval()


@pytest.mark.parametrize(
    ("kind", "branches"), [("gpt2", True), ("mamba", False), ("bloom", False), ("a window of 12 tokens", False)]
)
def test_other_architectures_are_scored_right_too(kind: str, branches: bool) -> None:
    model, prompts = another(kind), some_prompts(10, count=4)
    assert _score._branches(model, prompts, ANSWERS) is branches
    torch.testing.assert_close(choices(model, prompts, ANSWERS), one_by_one(model, prompts), atol=1e-4, rtol=0)


def test_a_window_that_holds_every_row_is_no_hindrance() -> None:
    model, prompts = another("a window of 12 tokens"), [[20, 21, 22], [30, 31, 32, 33]]
    assert _score._branches(model, prompts, ANSWERS)
    torch.testing.assert_close(choices(model, prompts, ANSWERS), one_by_one(model, prompts), atol=1e-4, rtol=0)


def test_prompts_of_very_different_length_are_scored_right() -> None:
    draw = random.Random(3)
    prompts = [[draw.randrange(14, 64) for _ in range(length)] for length in (1, 400, 2, 63, 1, 250)]
    model = a_llama()
    torch.testing.assert_close(choices(model, prompts, ANSWERS), one_by_one(model, prompts), atol=1e-3, rtol=0)


@pytest.mark.parametrize("answers", [[[7, 8, 9]], [[5], [6], [7]], [[4]], [[7], [7, 8], [7, 8, 9]]])
def test_sets_of_one_answer_one_token_or_one_branch_are_scored_right(answers: list[list[int]]) -> None:
    model, prompts = a_llama(), some_prompts(9, count=3)
    torch.testing.assert_close(choices(model, prompts, answers), one_by_one(model, prompts, answers), atol=1e-4, rtol=0)


@torch.inference_mode()
def test_thousands_of_answers_are_scored_right_in_bunches() -> None:
    draw, model, prompts = random.Random(4), a_llama(), some_prompts(10, count=2)
    answers = [[draw.randrange(14, 64) for _ in range(4)] for _ in range(2000)]
    assert len(bunched(answers, _score.NODES_AT_ONCE)) > 2
    found = choices(model, prompts, answers)
    for row, prompt in enumerate(prompts):
        told = model(input_ids=torch.tensor([prompt + answer for answer in answers])).logits.log_softmax(-1)
        right = told[:, len(prompt) - 1 : -1].gather(-1, torch.tensor(answers)[..., None]).sum(dim=(1, 2))
        torch.testing.assert_close(found[row], right, atol=1e-3, rtol=0)


def test_answers_longer_than_a_bunch_are_scored_right() -> None:
    draw, prompts = random.Random(5), some_prompts(0, count=2)
    model = a_llama()
    answers = [[draw.randrange(14, 64) for _ in range(length)] for length in (1200, 3, 1100)]
    right = one_by_one(model, prompts, answers)
    torch.testing.assert_close(choices(model, prompts, answers), right, atol=1e-2, rtol=1e-6)


def test_one_odd_prompt_does_not_undo_what_the_others_share() -> None:
    odd, model = [50, 51, 52], a_llama()
    prompts = [*some_prompts(60, count=12), odd, *some_prompts(61, count=12)]
    found = families(prompts)
    assert sorted(place for family in found for place in family) == list(range(25))
    assert sorted(len(family) for family in found) == [1, 12, 12]
    torch.testing.assert_close(choices(model, prompts, ANSWERS), one_by_one(model, prompts), atol=1e-4, rtol=0)


def narrow(model: PreTrainedModel, most: int) -> list[int]:
    """From now on the model asks for more memory than there is if it gets more than so many rows; the rows it got."""
    got: list[int] = []

    def forward(_: object, __: object, given: dict[str, torch.Tensor]) -> None:
        got.append(len(given["input_ids"]))
        if got[-1] > most:
            bytearray(2**60)

    model.register_forward_pre_hook(forward, with_kwargs=True)
    return got


@pytest.mark.parametrize("shared", [0, 20])
def test_a_batch_that_does_not_fit_is_done_in_halves(shared: int) -> None:
    model, prompts = a_llama(), some_prompts(shared, count=14)
    right = one_by_one(model, prompts)
    got = narrow(model, 3)
    torch.testing.assert_close(choices(model, prompts, ANSWERS), right, atol=1e-4, rtol=0)
    assert got[-7:] == [14, 7, 3, 3, 3, 3, 2]


def test_a_row_that_does_not_fit_alone_is_a_sentence() -> None:
    model = a_llama()
    narrow(model, 0)
    with pytest.raises(StoreError, match="not even one row of 4 tokens fits"):
        list(_score._branched(model, [[20, 21]], [[7, 8, 2]]))


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


def test_bunches_hold_every_answer_once_and_bound_their_nodes() -> None:
    draw = random.Random(2)
    answers = [[draw.randrange(3) for _ in range(draw.randint(1, 6))] for _ in range(300)]
    for most in (1, 2, 7, 50, 10_000):
        found = bunched(answers, most)
        assert sorted(place for bunch in found for place in bunch) == list(range(300))
        for bunch in found:
            longest = max(len(answers[place]) - 1 for place in bunch)
            assert len(Tree.of([answers[place] for place in bunch]).tokens) <= max(most, longest)
    assert len(bunched(answers, 10_000)) == 1


def test_the_shared_start_leaves_a_token_of_each_prompt() -> None:
    assert shared_start([[1, 2, 3, 4], [1, 2, 5], [1, 2, 3]]) == 2
    assert shared_start([[1, 2], [1, 2]]) == 1
    assert shared_start([[3], [1, 2]]) == 0


def test_batches_hold_every_row_once_and_bound_their_tokens() -> None:
    lengths = [random.Random(1).randint(1, 900) for _ in range(300)]
    found = [rows for rows, _ in fitted(lengths, by_tokens(256), len)]
    assert sorted(place for rows in found for place in rows) == list(range(300))
    assert all(len(rows) * max(lengths[place] for place in rows) <= TOKENS_A_BATCH for rows in found)


def test_what_torch_says_of_a_full_memory_is_understood() -> None:
    with pytest.raises(RuntimeError) as caught:
        torch.empty(2**60)
    assert out_of_memory(caught.value)
    assert not out_of_memory(RuntimeError("The size of tensor a (3) must match the size of tensor b (4)"))


def test_an_error_that_is_not_about_memory_is_not_tried_again() -> None:
    def broken(rows: list[int]) -> None:
        raise RuntimeError(f"shapes do not fit: {len(rows)}")

    with pytest.raises(RuntimeError, match="shapes do not fit: 4"):
        list(fitted([1, 1, 1, 1], by_tokens(4), broken))
