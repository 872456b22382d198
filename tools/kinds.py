"""The kinds of argument that name something in the workspace: the schema knows what exists."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, JsonValue

from store import NotFound, StoreError, Workspace

Dataset = Annotated[str, Field(json_schema_extra={"kind": "dataset"})]
Changed = Annotated[str, Field(json_schema_extra={"kind": "dataset", "changed": True})]
"""A dataset that was changed since it was loaded, where none that was not can be meant."""
Labelled = Annotated[str, Field(json_schema_extra={"kind": "dataset", "labelled": True})]
"""A dataset with what people said of its rows: a yes holds for exactly that."""
Column = Annotated[str, Field(json_schema_extra={"kind": "column"})]
Group = Annotated[str, Field(json_schema_extra={"kind": "column", "told_by_values": True})]
"""A column of groups, which people mean by naming the groups: "do men and women get the same answers?"."""
Run = Annotated[str, Field(json_schema_extra={"kind": "run"})]
Report = Annotated[str, Field(json_schema_extra={"kind": "report"})]
Fix = Annotated[str, Field(json_schema_extra={"kind": "fix"})]
BaseModel = Annotated[str, Field(json_schema_extra={"kind": "base_model"}, max_length=300)]
"""A name from the catalogue, a Hub id, or a folder or GGUF file."""
StartFrom = Annotated[str, Field(json_schema_extra={"kind": "base_model", "runs": True}, max_length=300)]
"""A base model, or a run of the project, to train it on."""
ServiceName = Annotated[str, Field(json_schema_extra={"kind": "service"})]
"""A service of the project, whether it is answering now or not."""
NewService = Annotated[str, Field(json_schema_extra={"may_be": "service"})]
"""A service of the project, or the name of a new one."""
Source = Annotated[str, Field(json_schema_extra={"kind": "source"}, max_length=1000)]
"""An uploaded file's name, a path, or a Hub dataset id."""


def called(**words: str) -> Any:
    """For a choice: the words by which people mean each value, such as `messages="chat conversation"`."""
    lists: dict[str, JsonValue] = {value: list[JsonValue](its.split()) for value, its in words.items()}
    return Field(json_schema_extra={"called": lists})


def near(words: str, **means: float) -> Any:
    """For a number: the words that stand beside it when people say it, and words that mean a value by themselves.

    Such as `near("share", double=1)`, where to double is to add as much again.
    """
    return Field(json_schema_extra={"near": list[JsonValue](words.split()), "means": dict[str, JsonValue](means)})


def counting(words: str = "") -> Any:
    """For a number that counts what a message counts, by whatever noun: rows, or those who have them.

    The words are those that stand beside it, as for `near`.
    """
    return Field(json_schema_extra={"near": list[JsonValue](words.split()), "means": {}, "counts": True})


def _columns(ws: Workspace, dataset: str | None) -> list[str]:
    names = [dataset] if dataset in ws.datasets.names() else ws.datasets.names()
    return list(dict.fromkeys(column for name in names if name for column in ws.datasets.head(name).columns))


KNOWN: dict[str, Callable[[Workspace, str | None], list[str]]] = {
    "dataset": lambda ws, _: ws.datasets.names(),
    "column": _columns,
    "run": lambda ws, _: [*ws.runs.names(), *ws.runs.named()],
    "report": lambda ws, _: ws.reports.names(),
    "service": lambda ws, _: [service.name for service in ws.services.all()],
    "fix": lambda ws, dataset: [fix.id for fix in ws.fixes.all(dataset, state="open")],
}
"""What exists of the closed kinds; base_model and source stay open, since the world is larger than the workspace."""


def with_what_exists(schema: dict[str, Any], ws: Workspace) -> dict[str, Any]:
    """The schema with an enum for every argument of a closed kind."""

    def filled(part: Any) -> Any:
        if isinstance(part, list):
            return [filled(item) for item in part]  # pyright: ignore[reportUnknownVariableType]
        if not isinstance(part, dict):
            return part
        copy: dict[str, Any] = {key: filled(value) for key, value in part.items()}  # pyright: ignore[reportUnknownVariableType]
        if isinstance(kind := copy.get("kind"), str) and kind in KNOWN:
            copy["enum"] = KNOWN[kind](ws, None)
        if isinstance(kind := copy.get("may_be"), str):
            copy["there"] = KNOWN[kind](ws, None)
        return copy

    return filled(schema)


