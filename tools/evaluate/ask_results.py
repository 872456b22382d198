"""A question about results that are there already, answered from the evaluations that were kept."""

from dataclasses import replace
from typing import Annotated

from pydantic import Field

from store import Workspace
from tools.evaluate import _replies, _replies_rows
from tools.evaluate._question import Question, read
from tools.evaluate._stored import Stored, evaluations
from tools.kinds import Run
from tools.result import Result
from tools.tool import ToolError, tool
from tools.words import listed

NAMED = 12
Words = Annotated[str, Field(max_length=500)]


@tool(
    asks=[
        ("where does it fail?", {"question": "where does it fail?"}),
        ("is refund getting better?", {"question": "is refund getting better?"}),
        ("which label is worst in run-2?", {"question": "which label is worst in run-2?", "run": "run-2"}),
        ("show me the refunds it took for delivery", {"question": "show me the refunds it took for delivery"}),
        ("how sure is it when it is wrong?", {"question": "how sure is it when it is wrong?"}),
        (
            "did it get better since run-1 on short messages?",
            {"question": "did it get better since run-1 on short messages?", "run": "run-1"},
        ),
        ("in which slices is run-3 worse?", {"question": "in which slices is run-3 worse?", "run": "run-3"}),
        (
            "from the last evaluation, list the billing mistakes",
            {"question": "from the last evaluation, list the billing mistakes"},
        ),
        ("does it do worse on long texts or in German?", {"question": "does it do worse on long texts or in German?"}),
        ("which categories have improved over the runs", {"question": "which categories have improved over the runs"}),
        ("what does run-2 mix up with urgent?", {"question": "what does run-2 mix up with urgent?", "run": "run-2"}),
        ("is it overconfident in its errors", {"question": "is it overconfident in its errors"}),
    ],
)
def ask_results(ws: Workspace, question: Words, run: Run | None = None) -> Result:
    """Answer a question about the results of evaluations: where it fails, labels, groups of rows, over time.

    Args:
        question: What the user wants to know, in their words.
        run: The run that is asked about; the newest that was evaluated if none is named.

    Example:
        >>> print(ask_results(ws, "where does it fail?"))
        Nothing has been evaluated yet, and nothing has been trained. Train a model first.
    """
    there = evaluations(ws)
    if not there:
        return _none(ws)
    asked = _read(question, there)
    named = asked.runs or ((run,) if run else ())
    if missing := [name for name in named if name not in {one.run for one in there}]:
        return _not_evaluated(ws, missing[0], there)
    one = _meant(asked, named, there)
    if asked.unknown and one.closed:
        raise ToolError(_unknown(asked.unknown, one))
    result = _over_time(ws, one, named, there, asked) if asked.about == "trend" else _about(one, asked)
    note = {"report": one.report.id, "run": one.run, "about": asked.about, "labels": list(asked.labels)}
    return replace(result, next=result.next or _next(one, asked), data=note | {"groups": list(asked.groups)})


def _read(question: str, there: list[Stored]) -> Question:
    labels = list(dict.fromkeys(label for one in there for label in one.labels))
    groups = list(dict.fromkeys(group for one in there for group in one.groups))
    return read(question, labels, groups)


def _meant(asked: Question, named: tuple[str, ...], there: list[Stored]) -> Stored:
    """The evaluation that is asked about: of the run named, else the newest; over time the last of those named."""
    if asked.about == "trend":
        later = [one for one in there if one.run in named] if len(named) > 1 else []
        return later[-1] if later else there[-1]
    return next((one for one in reversed(there) if one.run in named), there[-1])


def _about(one: Stored, asked: Question) -> Result:
    if asked.labels and (gone := [label for label in asked.labels if label not in one.labels]):
        raise ToolError(_unknown(gone[0], one))
    if one.closed and asked.about in ("label", "labels", "confusion"):
        return _of_labels(one, asked)
    match asked.about:
        case "mistakes":
            return _replies_rows.mistakes(one, asked)
        case "confidence":
            return _replies_rows.confidence(one, asked)
        case "groups" | "length":
            return _replies.groups(one, asked)
        case "untuned":
            return _replies.untuned(one)
        case "scores":
            return _replies.scores(one)
        case _:
            return _replies.failures(one)


def _of_labels(one: Stored, asked: Question) -> Result:
    if asked.about == "labels":
        return _replies.labels(one)
    if len(asked.labels) > 1:
        return _replies_rows.mistakes(one, asked)
    return _replies.label(one, asked.labels[0]) if asked.labels else _replies_rows.confused(one)


def _over_time(ws: Workspace, last: Stored, named: tuple[str, ...], there: list[Stored], asked: Question) -> Result:
    """The course of a score; where one run alone was evaluated, that is said."""
    alike = [one for one in there if one.closed == last.closed and one.run != last.run]
    same = [one for one in alike if one.report.dataset == last.report.dataset] or alike
    since = [one for one in same if one.run in named and one.run != last.run]
    if not same:
        others = [name for name in ws.runs.names() if name != last.run and ws.runs.get(name).model_folder]
        told = _replies.untuned(last)
        text = f"Only {last.run} has been evaluated, so there is no course over time yet. {told.text}"
        return replace(told, text=text, next=[f"evaluate {name}" for name in others[-2:]])
    from tools.evaluate._trend import by_label, trend  # noqa: PLC0415 - slow to import

    first = (since or same)[0]
    if asked.per_label and last.closed and not asked.labels:
        return by_label(first, last)
    shown = [one for one in there if one in same or one is last]
    shown.sort(key=lambda one: one is last)
    return trend(shown, first, asked)


def _unknown(word: str, one: Stored) -> str:
    more = f" and {len(one.labels) - NAMED} more" if len(one.labels) > NAMED else ""
    labels = ", ".join(one.labels[:NAMED]) + more
    return f"There is no label {word} in the evaluation of {one.run}. Its labels: {labels}."


def _none(ws: Workspace) -> Result:
    ready = [name for name in ws.runs.names() if ws.runs.get(name).model_folder]
    if ready:
        text = f"{ready[-1]} has not been evaluated yet, so there are no results to ask about. Evaluate it first."
        return Result(text, next=[f"evaluate {ready[-1]}"])
    text = "Nothing has been evaluated yet, and nothing has been trained. Train a model first."
    return Result(text, next=[f"plan a training on {name}" for name in ws.datasets.names()[-1:]])


def _not_evaluated(ws: Workspace, name: str, there: list[Stored]) -> Result:
    known = listed(dict.fromkeys(one.run for one in there))
    if name not in ws.runs.names():
        raise ToolError(f"There is no {name}. Evaluated so far: {known}.")
    return Result(f"{name} has not been evaluated yet; evaluated so far: {known}.", next=[f"evaluate {name}"])


def _next(one: Stored, asked: Question) -> list[str]:
    wrong = one.body["mistakes"]
    why = [f"why did {one.run} answer row {wrong[0]['row']} as it did?"] if wrong else []
    ways = {
        "failures": f"where does {one.run} fail?",
        "groups": f"in which slices is {one.run} worse?",
        "confidence": f"how sure is {one.run} when it is wrong?",
        "trend": "is it getting better from run to run?",
    }
    return [*(way for about, way in ways.items() if about != asked.about), *why]
