"""The local language model compares the answers of two models."""

from typing import Annotated, Any

from pydantic import Field

from store import Workspace
from store.reports import Report
from tools.augment._writer import named
from tools.evaluate._judging_show import shown
from tools.evaluate._sides import Unasked, sides
from tools.kinds import Dataset, Run, counting
from tools.result import Result
from tools.tool import ToolError, tool

WORKER = "tools.evaluate._judging_worker"


@tool(
    asks=[
        ("let the language model judge run-1 against the untuned model", {"run": "run-1"}),
        ("let the language model judge run-2 against run-1", {"run": "run-2", "other": "run-1"}),
        ("LLM as a judge: run-3 against run-5", {"run": "run-3", "other": "run-5"}),
        ("have the assistant's model decide which answers are better", {}),
        ("run an automatic judge over the answers of run-4", {"run": "run-4"}),
        (
            "let an AI rate the answers of run-2 and run-6 by 'friendly and short'",
            {"run": "run-2", "other": "run-6", "criteria": "friendly and short"},
        ),
        ("does a judge model prefer the fine-tuned answers", {}),
        ("pairwise judging of run-1 and run-3 on 25 rows", {"run": "run-1", "other": "run-3", "rows": 25}),
        ("how far can the judge model be trusted, does it agree with itself", {}),
        ("win rate of run-5 over the base by LLM judge", {"run": "run-5"}),
        (
            "judge the letters of run-7 by 'names the deadline'",
            {"run": "run-7", "criteria": "names the deadline"},
        ),
        ("does the judge agree with what people preferred for run-2", {"run": "run-2"}),
    ],
)
def judge_answers(
    ws: Workspace,
    run: Run | None = None,
    other: Run | None = None,
    dataset: Dataset | None = None,
    criteria: Annotated[str, Field(max_length=300)] | None = None,
    rows: Annotated[int, Field(ge=1, le=300), counting("pair pairs")] | None = None,
    seed: Annotated[int, Field(ge=0, le=999_999)] = 0,
) -> Result:
    """Have the local language model judge whose answers are better, and check the judge.

    Each pair is judged twice with the answers swapped; only what holds both times counts. Before anything is claimed,
    the judge is tried on pairs whose better answer is known.

    Args:
        run: A run; the one evaluated last if not given.
        other: Another run; the untuned model of the first if not given.
        dataset: The dataset that both were tested on; that of the newest evaluation if not given.
        criteria: What makes an answer the better one, in the user's words; right and helpful if not given.
        rows: The most pairs to judge; if not given, as many as take less than three minutes on two cores.
        seed: Of the draw.

    Example:
        >>> judge_answers(trained, "run-1", "run-1")
        Traceback (most recent call last):
        ...
        tools.tool.ToolError: run-1 cannot be compared with itself. Name another run, or none for the untuned model.
    """
    found = sides(ws, run, other, dataset)
    if isinstance(found, Unasked):
        return Result(str(found), next=found.next)
    if not found.differing:
        one, second = found.names
        raise ToolError(
            f"{one} and {second} answer the same on all {len(found.pairs):,} rows of {found.dataset}: there is nothing"
            " to judge. Compare other runs, or test them on other rows."
        )
    settings: dict[str, Any] = {
        "run": found.one,
        "other": found.other,
        "dataset": found.dataset,
        "reports": list(found.reports),
        "criteria": " ".join((criteria or "").split()) or None,
        "rows": rows,
        "seed": seed,
        "judge": named(),
    }
    report = _judgement(ws, settings)
    return shown(ws, found.one, found.other, found.dataset, report.body)


def _judgement(ws: Workspace, settings: dict[str, Any]) -> Report:
    """What the judge said of exactly this before, or says now."""
    for report in reversed(ws.reports.all(kind="judgement", run=settings["run"])):
        if report.body["settings"] == settings:
            return report
    return ws.reports.get(ws.jobs.wait(ws.jobs.start("judge", WORKER, settings).id)["report"])
