"""Recommend how to train, with reasons and estimates."""

from store import Workspace
from tools.kinds import BaseModel, Dataset
from tools.result import Result
from tools.tool import tool
from tools.train._plan import make_plan
from tools.train._show import show
from tools.train._wishes import BatchSize, Epochs, LearningRate, MaxLength, Rank, Seed, Task, Technique, Wishes


@tool(
    asks=[
        ("how would you fine-tune a model on tickets?", {"dataset": "tickets"}),
        ("which base model and settings do you recommend for reviews", {"dataset": "reviews"}),
        ("how long would it take to train on reviews with dora?", {"dataset": "reviews", "technique": "dora"}),
        ("plan a training on faq for 5 epochs, don't start it yet", {"dataset": "faq", "epochs": 5}),
        ("what would it cost in hours and memory to tune on leads", {"dataset": "leads"}),
        ("can this laptop handle a full fine-tune on notes?", {"dataset": "notes", "technique": "full"}),
        ("which settings fit calls, before we begin anything", {"dataset": "calls"}),
        ("make a proposal how to train on contracts with rank 16", {"dataset": "contracts", "rank": 16}),
        ("I don't know which method to choose for letters, advise me", {"dataset": "letters"}),
        (
            "is there enough disk to tune SmolLM2-360M-Instruct on orders",
            {"dataset": "orders", "base_model": "SmolLM2-360M-Instruct"},
        ),
        ("estimate a classifier on forms, 2 epochs", {"dataset": "forms", "task": "classify", "epochs": 2}),
    ],
)
def plan_training(
    ws: Workspace,
    dataset: Dataset,
    base_model: BaseModel | None = None,
    technique: Technique | None = None,
    task: Task | None = None,
    epochs: Epochs | None = None,
    learning_rate: LearningRate | None = None,
    batch_size: BatchSize | None = None,
    rank: Rank | None = None,
    max_length: MaxLength | None = None,
    seed: Seed | None = None,
) -> Result:
    """Recommend a base model, a technique and settings, and estimate time, memory and disk.

    Args:
        dataset: The dataset to train on.
        base_model: The model to start from, if the user names one.
        technique: lora, dora, ia3, or full for all the weights.
        task: generate to write answers, classify for a head that chooses a label.
        epochs: How often each row is seen.
        learning_rate: How large the steps are.
        batch_size: Rows to a step.
        rank: Size of a LoRA or DoRA adapter.
        max_length: Tokens after which a row is cut.
        seed: Fixes the order of the rows and all that is drawn.

    Example:
        >>> base = trained.runs.get("run-1").plan["base_model"]
        >>> print(plan_training(trained, "tickets", base_model=base, epochs=2))
        I would train ... on ... rows of tickets with LoRA for 2 epochs: about ..., ... of memory and ... of disk...
    """
    wishes = Wishes(base_model, technique, task, epochs, learning_rate, batch_size, rank, max_length, seed)
    return show(make_plan(ws, dataset, wishes), "I would train")
