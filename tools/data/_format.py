"""How the rows of a dataset become what a model reads: the shape that `format_dataset` saved, found again later."""

from dataclasses import dataclass
from typing import Any, Literal

from store import Version, Workspace
from store.engine import quoted

Style = Literal["pairs", "messages", "classification", "preference"]


@dataclass(frozen=True)
class Format:
    """The columns that hold the model's input and answer, and where they came from.

    Attributes:
        style: pairs (`prompt` and `completion` name columns), messages (`messages` names a column), or preference,
            which is trained as pairs of prompt and better answer.
        prompt: Column with what the user says.
        completion: Column with what the model shall answer.
        messages: Column with whole conversations, STRUCT(role VARCHAR, content VARCHAR)[].
        text: Column that the prompt was made from, if it was made here.
        label: Column that the answer was made from.
        instruction: What was written before each text, or empty.
        labels: The closed set of answers, if the answer is a label.
    """

    style: Style
    prompt: str | None = None
    completion: str | None = None
    messages: str | None = None
    text: str | None = None
    label: str | None = None
    instruction: str = ""
    labels: list[str] | None = None


def format_of(ws: Workspace, version: Version) -> Format | None:
    """How a version is formatted: by the latest `format_dataset` among it and its parents, else by its columns' roles.

    A file that came with prompt and completion columns, or with messages, counts as formatted.

    Returns:
        None if the version still has to be formatted.
    """
    at: Version | None = version
    while at is not None:
        if at.recipe.get("tool") == "format_dataset" and (found := _of_recipe(at.recipe, version)):
            return found
        at = ws.datasets.version(at.dataset, at.parent) if at.parent is not None else None
    return _of_roles(version)


def input_of(version: Version) -> str | None:
    """SQL for what a row asks: its text or prompt, with the context that belongs to it; None if nothing reads as text.

    An instruction that comes with different inputs is not the same question.
    """
    column = version.column("text") or version.column("prompt") or version.column("messages")
    if column is None:
        return None
    text = f"cast({quoted(column)} as varchar)"
    context = version.column("context")
    return f"concat_ws(chr(10), {text}, {quoted(context)})" if context else text


def _of_recipe(recipe: dict[str, Any], version: Version) -> Format | None:
    kept = {key: recipe.get(key) for key in ("text", "label", "labels")}
    instruction = str(recipe.get("instruction") or "")
    if recipe["style"] == "preference" and {"prompt", "chosen"} <= version.columns.keys():
        return Format("preference", prompt="prompt", completion="chosen", instruction=instruction, **kept)
    if recipe["style"] == "messages" and "messages" in version.columns:
        return Format("messages", messages="messages", instruction=instruction, **kept)
    if recipe["style"] == "pairs" and {"prompt", "completion"} <= version.columns.keys():
        return Format("pairs", prompt="prompt", completion="completion", instruction=instruction, **kept)
    return None


def _of_roles(version: Version) -> Format | None:
    if messages := version.column("messages"):
        return Format("messages", messages=messages)
    prompt, completion = version.column("prompt"), version.column("completion")
    if prompt and completion and version.column("context") is None:
        return Format("pairs", prompt=prompt, completion=completion, text=prompt)
    return None
