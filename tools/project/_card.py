"""A Hugging Face model card for a training run."""

from typing import Any

from store import NotFound, TrainingRun, Workspace
from store.reports import Report
from tools.weights.catalogue import find

TASKS = {"classify": "text-classification", "generate": "text-generation"}


def model_card(ws: Workspace, run: TrainingRun, body: str) -> str:
    """The card: metadata with the evaluation as `model-index`, then the report's text.

    Args:
        ws: The workspace.
        run: A run whose weights are there.
        body: Markdown that follows the metadata.

    Returns:
        The text of a model repository's README.md.
    """
    from huggingface_hub import ModelCardData  # noqa: PLC0415 - slow to import, and only a card needs it

    evaluations = ws.reports.all(kind="evaluation", run=run.id)
    data = ModelCardData(
        base_model=_hub_id(str(run.plan["base_model"])),
        library_name="peft" if run.plan["technique"] != "full" else "transformers",
        pipeline_tag=TASKS[str(run.plan["task"])],
        tags=["tunewright", str(run.plan["technique"])],
        model_name=f"{ws.project} {run.id}",
        eval_results=_results(run, evaluations[-1]) if evaluations else None,
    )
    metadata: str = data.to_yaml()  # pyright: ignore[reportUnknownMemberType]
    return f"---\n{metadata}\n---\n\n{body}"


def _results(run: TrainingRun, evaluation: Report) -> list[Any]:
    from huggingface_hub import EvalResult  # noqa: PLC0415 - as above

    return [
        EvalResult(
            task_type=TASKS[str(run.plan["task"])],
            dataset_type=str(evaluation.dataset),
            dataset_name=f"{evaluation.dataset}, version {evaluation.version}",
            metric_type=name,
            metric_value=round(float(value["tuned"]["value"]), 4),
        )
        for name, value in evaluation.body["metrics"].items()
    ]


def _hub_id(base_model: str) -> str | None:
    try:
        return find(base_model).hub
    except NotFound:
        return base_model if base_model.count("/") == 1 and not base_model.startswith((".", "~", "/")) else None
