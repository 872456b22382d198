"""One text, answered by the tuned and the untuned model side by side."""

from typing import Annotated, Any

from pydantic import Field

from store import TrainingRun, Workspace
from tools.evaluate._ask import one_question
from tools.evaluate._runs import refuse_if_silent, usable
from tools.evaluate._show import cut_short
from tools.kinds import Run
from tools.plot import Plot
from tools.result import Result, Table
from tools.tool import tool

LABELS_SHOWN = 10


@tool(
    asks=[
        (
            "what does run-1 say to: my parcel never came",
            {"run": "run-1", "text": "my parcel never came"},
        ),
        ("try the model on 'Can I get a refund?'", {"text": "Can I get a refund?"}),
        ("show me tuned and untuned answers for row 17", {"row": 17}),
        ("ask run-2: which form do I need for parental leave", {
            "run": "run-2",
            "text": "which form do I need for parental leave",
        }),
        ("let me talk to run-3: where do I park?", {"run": "run-3", "text": "where do I park?"}),
        ("what would it reply to 'the nurse never came back'", {"text": "the nurse never came back"}),
        ("type this in: invoice paid twice", {"text": "invoice paid twice"}),
        ("give the model an example: is this clause binding?", {"text": "is this clause binding?"}),
        ("which label gets 'screen flickers since monday'", {"text": "screen flickers since monday"}),
        ("run row 230 through both", {"row": 230}),
        ("classify 'I would like to cancel' with run-2", {"run": "run-2", "text": "I would like to cancel"}),
        ("say hello to run-1", {"run": "run-1", "text": "hello"}),
    ],
)  # fmt: skip
def try_run(
    ws: Workspace,
    run: Run | None = None,
    text: Annotated[str, Field(max_length=8000)] | None = None,
    row: Annotated[int, Field(ge=1, le=2**53)] | None = None,
) -> Result:
    """Ask the tuned and the untuned model the same and show both answers.

    Args:
        run: The run to try; the newest with weights if not given.
        text: What to ask, in the user's words.
        row: A row of the run's dataset to ask instead.

    Example:
        >>> print(try_run(trained, "run-1", "I want my money back"))
        run-1 answers "..." ... the untuned model ...
    """
    found = usable(ws, run)
    assert found.model_folder
    refuse_if_silent(found, "asked")
    one_question(ws, found, text, row)
    weights = (found.model_folder / "done.json").stat().st_mtime_ns
    job = ws.jobs.start(
        "try", "tools.evaluate._trial_worker", {"run": found.id, "weights": weights, "text": text, "row": row}
    )
    told = ws.jobs.wait(job.id)
    result = _shown(found, told)
    body = {"trial": told, "result": result.as_json()}
    ws.reports.save("trial", body, run=found.id, dataset=found.dataset, version=found.version)
    return result


def _shown(run: TrainingRun, told: dict[str, Any]) -> Result:
    said = {side: _said(told[side]) for side in ("tuned", "untuned")}
    same = " too" if told["tuned"]["text"] == told["untuned"]["text"] else ""
    text = f"{run.id} answers {said['tuned']}; the untuned model {said['untuned']}{same}."
    if told["reference"]:
        text += f' The dataset says "{told["reference"]}".'
    if told["cut"]:
        text += f" {cut_short(1, run.plan['task'])}"
    rows = [
        (who, told[side]["text"], f"{told[side]['seconds']:.2f}")
        for who, side in ((run.id, "tuned"), ("untuned", "untuned"))
    ]
    return Result(
        text,
        tables=[Table("Side by side", ("model", "answer", "seconds"), rows)],
        plots=[_chances(run.id, told)] if told["tuned"]["chances"] else [],
        next=[f"why did {run.id} answer that?", f"evaluate {run.id}"],
        data=told,
    )


def _said(answer: dict[str, Any]) -> str:
    sure = f" ({answer['chances'][answer['text']]:.0%} sure)" if answer["chances"] else ""
    return f'"{answer["text"]}"{sure}'


def _chances(run: str, told: dict[str, Any]) -> Plot:
    chances = told["tuned"]["chances"]
    labels = sorted(chances, key=lambda label: -max(chances[label], told["untuned"]["chances"][label]))[:LABELS_SHOWN]
    rows = [
        {"label": label, "probability": told[side]["chances"][label], "model": who}
        for label in labels
        for who, side in ((run, "tuned"), ("untuned", "untuned"))
    ]
    return Plot("How likely each label is", "bar", rows, "probability", "label", "model")
