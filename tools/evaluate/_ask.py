"""A user's own text, or one row, as the question that a run understands."""

from store import TrainingRun, Workspace
from store.engine import engine, fetch
from tools.data._format import format_of
from tools.evaluate._rows import Question, asked_of
from tools.tool import ToolError


def one_question(ws: Workspace, run: TrainingRun, text: str | None, row: int | None) -> Question:
    """The question to ask.

    Args:
        ws: The workspace.
        run: The run that is asked.
        text: The user's text; the instruction that training put before each text is put before it too.
        row: The `_row` of a row of the run's dataset, instead of a text.

    Raises:
        ToolError: Neither or both are given, or there is no such row.
    """
    if text is not None and text.strip():
        if row is not None:
            raise ToolError("Give a text or the number of a row, not both.")
        return _of_text(ws, run, text.strip())
    if row is None:
        raise ToolError("There is nothing to ask: give a text, or the number of a row.")
    return _of_row(ws, run, row)


def _of_text(ws: Workspace, run: TrainingRun, text: str) -> Question:
    if run.plan["task"] == "classify":
        return Question(0, [], text, "")
    found = format_of(ws, ws.datasets.version(run.dataset, run.version))
    instruction = found.instruction if found else ""
    asked = text if text.startswith(instruction) else f"{instruction}\n\n{text}"
    return Question(0, [{"role": "user", "content": asked if instruction else text}], text, "")


def _of_row(ws: Workspace, run: TrainingRun, row: int) -> Question:
    version = ws.datasets.version(run.dataset, run.version)
    with engine([version.path.parent], {"rows": version.path}) as connection:
        found = fetch(connection, "from rows where _row = ?", [row])
        known = fetch(connection, "select min(_row) as first, max(_row) as last from rows")[0]
    if not found:
        raise ToolError(f"{run.dataset} has no row {row}; its rows are {known['first']} to {known['last']}.")
    asked = asked_of(found[0], run.plan, version)
    if asked is None:
        raise ToolError(f"Row {row} of {run.dataset} has no text or no answer.")
    return asked
