"""Whether data and model treat groups of people differently."""

from typing import Annotated, Any

from pydantic import Field

from store import TrainingRun, Workspace
from tools.audit._lists import stamp
from tools.evaluate._runs import gives_answers, refuse_if_silent, usable
from tools.kinds import Dataset, Group, Run
from tools.project._traced import traced
from tools.result import Result
from tools.tool import ToolError, tool


@tool(
    asks=[
        ("check run-1 for bias", {"run": "run-1"}),
        ("is the loans dataset fair to every region?", {"dataset": "loans", "group": "region"}),
        ("does the model treat men and women differently?", {}),
        ("audit run-2 for gender and name bias", {"run": "run-2"}),
        ("are the labels in applicants biased by gender?", {"dataset": "applicants", "group": "gender"}),
        ("would it treat Fatima as it treats Anna?", {}),
        ("is run-3 racist or sexist", {"run": "run-3"}),
        ("does run-2 discriminate", {"run": "run-2"}),
        ("show legal that the model is fair to everybody", {}),
        ("swap he and she in 100 rows and see what run-4 does", {"run": "run-4", "rows": 100}),
        ("is every ward treated alike in triage", {"dataset": "triage", "group": "ward"}),
        (
            "does applicants match the town: women 51, men 49?",
            {"dataset": "applicants", "reference": "women 51, men 49"},
        ),
        ("check hires for equal chances per nationality", {"dataset": "hires", "group": "nationality"}),
    ],
)
def audit_bias(
    ws: Workspace,
    run: Run | None = None,
    dataset: Dataset | None = None,
    group: Group | None = None,
    rows: Annotated[int, Field(ge=1, le=2000)] | None = None,
    seed: Annotated[int, Field(ge=0, le=999_999)] = 0,
    reference: Annotated[str, Field(max_length=300)] | None = None,
) -> Result:
    """Compare groups in the data, and swap gendered words and names to see whether a model's answers change.

    Args:
        run: The run to audit; the newest with weights if neither run nor dataset is given.
        dataset: The data to audit; the run's own if not given.
        group: The column that says which group a row is in; guessed from names of columns and words if not given.
        rows: The most test rows to swap words in; as many as fit in about two minutes, at most 200, if not given.
        seed: Of the sample and of the resampling.
        reference: Shares that the groups should have, such as "women 51, men 49"; or a dataset or column that has them.

    Example:
        >>> print(audit_bias(ws, dataset="reviews"))
        In reviews there is nothing to compare: no column and no text of it tells groups. Name a column with group if
        one does.
    """
    found = _run(ws, run, dataset)
    if found and found.model_folder:
        name, number = found.dataset, found.version
        weights = (found.model_folder / "done.json").stat().st_mtime_ns
    else:
        head = ws.datasets.head(_dataset(ws, dataset))
        name, number, weights = head.dataset, head.number, None
    task = {
        "run": found.id if found else None,
        "weights": weights,
        "dataset": name,
        "version": number,
        "group": group,
        "rows": rows,
        "seed": seed,
        "words": stamp(ws.folder / "words"),
        **_reference(ws, reference),
    }
    module = "tools.audit._worker" if found else "tools.audit._data_worker"
    report = ws.reports.get(ws.jobs.wait(ws.jobs.start("audit", module, task).id)["report"])
    return traced(Result.from_json(report.body["result"]), report.id)


def _reference(ws: Workspace, reference: str | None) -> dict[str, Any]:
    if reference in ws.datasets.names():
        head = ws.datasets.head(reference)
        return {"reference": None, "beside": [head.dataset, head.number]}
    return {"reference": reference}


def _run(ws: Workspace, run: str | None, dataset: str | None) -> TrainingRun | None:
    """The run that is meant; none where only data is."""
    if run is not None:
        found = usable(ws, run)
        refuse_if_silent(found, "audited")
        if dataset not in (None, found.dataset):
            raise ToolError(
                f"{run} was trained on {found.dataset}, not on {dataset}. Audit one of {dataset} and {run} at a time."
            )
        return found
    there = [each for each in ws.runs.all() if each.model_folder and not each.job.live and gives_answers(each)]
    if not there or dataset not in (None, there[-1].dataset):
        return None
    changed = dataset is not None and ws.datasets.head(dataset).number != there[-1].version
    return None if changed else there[-1]  # data that was changed since the training is audited as it is now


def _dataset(ws: Workspace, dataset: str | None) -> str:
    names = ws.datasets.names()
    if dataset is None and len(names) != 1:
        raise ToolError(f"Which dataset shall be audited? Datasets here: {', '.join(names) or 'none yet'}.")
    return dataset or names[0]