def named(schema: dict[str, Any], values: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """(kind, argument, value) for each value given that names something; lists give one each."""
    for argument, part in schema.get("properties", {}).items():
        kind = _kind(part)
        value = values.get(argument)
        if kind and value is not None:
            for one in value if isinstance(value, list) else [value]:  # pyright: ignore[reportUnknownVariableType]
                yield kind, argument, str(one)  # pyright: ignore[reportUnknownArgumentType]


def by_id(schema: dict[str, Any], values: dict[str, Any], ws: Workspace) -> dict[str, Any]:
    """The values with a run that is called by its name called by its id; base models are runs too, to go on from."""
    called = {argument for kind, argument, _ in named(schema, values) if kind in ("run", "base_model")}

    def known(value: Any) -> Any:
        if isinstance(value, list):
            return [known(one) for one in value]  # pyright: ignore[reportUnknownVariableType]
        return ws.runs.id_of(value) if isinstance(value, str) else value

    return {name: known(value) if name in called else value for name, value in values.items()}


def check(schema: dict[str, Any], values: dict[str, Any], ws: Workspace) -> None:
    """Every name given must exist.

    Raises:
        NotFound: One does not; the message lists those that do.
    """
    dataset = next((value for kind, _, value in named(schema, values) if kind == "dataset"), None)
    for kind, _, value in named(schema, values):
        if kind == "base_model" and ws.shared:
            _check_own(ws, value)
        known = KNOWN[kind](ws, dataset) if kind in KNOWN else [value]
        if value in known:
            continue
        if kind == "fix":
            ws.fixes.get(value)  # a fix that is no longer open: the tool says what became of it
        else:
            if kind == "run" and (gone := ws.runs.deleted(value)):
                raise StoreError(
                    f"{gone.id} was deleted on {gone.deleted_at} UTC. `tunewright run {gone.folder / 'recipe.yaml'}` "
                    "trains it again."
                )
            raise NotFound(kind, value, known, "Load a file to make one." if kind == "dataset" and not known else "")


def _check_own(ws: Workspace, base_model: str) -> None:
    """Where others have workspaces too, no folder or file outside one's own can be named.

    Raises:
        StoreError: This one lies elsewhere.
    """
    path = Path(base_model).expanduser()
    names_a_file = path.is_absolute() or base_model.startswith((".", "~")) or path.exists()
    if names_a_file and not path.resolve().is_relative_to(ws.home):
        raise StoreError(
            f"{base_model!r} lies outside your workspace, and others have theirs on this machine. Name a model of the "
            "catalogue, one of the Hub as owner/name, or a run of yours."
        )


def depends_on(schema: dict[str, Any], values: dict[str, Any], ws: Workspace) -> dict[str, Any]:
    """The state of what the arguments name: a yes holds only while this stays the same."""
    state: dict[str, Any] = {}
    for kind, _, value in named(schema, values):
        match kind:
            case "dataset":
                state[f"dataset {value}"] = ws.datasets.head(value).number
            case "fix":
                fix = ws.fixes.get(value)
                state[value] = [fix.payload_hash, fix.state, fix.draft.as_json()]
            case "run":
                state[value] = ws.runs.get(value).state
            case "service" if value in KNOWN["service"](ws, None):
                state[f"service {value}"] = ws.services.get(value).version
            case "base_model" if value in ws.runs.names():
                state[value] = ws.runs.get(value).state
            case _:
                pass
    for name, part in schema.get("properties", {}).items():
        if part.get("labelled"):
            state[f"labels of {values[name]}"] = ws.labellings.state(values[name])
    if any(_kind(part) == "fix" and not values.get(name) for name, part in schema.get("properties", {}).items()):
        opened = ws.fixes.all(state="open")  # none named: all of them
        state["fixes"] = [[fix.id, fix.payload_hash, fix.draft.as_json()] for fix in opened]
    return state


def _kind(part: dict[str, Any]) -> str | None:
    if isinstance(kind := part.get("kind"), str):
        return kind
    for inner in ([part["items"]] if "items" in part else []) + part.get("anyOf", []):
        if found := _kind(inner):
            return found
    return None
