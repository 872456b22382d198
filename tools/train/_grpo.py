"""The trainer of rewards: trl's GRPO, which lets the model write several answers and learns from the better ones."""
# pyright: basic

from collections.abc import Callable, Iterator
from typing import Any

from torch.utils.data import Sampler
from trl.trainer.grpo_config import GRPOConfig
from trl.trainer.grpo_trainer import GRPOTrainer
from trl.trainer.utils import RepeatSampler

from tools.train._dpo import forget_reference
from tools.train._rewards import reward_of
from tools.train._rows import Rows
from tools.train._weights import Loaded

BETA = 0.04
"""How strongly the model is held to what the untuned one finds likely."""


class RewardTrainer(GRPOTrainer):
    """Learns from prompts that are in the chat template already."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        self.tokens_seen = 0
        """Tokens of questions and answers trained on by this process, padding not counted."""
        super().__init__(*args, **settings)

    def _tokenize_prompts(self, prompts: list[str]) -> tuple[list[list[int]], None, dict[str, Any]]:
        tokenizer: Any = self.processing_class
        return tokenizer(text=prompts, add_special_tokens=False)["input_ids"], None, {}

    def _generate_and_score_completions(self, inputs: Any) -> Any:
        with self.accelerator.autocast():  # adapters are in full precision whatever the base is in
            made = super()._generate_and_score_completions(inputs)
        model: Any = self.model
        if model.training:
            self.tokens_seen += int(made["prompt_mask"].sum() + made["completion_mask"].sum())
        return made

    def _get_train_sampler(self, dataset: Any = None) -> Sampler[int]:
        arguments: Any = self.args
        return ByEpoch(
            lambda: int(self.state.epoch or 0),
            data_source=self.train_dataset,
            mini_repeat_count=self.num_generations,
            batch_size=arguments.generation_batch_size // self.num_generations,
            repeat_count=self.num_iterations * arguments.steps_per_generation,
            shuffle=True,
            seed=self.args.seed,
        )


class ByEpoch(RepeatSampler):
    """An order that depends on the seed and the epoch alone, so that a resumed run sees the rows it had not seen."""

    def __init__(self, epoch: Callable[[], int], *, seed: int, **settings: Any) -> None:
        super().__init__(seed=seed, **settings)
        self._epoch = epoch

    def __iter__(self) -> Iterator[int]:
        self.generator.manual_seed(int(self.seed or 0) * 1000 + self._epoch())
        return super().__iter__()


def build(loaded: Loaded, rows: Rows, plan: dict[str, Any], arguments: Any) -> RewardTrainer:
    """The trainer of a plan; a batch of it is questions, each with all the answers that are tried."""
    reward, tried = reward_of(plan), plan["generations"]
    batch, parts = plan["batch_size"], plan["gradient_accumulation"]
    if len(rows.train) < batch:
        batch, parts = len(rows.train), 1
    at_once = max(1, batch // parts) * tried
    sizes: Any = {
        "per_device_train_batch_size": at_once,
        "per_device_eval_batch_size": at_once,
        "gradient_accumulation_steps": parts,
    }

    def rewards(completions: list[str], reference: list[str], **_: Any) -> list[float]:
        return [reward(said, right) for said, right in zip(completions, reference, strict=True)]

    trainer = RewardTrainer(
        model=loaded.model,
        reward_funcs=rewards,
        args=GRPOConfig(
            **{"activation_checkpointing": False, **arguments, **sizes},
            num_generations=tried,
            max_completion_length=plan["answer_tokens"],
            beta=BETA,
        ),
        train_dataset=rows.train,
        eval_dataset=rows.evaluation,
        processing_class=loaded.tokenizer,
    )
    forget_reference(loaded.model)
    return trainer
