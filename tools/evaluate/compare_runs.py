"""Which of two trained models is better, on the same rows."""

from typing import Annotated, Any

from pydantic import Field

from store import TrainingRun, Workspace
from tools.evaluate._evaluation import PREDICTIONS, evaluation
from tools.evaluate._runs import usable
from tools.evaluate._show import TITLES, between, gain, number
from tools.kinds import Dataset, Run
from tools.plot import Plot
from tools.project._traced import traced
from tools.result import Result, Table
from tools.tool import ToolError, tool


@tool(
    asks=[
        ("is run-2 better than run-1?", {"run": "run-2", "other": "run-1"}),
        ("compare run-3 with run-1 on the dataset returns_test", {
            "run": "run-3",
            "other": "run-1",
            "dataset": "returns_test",
        }),
        ("which of the two is better, run-1 or run-4?", {"run": "run-1", "other": "run-4"}),
        ("A/B test run-2 against run-5", {"run": "run-2", "other": "run-5"}),
        ("which should we keep, run-3 or run-5?", {"run": "run-3", "other": "run-5"}),
        ("does run-4 really beat run-2 or is it luck", {"run": "run-4", "other": "run-2"}),
        ("is the difference between run-1 and run-6 significant?", {"run": "run-1", "other": "run-6"}),
        ("put run-2 and run-3 head to head on exam_cases", {"run": "run-2", "other": "run-3", "dataset": "exam_cases"}),
        ("did dora in run-2 bring anything over lora in run-1", {"run": "run-2", "other": "run-1"}),
        ("I can ship only one of run-7 and run-8, who wins?", {"run": "run-7", "other": "run-8"}),
    ],
)  # fmt: skip
def compare_runs(
    ws: Workspace,
    run: Run,
    other: Run,
    dataset: Dataset | None = None,
    rows: Annotated[int, Field(ge=1, le=5000)] = 1000,
    seed: Annotated[int, Field(ge=0, le=999_999)] = 0,
) -> Result:
    """Compare two trained models on the same rows, with a paired test and a verdict.

    Args:
        run: One run.
        other: The run it is compared to.
        dataset: Another dataset to compare them on; the held-out rows that both have if not given.
        rows: The most rows to ask; more are sampled.
        seed: Of the sample and of the resampling.

    Example:
        >>> compare_runs(trained, "run-1", "run-1")
        Traceback (most recent call last):
        ...
        tools.tool.ToolError: run-1 cannot be compared with itself. Name two runs; the runs here: run-1.
    """
    one, two = _two(ws, run, other, dataset)
    reports = [evaluation(ws, each, dataset=dataset, split=None, rows=rows, seed=seed) for each in (one, two)]
    goal = ws.goals.get()
    task: dict[str, Any] = {
        "runs": [one.id, two.id],
        "predictions": [str(report.folder / PREDICTIONS) for report in reports],
        "labels": all(report.body["answers"] == "labels" for report in reports),
        "wanted": goal.metric if goal else None,
        "seed": seed,
    }
    body = ws.jobs.wait(ws.jobs.start("compare", "tools.evaluate._comparison_worker", task).id)
    if not body["rows"]:
        raise ToolError(f"{one.id} and {two.id} were tested on no rows in common. Name a dataset to compare them on.")
    result = _shown(body, reports[0].dataset or one.dataset)
    body |= {"task": one.plan["task"], "reports": [report.id for report in reports], "result": result.as_json()}
    kept = ws.reports.save("comparison", body, run=one.id, dataset=reports[0].dataset, version=reports[0].version)
    return traced(result, kept.id)


def _two(ws: Workspace, run: str, other: str, dataset: str | None) -> tuple[TrainingRun, TrainingRun]:
    if run == other:
        raise ToolError(
            f"{run} cannot be compared with itself. Name two runs; the runs here: {', '.join(ws.runs.names())}."
        )
    one, two = usable(ws, run), usable(ws, other)
    if dataset is None and one.dataset != two.dataset:
        raise ToolError(
            f"{run} was trained on {one.dataset} and {other} on {two.dataset}. Name a dataset to compare them on."
        )
    return one, two


def _shown(body: dict[str, Any], dataset: str) -> Result:
    one, other = body["runs"]
    metric, found = body["primary"], body["metrics"][body["primary"]]
    text = (
        f"{body['verdict']} On the {body['rows']:,} rows of {dataset} that both were asked, {TITLES[metric]} is "
        f"{number(metric, found['one']['value'])} for {one} and {number(metric, found['other']['value'])} for {other}: "
        f"a difference of {gain(metric, found['difference'])}, {found['test']}, p {_p(found['p'])}."
    )
    return Result(
        text,
        tables=[_scores(body), *([_differing(body)] if body["differ"] else [])],
        plots=[_differences(body)],
        next=[f"evaluate {one}", f"check {one} for bias", "write the report"],
        data={key: body[key] for key in ("runs", "primary", "metrics", "rows", "needed", "differing")},
    )


def _scores(body: dict[str, Any]) -> Table:
    rows = [
        (
            TITLES[metric],
            *(f"{number(metric, found[side]['value'])} ({between(metric, found[side])})" for side in ("one", "other")),
            gain(metric, found["difference"]),
            f"{found['test']}, p {_p(found['p'])}",
        )
        for metric, found in body["metrics"].items()
    ]
    columns = ("", *body["runs"], "difference", "test")
    return Table("Both on the same rows, with 95 % intervals", columns, rows)


def _differing(body: dict[str, Any]) -> Table:
    rows = [(row["_row"], row["text"][:200], row["reference"], row["one"], row["other"]) for row in body["differ"]]
    title = f"Where they differ ({len(rows)} of {body['differing']} rows)"
    return Table(title, ("row", "text", "right", *body["runs"]), rows)


def _differences(body: dict[str, Any]) -> Plot:
    rows = [
        {"metric": TITLES[metric], "difference": found["difference"]["value"] / scale}
        | {end: found["difference"][end] / scale for end in ("low", "high")}
        for metric, found in body["metrics"].items()
        for scale in (100 if metric == "bleu" else 1,)
    ]
    one, other = body["runs"]
    return Plot(f"{one} less {other}, 95 % intervals", "interval", rows, "difference", "metric", zero=0.0)


def _p(value: float) -> str:
    return "below 0.001" if value < 0.001 else f"{value:.3f}"
