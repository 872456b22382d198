"""Fine-tune a model, in a process of its own."""

from store import NoSpace, Workspace
from tools.kinds import BaseModel, Dataset
from tools.result import Result
from tools.tool import tool
from tools.train._plan import make_plan
from tools.train._show import short, show
from tools.train._wishes import BatchSize, Epochs, LearningRate, MaxLength, Rank, Seed, Task, Technique, Wishes
from tools.weights.progress import duration
from tools.words import counted


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
        ("use incidents to build the classifier", {"dataset": "incidents", "task": "classify"}),
        (
            "train once more from scratch on rulings, with ia3 and seed 5",
            {"dataset": "rulings", "technique": "ia3", "seed": 5},
        ),
    ],
)
def start_training(
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
    """Fine-tune a base model on a dataset; it goes on in the background.

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
        >>> print(start_training(trained, "tickets", base_model="./no_such_model"))
        Traceback (most recent call last):
        tools.weights.errors.FetchError: There is no folder or file no_such_model. Check the path, or ...
    """
    ws.jobs.refuse_if_busy("train")
    wishes = Wishes(base_model, technique, task, epochs, learning_rate, batch_size, rank, max_length, seed)
    planned = make_plan(ws, dataset, wishes)
    if not planned.disk_is_enough:
        raise NoSpace
    run = ws.runs.start(dataset, planned.material.version.number, planned.plan)
    rows = counted(planned.material.rows, "row")
    return Result(
        f"{run.id} is training {short(planned.plan['base_model'])} on {rows} of {dataset}; "
        f"it should take about {duration(planned.estimates['seconds'])}. It goes on when you close this page.",
        next=[f"how is {run.id} doing?", f"stop {run.id}"],
        data={"run": run.id, "job": run.job.id},
    )


@start_training.preview
def _preview(ws: Workspace, dataset: str, *wishes: object, **named: object) -> Result:
    ws.jobs.refuse_if_busy("train")
    return show(make_plan(ws, dataset, Wishes(*wishes, **named)), "This will train")  # pyright: ignore[reportArgumentType]
