"""Prefer one answer to another: direct preference optimisation, Rafailov et al. 2023, arXiv 2305.18290."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tools.train._columns import preferred
from tools.train._examples import IGNORED, answer_example
from tools.train._pairs import pair
from tools.train._task import Plan, Row, TrainingTask, renamed

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase


def _lines(tokenizer: "PreTrainedTokenizerBase", plan: Plan) -> Callable[[Row], dict[str, Any]]:
    most = plan["max_length"]

    def line(row: Row) -> dict[str, Any]:
        found = pair(row, plan)
        if found is None:
            empty: list[int] = []
            return {
                "prompt_ids": empty,
                "chosen_ids": empty,
                "rejected_ids": empty,
                "labels": IGNORED,
                "length": 0,
                "cut": False,
            }
        good, bad = (answer_example(tokenizer, talk, most, last_only=True) for talk in (found.chosen, found.rejected))
        starts = [each.trained.index(True) if True in each.trained else len(each.tokens) for each in (good, bad)]
        known = starts[0] == starts[1] and all(any(each.trained) for each in (good, bad))
        return {
            "prompt_ids": good.tokens[: starts[0]],
            "chosen_ids": good.tokens[starts[0] :],
            "rejected_ids": bad.tokens[starts[1] :],
            "labels": 0 if known else IGNORED,
            "length": max(len(good.tokens), len(bad.tokens)),
            "cut": good.cut or bad.cut,
        }

    return line


TASK = TrainingTask(
    head="causal",
    peft="CAUSAL_LM",
    hub="text-generation",
    lines=_lines,
    told=lambda plan: (
        f"The model reads {plan['messages'] or plan['prompt']} in the base model's chat template and learns to find "
        f"{plan['messages'] or plan['completion']} likelier than {plan['rejected']}, compared with the untuned model "
        "(DPO, beta 0.1); the question is masked."
    ),
    seen=(2000, 1, 3),
    columns=preferred,
    instead="generate: learns the better answers alone, and nothing of the worse ones",
    trainer="pairs",
    rate=("generate", 0.1),
    measures=renamed({"rewards/margins": "reward_margin", "rewards/accuracies": "preference_accuracy"}),
)
