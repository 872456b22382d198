"""How good a trained model is on rows it has not seen, beside the untuned one."""

from dataclasses import replace
from typing import Annotated, Literal

from pydantic import Field

from store import Workspace
from tools.evaluate._evaluation import PREDICTIONS, evaluation
from tools.evaluate._runs import usable
from tools.kinds import Dataset, Run
from tools.project._traced import traced
from tools.result import Result
from tools.tool import tool


@tool(
    asks=[
        ("how good is the model now?", {}),
        ("evaluate run-2 on its test rows", {"run": "run-2"}),
        ("how does run-1 do on the dataset support_2024?", {"run": "run-1", "dataset": "support_2024"}),
        ("score run-3 on the validation split", {"run": "run-3", "split": "validation"}),
        ("did the fine-tuning help? compare with the untuned model", {}),
        ("test the newest run quickly, 100 rows are enough", {"rows": 100}),
        ("what accuracy do we get?", {}),
        ("is run-3 good enough for patients?", {"run": "run-3"}),
        ("show me which classes run-2 confuses", {"run": "run-2"}),
        ("I need numbers on the model's quality, F1 and so on", {}),
        ("is the trained one any better than the plain one", {}),
        ("how often is run-4 wrong", {"run": "run-4"}),
        ("grade run-1 on 50 rows of night_shift", {"run": "run-1", "dataset": "night_shift", "rows": 50}),
    ],
)
def evaluate_run(
    ws: Workspace,
    run: Run | None = None,
    dataset: Dataset | None = None,
    split: Literal["test", "validation", "train"] | None = None,
    rows: Annotated[int, Field(ge=1, le=5000)] = 1000,
    seed: Annotated[int, Field(ge=0, le=999_999)] = 0,
) -> Result:
    """Score a trained model on rows that it was not trained on, beside the untuned model.

    Args:
        run: The run to evaluate; the newest with weights if not given.
        dataset: Another dataset to test on; the run's own held-out rows if not given.
        split: The rows to test on; test if there are such rows, else validation.
        rows: The most rows to ask; more are sampled.
        seed: Of the sample and of the resampling.

    Example:
        >>> print(evaluate_run(trained, "run-1"))
        run-1 reaches macro F1 0...
    """
    found = usable(ws, run)
    report = evaluation(ws, found, dataset=dataset, split=split, rows=rows, seed=seed)
    result = Result.from_json(report.body["result"])
    note = report.body.get("misfit", "")
    told = replace(result, text=f"{result.text} {note}".rstrip(), files=[str(report.folder / PREDICTIONS)])
    return traced(told, report.id)
