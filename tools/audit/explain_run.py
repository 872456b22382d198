"""Which words matter to a trained model, label by label, over many rows."""

from typing import Annotated

from pydantic import Field

from store import Workspace
from tools.audit._labels import label_of
from tools.evaluate._runs import refuse_if_silent, usable
from tools.kinds import Run, counting
from tools.result import Result
from tools.tool import ToolError, tool


@tool(
    asks=[
        ("which words matter to run-1?", {"run": "run-1"}),
        ("what words does run-2 go by for each label", {"run": "run-2"}),
        ("is the model using shortcuts, such as names or numbers?", {}),
        ("which words drive the label refund overall", {"label": "refund"}),
        ("what has the model learned to look at", {}),
        ("show the most important words per class for run-3", {"run": "run-3"}),
        ("does it cheat, on ids and signatures say", {}),
        ("explain the whole model, not one row", {}),
        ("global feature importance of run-1 on 100 rows", {"run": "run-1", "rows": 100}),
        ("do the model's cue words agree with those in the data", {}),
        ("what does run-4 think spam looks like", {"run": "run-4", "label": "spam"}),
    ],
)
def explain_run(
    ws: Workspace,
    run: Run | None = None,
    label: Annotated[str, Field(max_length=200)] | None = None,
    rows: Annotated[int, Field(ge=5, le=1000), counting()] = 60,
    seed: Annotated[int, Field(ge=0, le=999_999)] = 0,
) -> Result:
    """Show the words that drive each label of a model over many rows, beside those that tell it in the data.

    Args:
        run: The run to explain; the newest with weights if not given.
        label: Only the words of this class.
        rows: The most test rows to take; more are sampled.
        seed: Of the sample.

    Example:
        >>> print(explain_run(trained, "run-1"))
        Each word of 12 test rows was left out once, and run-1 was asked again ...
    """
    found = usable(ws, run)
    assert found.model_folder
    refuse_if_silent(found, "explained")
    if len(found.plan["labels"] or []) < 2:
        raise ToolError(
            f"{found.id} has no labels to tell apart: its answers are open text, so there are no classes whose words "
            f"could be listed. What can be had is the words behind one answer: ask why it answered a row as it did."
        )
    task = {
        "run": found.id,
        "weights": (found.model_folder / "done.json").stat().st_mtime_ns,
        "label": label_of(found, label) if label else None,
        "rows": rows,
        "seed": seed,
    }
    for report in reversed(ws.reports.all(kind="words", run=found.id)):
        if report.body["settings"] == task:
            return Result.from_json(report.body["result"])
    job = ws.jobs.start("explain", "tools.audit._run_words_worker", task)
    return Result.from_json(ws.reports.get(ws.jobs.wait(job.id)["report"]).body["result"])
