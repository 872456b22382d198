"""A Hugging Face model card for a training run."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from store import NotFound, TrainingRun, Workspace
from store.reports import Report
from tools.evaluate._show import TITLES
from tools.project._document import Section, as_markdown, ledger_title
from tools.project._paths import without_paths
from tools.project._sections import ledger, sections
from tools.result import Result, Table
from tools.train.tasks import TASKS
from tools.train.techniques import TECHNIQUES
from tools.weights.catalogue import Model, find, known_hub_id

TYPES: Mapping[str, tuple[str, dict[str, str]]] = {
    "macro_f1": ("f1", {"average": "macro"}),
    "micro_f1": ("f1", {"average": "micro"}),
    "weighted_f1": ("f1", {"average": "weighted"}),
    "rouge_1": ("rouge", {"variant": "rouge1"}),
    "rouge_2": ("rouge", {"variant": "rouge2"}),
    "rouge_l": ("rouge", {"variant": "rougeL"}),
}
"""Metrics that the Hub knows by another name, with what tells the variant."""
UNKNOWN = "unknown"
_LEFT_OUT = ("estimates", "worker")
_NOT_FOR_ALL = ("Proposed changes", "Explanation")
"""Sections that are about single rows: a card is read by everyone, and rows are the user's."""


def model_card(ws: Workspace, run: TrainingRun, use: str, folder: Path, library: str | None = None) -> str:
    """The card: metadata with the evaluation as `model-index`, then what is known of the model; plots go to `folder`.

    Args:
        ws: The workspace.
        run: A run whose weights are there, or were.
        use: How it is loaded, or what it is, in a sentence or two.
        folder: Where the card will lie.
        library: What loads it, in the Hub's word; None for peft or transformers, by the technique.

    Returns:
        The text of a model repository's README.md.
    """
    from huggingface_hub import ModelCardData  # noqa: PLC0415 - slow to import, and only a card needs it

    base = str(run.plan["base_model"])
    known = _known(base)
    data = ModelCardData(
        base_model=known_hub_id(base),
        library_name=library or ("peft" if TECHNIQUES[str(run.plan["technique"])].config else "transformers"),
        license=known.licence.lower() if known and known.licence else UNKNOWN,
        pipeline_tag=TASKS[str(run.plan["task"])].hub,
        tags=["tunewright", str(run.plan["technique"])],
        model_name=f"{ws.project} {run.id}",
        eval_results=_results(ws, run) or None,
    )
    metadata: str = data.to_yaml()  # pyright: ignore[reportUnknownMemberType]
    told = [_without_rows(section) for section in sections(ws, run) if not section.title.startswith(_NOT_FOR_ALL)]
    first = Section(f"Model {run.id}", [Result(use), _licence(known)])
    configured = Section("Training configuration", [_configuration(run)], run.id)
    card = [without_paths(section) for section in (first, configured, *told, *ledger(ws, told))]
    return f"---\n{metadata}\n---\n\n{as_markdown(f'{ws.project} {run.id}', card, folder)}"


def _without_rows(section: Section) -> Section:
    """The section without the tables that quote texts of the data."""
    results = [
        replace(result, tables=[table for table in result.tables if "text" not in table.columns])
        for result in section.results
    ]
    return replace(section, results=results)


def _results(ws: Workspace, run: TrainingRun) -> list[Any]:
    """Every figure of the newest evaluation on each dataset and split, as it is stored."""
    newest = {
        (report.dataset, report.body.get("split")): report for report in ws.reports.all(kind="evaluation", run=run.id)
    }
    return [_result(run, report, *found) for report in newest.values() for found in report.body["metrics"].items()]


def _result(run: TrainingRun, report: Report, metric: str, found: dict[str, Any]) -> Any:
    from huggingface_hub import EvalResult  # noqa: PLC0415 - as above

    type_, variant = TYPES.get(metric, (metric, {}))
    tuned = found["tuned"]
    split = report.body.get("split")
    return EvalResult(
        task_type=TASKS[str(run.plan["task"])].hub,
        task_name=TASKS[str(run.plan["task"])].hub.replace("-", " ").capitalize(),
        dataset_type=str(report.dataset),
        dataset_name=f"{report.dataset}, version {report.version}",
        dataset_split=split if split != "all" else None,
        dataset_args={"rows": report.body["rows"], "report": report.id},
        metric_type=type_,
        metric_name=TITLES.get(metric, metric.replace("_", " ")),
        metric_value=float(tuned["value"]),
        metric_args=variant | {"low": float(tuned["low"]), "high": float(tuned["high"]), "confidence": 0.95},
    )


def _configuration(run: TrainingRun) -> Result:
    settings = [
        (name.replace("_", " "), ", ".join(map(str, value)) if isinstance(value, list) else value)  # pyright: ignore[reportUnknownArgumentType]
        for name, value in run.model_plan.items()
        if value is not None and name not in _LEFT_OUT
    ]
    gone = "" if run.model_folder else " Its weights are not here any more."
    text = f"All that decides the outcome; the libraries and the machine are under “{ledger_title(run.id)}”.{gone}"
    return Result(text, tables=[Table(f"Configuration of {run.id}", ("setting", "value"), settings)])


def _licence(known: Model | None) -> Result:
    if known is None or not known.licence:
        return Result("The licence of the base model is not known here; look it up before this model is passed on.")
    return Result(f"The base model's licence is {known.licence}; it holds for what is made of it.")


def _known(base_model: str) -> Model | None:
    try:
        return find(base_model)
    except NotFound:
        return None


def licence_of(base_model: str) -> str | None:
    """The licence of a base model, where it is known."""
    known = _known(base_model)
    return known.licence or None if known else None
