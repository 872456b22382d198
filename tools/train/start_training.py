"""Fine-tune a model, in a process of its own."""

from store import Workspace
from tools.kinds import Dataset, StartFrom
from tools.result import Result
from tools.tool import tool
from tools.train._begun import begun
from tools.train._checks import refuse_if_impossible
from tools.train._continue import goes_on
from tools.train._placing import make_ready
from tools.train._plan import make_plan
from tools.train._queue import would_wait
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
    effect="trains",
    asks=[
        ("start the training on tickets", {"dataset": "tickets"}),
        ("fine-tune a model on reviews", {"dataset": "reviews"}),
        ("train on tickets with dora for 3 epochs", {"dataset": "tickets", "technique": "dora", "epochs": 3}),
        (
            "go, train SmolLM2-135M-Instruct on reviews as a classifier",
            {"dataset": "reviews", "base_model": "SmolLM2-135M-Instruct", "task": "classify"},
        ),
        ("let's go, tune on leads", {"dataset": "leads"}),
        ("kick off a run with contracts", {"dataset": "contracts"}),
        ("begin with notes, we planned enough", {"dataset": "notes"}),
        (
            "run lora on calls, learning rate 2e-4, batch size 8",
            {"dataset": "calls", "technique": "lora", "learning_rate": 0.0002, "batch_size": 8},
        ),
        ("make the model learn from letters now", {"dataset": "letters"}),
        ("teach it with orders, four passes", {"dataset": "orders", "epochs": 4}),
        ("I am ready, please launch the training with forms", {"dataset": "forms"}),
        ("train a new one on faq with rank 32", {"dataset": "faq", "rank": 32}),
        ("train a tagger for names and places on articles", {"dataset": "articles", "task": "tag"}),
        (
            "run grpo on sums and reward an exact match",
            {"dataset": "sums", "task": "grpo", "reward": "exact_match"},
        ),
        ("train on from run-1 with the new rows of claims", {"dataset": "claims", "base_model": "run-1"}),
        ("let run-3 go on learning, now from surveys", {"dataset": "surveys", "base_model": "run-3"}),
        ("use incidents to build the classifier", {"dataset": "incidents", "task": "classify"}),
        ("train on essays to the end, without early stopping", {"dataset": "essays", "to_the_end": True}),
        ("give quotes a quick training, just to see whether it works", {"dataset": "quotes", "effort": "quick"}),
        ("train on menus, the best you can do", {"dataset": "menus", "effort": "best"}),
        (
            "train once more from scratch on rulings, with ia3 and seed 5",
            {"dataset": "rulings", "technique": "ia3", "seed": 5},
        ),
        ("train on claims in 2 processes", {"dataset": "claims", "where": "2 processes"}),
        (
            "run the training with menus on the cluster at ray://10.0.0.5:10001",
            {"dataset": "menus", "where": "ray://10.0.0.5:10001"},
        ),
    ],
)
def start_training(
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
    """Fine-tune a base model on a dataset; it goes on in the background.

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
        >>> print(start_training(trained, "tickets", base_model="./no_such_model"))
        Traceback (most recent call last):
        tools.weights.errors.FetchError: There is no folder or file no_such_model. Check the path, or ...
    """
    named = (base_model, technique, task, epochs, learning_rate, batch_size, rank, max_length, seed)
    wishes = Wishes(*named, reward, pattern, answers, to_the_end, where, freeze, last_layers, effort, sample)
    planned = make_plan(ws, dataset, wishes)
    make_ready(planned.plan)
    refuse_if_impossible(planned)
    run = ws.runs.start(dataset, planned.material.version.number, planned.plan)
    return begun(ws, run, planned.plan["sample"] or planned.material.rows)


@start_training.preview
def _preview(ws: Workspace, dataset: str, *wishes: object, **named: object) -> Result:
    planned = make_plan(ws, dataset, Wishes(*wishes, **named))  # pyright: ignore[reportArgumentType]
    make_ready(planned.plan)
    return show(planned, "This will train", goes_on(planned.plan) + would_wait(ws))
