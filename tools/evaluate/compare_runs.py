"""Which of two or more models is better, on the same rows."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any, Literal

from pydantic import Field

from store import TrainingRun, Workspace
from store.reports import Report
from tools.evaluate._comparison_show import shown
from tools.evaluate._contestant import (
    Contestant,
    a_base,
    a_checkpoint,
    a_prompt,
    a_run,
    a_server,
    an_untuned,
    exported,
)
from tools.evaluate._evaluation import PREDICTIONS, evaluation
from tools.evaluate._runs import refuse_if_silent, usable
from tools.kinds import BaseModel, Dataset, Run, called
from tools.project._traced import traced
from tools.result import Result
from tools.tool import ToolError, tool

MOST = 6
OTHER_THAN_RUNS = (
    "untuned base original plain stock vanilla checkpoint checkpoints prompt instruction gguf quantised quantized "
    "quantisation quantization server endpoint localhost http https exported"
)
"""Words by which something else than a run is meant as the other side."""
Other = Annotated[Run, Field(json_schema_extra={"needed_unless": OTHER_THAN_RUNS})]
Untuned = Annotated[bool, called(true="untuned vanilla stock")]
Steps = Annotated[
    list[Annotated[int, Field(ge=1, le=100_000_000)]],
    Field(max_length=MOST),
    called(true="checkpoint checkpoints"),
]
Form = Annotated[
    Literal["merged", "gguf"],
    called(merged="exported", gguf="gguf quantised quantized quantisation quantization llama.cpp llamacpp"),
]


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
        ("is run-2 better than its untuned base, with a test?", {"run": "run-2", "untuned": True}),
        ("does the gguf of run-1 answer as well as run-1 itself", {"run": "run-1", "form": "gguf"}),
        ("is run-3 at checkpoint 200 as good as at the end?", {"run": "run-3", "checkpoints": [200]}),
    ],
)  # fmt: skip
def compare_runs(
    ws: Workspace,
    run: Run,
    other: Other | None = None,
    dataset: Dataset | None = None,
    rows: Annotated[int, Field(ge=1, le=5000)] = 1000,
    seed: Annotated[int, Field(ge=0, le=999_999)] = 0,
    untuned: Untuned = False,
    base: Annotated[BaseModel, Field(json_schema_extra={"in_full": True})] | None = None,
    checkpoints: Steps | None = None,
    prompt: Annotated[str, Field(max_length=4000)] | None = None,
    form: Form | None = None,
    endpoint: Annotated[str, Field(max_length=300)] | None = None,
    others: Annotated[list[Run], Field(max_length=MOST)] | None = None,
) -> Result:
    """Compare runs, or a run with another form of it, on the same rows, with paired tests and a verdict.

    Args:
        run: One run.
        other: The run it is compared to; if nothing is named to compare to, the untuned model is.
        dataset: Another dataset to compare them on; the held-out rows that both have if not given.
        rows: The most rows to ask; more are sampled.
        seed: Of the sample and of the resampling.
        untuned: Whether the untuned model of the run takes part.
        base: Another untuned model that takes part, by its full name.
        checkpoints: Steps of checkpoints of the run that take part.
        prompt: Another instruction, with which the run takes part once more.
        form: An export of the run that takes part: merged, or quantised as GGUF.
        endpoint: Address of an OpenAI-compatible server on this machine that takes part; the rows are sent to it.
        others: Further runs that take part.

    Example:
        >>> compare_runs(trained, "run-1", "run-1")
        Traceback (most recent call last):
        ...
        tools.tool.ToolError: run-1 cannot be compared with itself. Name two runs; the runs here: run-1.
    """
    runs = _runs(ws, run, [other, *(others or ())], dataset)
    lead, named = runs[0], list(map(a_run, runs))
    if untuned:
        named.append(an_untuned(lead))
    if base:
        named.append(a_base(lead, base))
    named += [a_checkpoint(lead, step) for step in checkpoints or ()]
    if prompt is not None:
        named.append(a_prompt(lead, prompt))
    if form:
        named += exported(ws, lead, form)
    if endpoint:
        named.append(a_server(endpoint))
    contestants = list(dict.fromkeys(named))
    if len(contestants) == 1 and run in (other, *(others or ())):
        known = ", ".join(ws.runs.names())
        raise ToolError(f"{run} cannot be compared with itself. Name two runs; the runs here: {known}.")
    if len(contestants) == 1:
        contestants.append(an_untuned(lead))
    if len(contestants) > MOST:
        raise ToolError(f"{len(contestants)} are too many to compare at once. Name at most {MOST}.")
    return _compared(ws, runs, contestants, dataset, rows, seed)


def _compared(
    ws: Workspace,
    runs: Sequence[TrainingRun],
    contestants: Sequence[Contestant],
    dataset: str | None,
    rows: int,
    seed: int,
) -> Result:
    reports = {each.id: evaluation(ws, each, dataset=dataset, split=None, rows=rows, seed=seed) for each in runs}
    goal = ws.goals.get()
    task: dict[str, Any] = {
        "run": runs[0].id,
        "dataset": dataset,
        "rows": rows,
        "seed": seed,
        "labels": all(report.body["answers"] == "labels" for report in reports.values()),
        "wanted": goal.metric if goal else None,
        "contestants": [_task(each, reports) for each in contestants],
    }
    body = ws.jobs.wait(ws.jobs.start("compare", "tools.evaluate._comparison_worker", task).id)
    if not body["rows"]:
        names = " and ".join(each.name for each in contestants)
        raise ToolError(f"{names} were tested on no rows in common. Name a dataset to compare them on.")
    return _saved(ws, runs[0], contestants, reports, body)


def _runs(ws: Workspace, run: str, rest: Sequence[str | None], dataset: str | None) -> list[TrainingRun]:
    """The runs that take part, each once; all can be asked the same rows."""
    runs = [usable(ws, name) for name in dict.fromkeys([run, *rest]) if name]
    for each in runs:
        refuse_if_silent(each, "compared")
    for each in runs[1:] if dataset is None else ():
        if each.dataset != runs[0].dataset:
            raise ToolError(
                f"{run} was trained on {runs[0].dataset} and {each.id} on {each.dataset}. Name a dataset to compare "
                "them on."
            )
    return runs


def _task(each: Contestant, reports: dict[str, Report]) -> dict[str, Any]:
    """A contestant for the worker: with its answers, if an evaluation has them already."""
    if each.kind not in ("run", "untuned"):
        return each.as_json()
    file = reports[each.where].folder / PREDICTIONS
    return {"name": each.name, "file": str(file), "column": "tuned" if each.kind == "run" else "untuned"}


def _saved(
    ws: Workspace,
    lead: TrainingRun,
    contestants: Sequence[Contestant],
    reports: dict[str, Report],
    body: dict[str, Any],
) -> Result:
    tested = reports[lead.id]
    if lead.plan["task"] == "classify" and any(each.kind == "untuned" for each in contestants):
        body["notes"] = [*body["notes"], "The untuned model has a new classification head, so it stands for guessing."]
    dataset = tested.dataset or lead.dataset
    result = shown(body, dataset, lead.id)
    result = replace(result, next=[*proposals(ws, lead.id, body), *result.next])
    body |= {"task": lead.plan["task"], "reports": [report.id for report in reports.values()]}
    scores = {each["name"]: each["metrics"][body["primary"]]["value"] for each in body["contestants"]}
    body["best"] = max(reports, key=lambda run: scores[run])
    body |= {"kinds": [each.as_json() for each in contestants], "result": result.as_json()}
    kept = ws.reports.save("comparison", body, run=lead.id, dataset=tested.dataset, version=tested.version)
    return traced(result, kept.id)


def proposals(ws: Workspace, run: str, body: dict[str, Any]) -> list[str]:
    """What to say to try a run on requests, if it is not shown to be worse than the one that answers them."""
    found: list[str] = []
    for service in ws.services.all():
        old = [each.run for each in service.models if each.share]
        for pair in body["pairs"] if service.state == "serving" and len(old) == 1 and run not in old else ():
            if {pair["one"], pair["other"]} == {run, *old} and not (pair["told_apart"] and pair["better"] != run):
                found.append(f"give {run} a tenth of the requests to {service.name}")
    return found
