"""People compare the answers of two models without knowing whose they are."""

from typing import Annotated, Literal

from pydantic import Field

from store import Workspace
from store.blind_tests import BlindTest
from tools.evaluate._blind_desk import finished
from tools.evaluate._blind_show import shown, state
from tools.evaluate._sides import Sides, Unasked, sides
from tools.kinds import Dataset, Run, called, counting
from tools.result import Result
from tools.tool import ToolError, tool

MOST = 500
Step = Annotated[
    Literal["go_on", "end", "begin_anew"],
    called(
        end="end ended finish reveal unblind unmask result results",
        begin_anew="anew afresh fresh restart",
    ),
]


@tool(
    asks=[
        ("let me compare the answers of run-1 and the untuned model blind", {"run": "run-1"}),
        ("blind test run-2 against run-1", {"run": "run-2", "other": "run-1"}),
        ("set up a blind comparison of run-3 and run-4 with 40 rows", {"run": "run-3", "other": "run-4", "rows": 40}),
        ("I want to judge the answers myself without knowing which model wrote them", {}),
        ("my colleagues should vote between the answers of run-5 and run-2", {"run": "run-5", "other": "run-2"}),
        ("do people prefer the tuned answers to the untuned ones", {}),
        ("a taste test of run-6 and run-1, names hidden", {"run": "run-6", "other": "run-1"}),
        ("go on with the blind test of run-3", {"run": "run-3"}),
        ("end the blind test of run-1 and show the result", {"run": "run-1", "step": "end"}),
        ("whose answers did people like better, show the result", {"step": "end"}),
        ("begin the blind test of run-2 afresh", {"run": "run-2", "step": "begin_anew"}),
        ("human preference of run-4 over the base on the dataset letters", {"run": "run-4", "dataset": "letters"}),
    ],
)
def blind_test(
    ws: Workspace,
    run: Run | None = None,
    other: Run | None = None,
    dataset: Dataset | None = None,
    rows: Annotated[int, Field(ge=1, le=MOST), counting("pair pairs")] = 30,
    seed: Annotated[int, Field(ge=0, le=999_999)] = 0,
    step: Step = "go_on",
) -> Result:
    """Have people choose between two models' answers, names hidden, and say what their choices show.

    The answers are those of an evaluation. Only what people choose is kept.

    Args:
        run: A run; the one evaluated last if not given.
        other: Another run; the untuned model of the first if not given.
        dataset: The dataset that both were tested on; that of the newest evaluation if not given.
        rows: The most pairs to judge; of more that differ, so many are drawn.
        seed: Of the draw, and of which answer stands first.
        step: go_on opens it, or shows the result if it has ended; end shows the names and takes no more choices;
            begin_anew draws new pairs beside what was judged before.

    Example:
        >>> blind_test(trained, "run-1", "run-1")
        Traceback (most recent call last):
        ...
        tools.tool.ToolError: run-1 cannot be compared with itself. Name another run, or none for the untuned model.
    """
    if step == "end":
        return _end(ws, run, other, dataset)
    found = sides(ws, run, other, dataset)
    if isinstance(found, Unasked):
        return Result(str(found), next=found.next)
    old = ws.blind_tests.of(found.one, found.other, found.dataset)
    if old and step == "go_on" and (old.ended or ws.blind_tests.standing(old.number)):
        return _as_it_is(ws, old)
    return _begun(ws, found, rows, seed + (old.number if old and step == "begin_anew" else 0))


def _begun(ws: Workspace, found: Sides, rows: int, seed: int) -> Result:
    pairs = found.drawn(rows, seed)
    if not pairs:
        one, other = found.names
        raise ToolError(
            f"{one} and {other} answer the same on all {len(found.pairs):,} rows of {found.dataset}: there is nothing"
            " to choose between. Compare other runs, or test them on other rows."
        )
    planned = BlindTest(
        found.one,
        found.other,
        found.dataset,
        found.version,
        seed,
        rows=len(found.pairs),
        same=len(found.pairs) - len(found.differing),
        answers=found.answers,
        reports=found.reports,
    )
    return state(ws.blind_tests.begin(planned, pairs), [])


def _as_it_is(ws: Workspace, test: BlindTest) -> Result:
    """The result if it has ended, or if everybody has judged everything; else it is opened again."""
    standing = ws.blind_tests.standing(test.number)
    if not test.ended and finished(test, standing):
        test = ws.blind_tests.end(test.number)
    if test.ended:
        return shown(test, ws.blind_tests.pairs(test.number), standing)
    return state(ws.blind_tests.reopen(test.number), standing)


def _end(ws: Workspace, run: str | None, other: str | None, dataset: str | None) -> Result:
    newest = ws.blind_tests.newest()
    test = ws.blind_tests.of(run, other or "", dataset) if run else newest
    if test is None and run and other:
        test = ws.blind_tests.of(other, run, dataset)
    if test is None or not ws.blind_tests.standing(test.number):
        raise ToolError("No pair was judged yet, so there is no result. Say whose answers to compare blind.")
    return _as_it_is(ws, ws.blind_tests.end(test.number))
