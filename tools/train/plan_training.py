"""Recommend how to train, with reasons and estimates."""

from store import Workspace
from tools.kinds import Dataset, StartFrom
from tools.result import Result
from tools.tool import tool
from tools.train._plan import make_plan
from tools.train._show import show
from tools.train._wishes import (
    Answers,
    BatchSize,
    Effort,
    Epochs,
    Freeze,
    LearningRate,
    MaxLength,
    Pattern,
    Rank,
    Reward,
    Sample,
    Seed,
    Task,
    Technique,
    ToTheEnd,
    TrainLast,
    Where,
    Wishes,
)


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
        (
            "what would it cost to train on claims on Hugging Face Jobs with an a10g-small?",
            {"dataset": "claims", "where": "hf-jobs:a10g-small"},
        ),
        (
            "what would a dpo run on votes take, with the chosen and rejected answers",
            {"dataset": "votes", "task": "dpo"},
        ),
        ("how long would it take to pre-train on manuals as plain text", {"dataset": "manuals", "task": "pretrain"}),
        ("estimate a classifier on forms, 2 epochs", {"dataset": "forms", "task": "classify", "epochs": 2}),
        (
            "what would the best training on wards take, compared with a quick one",
            {"dataset": "wards", "effort": "best"},
        ),
        ("plan a quick look at claims with 300 rows", {"dataset": "claims", "effort": "quick", "sample": 300}),
    ],
)
def plan_training(
    ws: Workspace,
    dataset: Dataset,
    base_model: StartFrom | None = None,
    technique: Technique | None = None,
    task: Task | None = None,
    epochs: Epochs | None = None,
    learning_rate: LearningRate | None = None,
    batch_size: BatchSize | None = None,
    rank: Rank | None = None,
    max_length: MaxLength | None = None,
    seed: Seed | None = None,
    reward: Reward | None = None,
    pattern: Pattern | None = None,
    answers: Answers | None = None,
    to_the_end: ToTheEnd = False,
    where: Where | None = None,
    freeze: Freeze | None = None,
    last_layers: TrainLast | None = None,
    effort: Effort | None = None,
    sample: Sample | None = None,
) -> Result:
    """Recommend a base model, a technique and settings, and estimate time, memory and disk.

    Args:
        dataset: The dataset to train on.
        base_model: The model to start from, if the user names one; or a run, to train it on.
        technique: lora if none is named; full for all the weights; the others by their names.
        task: generate to write answers, classify for a head that chooses a label, tag for one that tags words,
            pretrain to read on in plain text, dpo to prefer better answers, grpo to earn rewards.
        epochs: How often each row is seen.
        learning_rate: How large the steps are.
        batch_size: Rows to a step.
        rank: Size of an adapter that has one, such as LoRA's.
        max_length: Tokens after which a row is cut.
        seed: Fixes the order of the rows and all that is drawn.
        reward: What grpo rewards: exact_match to the right answer, a pattern, valid json, or a length.
        pattern: The regular expression, the keys or the schema of the JSON, or the words, such as 5-20.
        answers: Which answers of a conversation are trained: all, or the last alone.
        to_the_end: Make all the steps, without early stopping when the evaluations get only worse.
        where: Where it runs, if not simply here: 2 processes, gpus, ray://host:10001 or hf-jobs:a10g-small.
        freeze: In full fine-tuning, how many of the first layers stay as they are; 0 for the embeddings alone.
        last_layers: In full fine-tuning, how many of the last layers are trained, and no others.
        effort: quick for a first look, balanced, or best for the most that the machine can give.
        sample: How many of the training rows to use.

    Example:
        >>> base = trained.runs.get("run-1").plan["base_model"]
        >>> print(plan_training(trained, "tickets", base_model=base, epochs=2))
        I would train ... on ... rows of tickets with LoRA for 2 epochs: about ..., ... of memory and ... of disk...
    """
    named = (base_model, technique, task, epochs, learning_rate, batch_size, rank, max_length, seed)
    wishes = Wishes(*named, reward, pattern, answers, to_the_end, where, freeze, last_layers, effort, sample)
    return show(make_plan(ws, dataset, wishes), "I would train")
