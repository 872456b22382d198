"""Why a trained model answered as it did: the words that weighed most, and the training rows most like it."""

from typing import Annotated, Any

from pydantic import Field

from store import TrainingRun, Workspace
from tools.evaluate._ask import one_question
from tools.evaluate._runs import usable
from tools.kinds import Run
from tools.plot import Plot
from tools.result import Result, Table
from tools.tool import tool

WORDS_PLOTTED = 40
WORDS_NAMED = 3


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
        ("why not spam? the text was 'win a cruise'", {"text": "win a cruise"}),
    ],
)
def explain_prediction(
    ws: Workspace,
    run: Run | None = None,
    text: Annotated[str, Field(max_length=8000)] | None = None,
    row: Annotated[int, Field(ge=1, le=2**53)] | None = None,
) -> Result:
    """Show which words an answer leaned on, and the training rows most like the text.

    Args:
        run: The run to explain; the newest with weights if not given.
        text: The text to explain the answer to.
        row: A row of the run's dataset to explain instead.

    Example:
        >>> print(explain_prediction(trained, "run-1", "I want my money back"))
        run-1 answers "..." ... The weights ... say what this one answer leaned on; ...
    """
    found = usable(ws, run)
    assert found.model_folder
    one_question(ws, found, text, row)
    weights = (found.model_folder / "done.json").stat().st_mtime_ns
    job = ws.jobs.start(
        "explain", "tools.audit._explain_worker", {"run": found.id, "weights": weights, "text": text, "row": row}
    )
    told = ws.jobs.wait(job.id)
    result = _shown(found, told)
    body = {"explanation": told, "result": result.as_json()}
    ws.reports.save("explanation", body, run=found.id, dataset=found.dataset, version=found.version)
    return result


def _shown(run: TrainingRun, told: dict[str, Any]) -> Result:
    sure = f" ({told['chance']:.0%} sure)" if told["chance"] is not None else ""
    wanted = f' (the dataset says "{told["reference"]}")' if told["reference"] else ""
    sentences = [f'{run.id} answers "{told["answer"]}"{sure}{wanted}.', *_speaking(told["words"])]
    if told["nearest"]:
        first = told["nearest"][0]
        sentences.append(f'The training row most like it is row {first["row"]}, "{first["reference"]}".')
    sentences.append(
        f"The weights ({told['method']}) say what this one answer leaned on; they are estimates, and no reasons the "
        f"model could give."
    )
    table = Table(
        "Words and their weights", ("word", "weight"), [(word, f"{weight:+.3f}") for word, weight in told["words"]]
    )
    return Result(
        " ".join(sentences),
        tables=[table, *_neighbours(told)],
        plots=_plot(run.id, told),
        next=[f"try {run.id} on a text of mine", f"check {run.id} for bias", f"evaluate {run.id}"],
        data=told,
    )


def _speaking(words: list[tuple[str, float]]) -> list[str]:
    told: list[str] = []
    for sign, verb in ((1, "for"), (-1, "against")):
        order = sorted(words, key=lambda pair: -sign * pair[1])
        named = [f'"{word}" ({weight:+.2f})' for word, weight in order[:WORDS_NAMED] if sign * weight >= 0.005]
        if named:
            told.append(f"Speaking most {verb} it: {', '.join(named)}.")
    return told or ["No single word weighed much."]


def _neighbours(told: dict[str, Any]) -> list[Table]:
    rows = [(each["row"], each["text"], each["reference"], f"{each['likeness']:.2f}") for each in told["nearest"]]
    return [Table("Training rows most like it", ("row", "text", "answer", "likeness"), rows)] if rows else []


def _plot(run: str, told: dict[str, Any]) -> list[Plot]:
    strongest = sorted(told["words"], key=lambda pair: -abs(pair[1]))[:WORDS_PLOTTED]
    least = min((abs(weight) for _, weight in strongest), default=0.0)
    rows = [
        {"word": f"{place}. {word}", "weight": weight}
        for place, (word, weight) in enumerate(told["words"], 1)
        if abs(weight) >= least
    ][:WORDS_PLOTTED]
    return [Plot(f'What spoke for "{told["answer"][:60]}" in {run}', "bar", rows, "weight", "word")] if rows else []
