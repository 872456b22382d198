"""Why a trained model answered as it did: the words that weighed most, and the training rows most like it."""

from typing import Annotated

from pydantic import Field

from store import Workspace
from tools.audit._explain_show import shown
from tools.audit._labels import label_of
from tools.evaluate._ask import one_question
from tools.evaluate._runs import refuse_if_silent, usable
from tools.kinds import Run
from tools.result import Result
from tools.tool import tool


@tool(
    asks=[
        ("why did run-1 answer row 12 as it did?", {"run": "run-1", "row": 12}),
        ("explain the answer to 'the screen arrived cracked'", {"text": "the screen arrived cracked"}),
        ("which words made run-2 say refund for row 40", {"run": "run-2", "row": 40}),
        ("what training rows is 'cancel my plan' like, and why the label?", {"text": "cancel my plan"}),
        ("how did it come to that verdict on row 7", {"row": 7}),
        ("what made run-3 think 'please call me back' is urgent?", {"run": "run-3", "text": "please call me back"}),
        ("I don't understand the answer for row 51", {"row": 51}),
        ("show me the evidence behind run-1's label of row 9", {"run": "run-1", "row": 9}),
        ("highlight what mattered in 'the knee is swollen'", {"text": "the knee is swollen"}),
        ("where did the model get that from for row 66?", {"row": 66}),
        ("is it the name in row 30 that decides, in run-2?", {"run": "run-2", "row": 30}),
        ("give reasons for what it said to 'contract void since May'", {"text": "contract void since May"}),
        ("why not spam? the text was 'win a cruise'", {"text": "win a cruise", "instead": "spam"}),
        ("what would have to change in row 23 for another answer?", {"row": 23}),
    ],
)
def explain_prediction(
    ws: Workspace,
    run: Run | None = None,
    text: Annotated[str, Field(max_length=8000)] | None = None,
    row: Annotated[int, Field(ge=1, le=2**53)] | None = None,
    instead: Annotated[str, Field(max_length=200)] | None = None,
) -> Result:
    """Show which words an answer leaned on, what would have changed it, and the training rows most like the text.

    Args:
        run: The run to explain; the newest with weights if not given.
        text: The text to explain the answer to.
        row: A row of the run's dataset to explain instead.
        instead: The label it could have given instead.

    Example:
        >>> print(explain_prediction(trained, "run-1", "I want my money back"))
        run-1 answers "..." ... The weights ... say what this one answer leaned on; ...
    """
    found = usable(ws, run)
    assert found.model_folder
    refuse_if_silent(found, "explained")
    one_question(ws, found, text, row)
    other = label_of(found, instead) if instead else None
    weights = (found.model_folder / "done.json").stat().st_mtime_ns
    task = {"run": found.id, "weights": weights, "text": text, "row": row, "instead": other}
    told = ws.jobs.wait(ws.jobs.start("explain", "tools.audit._explain_worker", task).id)
    result = shown(found.id, told)
    body = {"explanation": told, "result": result.as_json()}
    ws.reports.save("explanation", body, run=found.id, dataset=found.dataset, version=found.version)
    return result
