"""Which task a dataset is for: as the user says, or as its columns show."""

from store import Version, Workspace
from tools.data._format import Format
from tools.tool import ToolError
from tools.train._columns import has_tags, rejected_column
from tools.train._wishes import Reward, Setting, Task
from tools.train.tasks import TASKS


def task_for(
    ws: Workspace, version: Version, format_: Format | None, wish: Task | None, reward: Reward | None
) -> tuple[Task, Setting]:
    """The task and why it is this one.

    Raises:
        ToolError: A reward is named for a task that has none, or the data is for none; the message says what to do.
    """
    if reward and wish not in (None, "grpo"):
        raise ToolError(f"A reward belongs to the task grpo, and not to {wish}. Leave one of them out.")
    if wish:
        return _chosen(wish, "you asked for it", "")
    if reward:
        return _chosen("grpo", "you named a reward", TASKS["grpo"].instead)
    return _by_columns(ws, version, format_)


def _by_columns(ws: Workspace, version: Version, format_: Format | None) -> tuple[Task, Setting]:
    labelled = version.column("text") and version.column("label")
    if rejected_column(version) and (format_ or version.column("prompt")):
        return _chosen("dpo", "each row has a better and a worse answer", TASKS["dpo"].instead)
    if format_ and (version.column("completion") or version.column("messages")):
        why = f"{version.dataset} is formatted: the model learns to write the answer"
        return _chosen("generate", why, TASKS["generate"].instead if labelled else "")
    if has_tags(version):
        return _chosen("tag", "its words or spans are tagged", "")
    if labelled:
        goal = ws.goals.get()
        why = "the goal is to classify" if goal and goal.task == "classify" else "it has a text and a label"
        return _chosen("classify", why, TASKS["classify"].instead)
    if version.column("text"):
        return _chosen("pretrain", "it is plain text, without answers or labels", TASKS["pretrain"].instead)
    raise ToolError(
        f"{version.dataset} is not ready for training: it has no prompt and completion, and no text with a label. "
        "Format it first."
    )


def _chosen(task: Task, why: str, instead: str) -> tuple[Task, Setting]:
    return task, Setting("task", task, why, instead)
