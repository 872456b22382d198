"""The rows of any dataset in the columns that a run was trained with."""

from store import TrainingRun, Version, Workspace
from store.engine import literal, quoted
from tools.data._format import format_of
from tools.tool import ToolError


def source(ws: Workspace, run: TrainingRun, version: Version, view: str) -> str:
    """SQL for the rows of a view in the run's columns.

    A dataset that has a text and a label but was never formatted is put in the shape that training used.

    Args:
        ws: The workspace.
        run: The run.
        version: What the view shows.
        view: Its name.

    Raises:
        ToolError: Columns are missing and cannot be made.
    """
    missing = [column for column in _needed(run) if column not in version.columns]
    if not missing:
        return view
    if run.plan["task"] == "pretrain" and (other := version.column("text")):
        return f"(select *, {quoted(other)} as {quoted(missing[0])} from {view})"
    if run.plan["task"] in ("tag", "dpo", "pretrain"):
        raise ToolError(
            f"{version.dataset} has no column {' and no column '.join(missing)}, which {run.id} was trained with. Test "
            f"it on {run.dataset}, or on a dataset with such columns."
        )
    text, label = version.column("text"), version.column("label") or version.column("completion")
    if text is None or label is None:
        raise ToolError(
            f"{version.dataset} has no column {' and no column '.join(missing)}, which {run.id} was trained with, and "
            f"no text and label to make them from. Format {version.dataset} first, or test on {run.dataset}."
        )
    made = _made(ws, run, quoted(text), quoted(label))
    columns = ", ".join(f"{made[column]} as {quoted(column)}" for column in missing)
    return f"(select *, {columns} from {view})"


def _needed(run: TrainingRun) -> list[str]:
    plan = run.plan
    match plan["task"]:
        case "classify":
            return [plan["text"], plan["label"]]
        case "tag":
            return [plan["tokens"], plan["tags"]] if plan["tokens"] else [plan["text"], plan["spans"]]
        case "pretrain":
            return [plan["text"]]
        case _:
            asked = [plan["messages"]] if plan.get("messages") else [plan["prompt"], plan["completion"]]
            return [column for column in [*asked, plan.get("rejected")] if column]


def _made(ws: Workspace, run: TrainingRun, text: str, label: str) -> dict[str, str]:
    """SQL by column, as `format_dataset` writes it."""
    plan = run.plan
    if plan["task"] == "classify":
        return {plan["text"]: text, plan["label"]: label}
    found = format_of(ws, ws.datasets.version(run.dataset, run.version))
    instruction = found.instruction if found else ""
    asked, answer = (f"nullif(trim(cast({column} as varchar)), '')" for column in (text, label))
    asked = f"{literal(instruction + chr(10) * 2)} || {asked}" if instruction else asked
    if plan.get("messages"):
        turns = f"[{{'role': 'user', 'content': {asked}}}, {{'role': 'assistant', 'content': {answer}}}]"
        return {plan["messages"]: f"case when {answer} is not null then {turns} end"}
    return {plan["prompt"]: asked, plan["completion"]: answer}
