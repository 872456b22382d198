"""Stop a service, start it again, or say who may ask it."""

from typing import Annotated, Any, Literal

from pydantic import Field

from store import Workspace
from store.services import Service, ServiceKey
from tools.deploy._connecting import write_files
from tools.deploy._deployed import state_of, until_it_answers, until_it_ended
from tools.deploy._key_files import new_key
from tools.kinds import ServiceName, called, near
from tools.result import Result, Table
from tools.tool import ToolError, tool
from tools.words import counted, some_of

Change = Annotated[
    Literal["stop", "start", "new_key", "end_key"],
    called(
        stop="stop end halt undeploy shutdown shut down offline off pause remove kill terminate retire",
        start="start restart again resume on online up",
        new_key="new make create issue give another add mint generate",
        end_key="revoke withdraw invalidate cancel block lock delete",
    ),
]
KeyName = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f]+$", max_length=60)]
Often = Annotated[int, Field(ge=1, le=1_000_000), near("requests calls questions minute")]
Tokens = Annotated[int, Field(ge=1, le=1_000_000_000), near("tokens day daily")]


@tool(
    effect="publishes",
    asks=[
        ("stop serving", {"change": "stop"}),
        ("take the endpoint offline", {"change": "stop"}),
        ("shut the API down", {"change": "stop"}),
        ("start the service again", {"change": "start"}),
        ("bring the stopped endpoint back online", {"change": "start"}),
        ("make an API key for the ward", {"change": "new_key", "key": "the ward"}),
        (
            "create a key called billing with 60 requests a minute",
            {"change": "new_key", "key": "billing", "requests_a_minute": 60},
        ),
        (
            "a new API key for the interns, at most 10000 tokens a day",
            {"change": "new_key", "key": "the interns", "tokens_a_day": 10000},
        ),
        ("revoke the API key of the ward", {"change": "end_key", "key": "the ward"}),
        ("the key billing leaked, block it", {"change": "end_key", "key": "billing"}),
        ("nobody should be able to call the model any more", {"change": "stop"}),
    ],
)
def change_service(
    ws: Workspace,
    change: Change,
    service: ServiceName | None = None,
    key: KeyName | None = None,
    requests_a_minute: Often | None = None,
    tokens_a_day: Tokens | None = None,
) -> Result:
    """Stop a served model or start it again, or make and revoke the API keys by which programs may ask it.

    Args:
        change: stop it; start it again as it was; new_key, make a key; end_key, revoke one.
        service: Which service; the only one if not given.
        key: What the key is called: who is to use it.
        requests_a_minute: How often the new key may ask.
        tokens_a_day: How many tokens the new key may use in a day, read and written.

    Example:
        >>> print(change_service.show_first(ws, {"change": "stop"}))
        Traceback (most recent call last):
        tools.tool.ToolError: Nothing is served here yet. Deploy a run first.
    """
    found = _service(ws, service, change)
    match change:
        case "stop":
            ws.services.end(found.name)
            until_it_ended(ws, found.name)
            return Result(
                f"{found.name} answers no more. What was asked and answered is kept, and so are its keys.",
                next=[f"start {found.name} again"],
            )
        case "start":
            ws.services.set(found.name, found.models, found.settings)
            state = until_it_answers(ws, found.name)
            write_files(ws, state.service)
            return Result(f"{found.name} answers again at {state.address}/v1.", data={"address": state.address})
        case "new_key":
            return _made(ws, found, key or "another", _limits(requests_a_minute, tokens_a_day))
        case "end_key":
            ended = _key(ws, found, key)
            ws.services.revoke_key(ended.id)
            return Result(f"The key {ended.name} opens {found.name} no more, a second from now.")


@change_service.preview
def _preview(
    ws: Workspace,
    change: Change,
    service: ServiceName | None = None,
    key: KeyName | None = None,
    requests_a_minute: Often | None = None,
    tokens_a_day: Tokens | None = None,
) -> Result:
    found = _service(ws, service, change)
    names = ", ".join(model.name for model in found.models)
    match change:
        case "stop":
            return Result(
                f"This will stop {found.name}, which answers with {names}. What has begun is answered, then programs "
                "that call it get no answer. Its records and keys stay.",
            )
        case "start":
            return Result(f"This will serve {names} again as {found.name}, with the settings and keys that it had.")
        case "new_key":
            limits = _limits(requests_a_minute, tokens_a_day)
            told = _told(limits)
            return Result(
                f"This will make the key {key or 'another'} for {found.name}{told}. Whoever has it may ask the models "
                "there. It is written into a file that only you can read."
            )
        case "end_key":
            ended = _key(ws, found, key)
            return Result(
                f"This will end the key {ended.name} of {found.name}. Programs that use it get no answer any more.",
                tables=[_table(ws, found)],
            )


def _service(ws: Workspace, name: str | None, change: str) -> Service:
    """The service that is meant.

    Raises:
        ToolError: None is, or several can be, or it stands already as it should.
    """
    services = ws.services.all()
    running = {each.name for each in services if each.state == "serving" and state_of(ws, each.name).live}
    fitting = [each for each in services if (each.name in running) == (change != "start")]
    if not services:
        raise ToolError("Nothing is served here yet. Deploy a run first.")
    if name is None and len(fitting) != 1:
        named = some_of([each.name for each in fitting or services])
        raise ToolError(f"Which service is meant? There are {named}." if fitting else _stands(change, named))
    found = ws.services.get(name) if name else fitting[0]
    if (change == "stop" and found.state == "ended") or (change == "start" and found.name in running):
        raise ToolError(_stands(change, found.name))
    return found


def _stands(change: str, names: str) -> str:
    return f"{names} runs already." if change == "start" else f"{names} was stopped already. Start it first."


def _made(ws: Workspace, service: Service, name: str, limits: dict[str, Any]) -> Result:
    file = new_key(ws, service.name, name, limits)
    return Result(
        f"Made the key {name} for {service.name}{_told(limits)}. It is in {file}, which only you can read; it is kept "
        "nowhere else, so put it where it is needed.",
        tables=[_table(ws, service)],
        files=[str(file)],
        data={"key_file": str(file)},
    )


def _limits(requests_a_minute: int | None, tokens_a_day: int | None) -> dict[str, Any]:
    given = {"requests_a_minute": requests_a_minute, "tokens_a_day": tokens_a_day}
    return {name: value for name, value in given.items() if value is not None}


def _told(limits: dict[str, Any]) -> str:
    often, tokens = limits.get("requests_a_minute"), limits.get("tokens_a_day")
    told = [f"{counted(often, 'request')} a minute"] if often else []
    told += [f"{counted(tokens, 'token')} a day"] if tokens else []
    return f", for at most {' and '.join(told)}" if told else ""


def _key(ws: Workspace, service: Service, name: str | None) -> ServiceKey:
    """The key that is meant.

    Raises:
        ToolError: None is, or several can be.
    """
    keys = [each for each in ws.services.keys(service.name) if each.revoked_at is None]
    fitting = [each for each in keys if name is None or each.name.casefold() == name.casefold()]
    if len(fitting) != 1:
        named = some_of([each.name for each in fitting or keys]) or "none"
        raise ToolError(f"Which key of {service.name} is meant? There are these: {named}.")
    return fitting[0]


def _table(ws: Workspace, service: Service) -> Table:
    rows = [
        (key.name, f"{_told(key.limits)[2:]}" or "none", key.revoked_at or "opens it")
        for key in ws.services.keys(service.name)
    ]
    return Table(f"Keys of {service.name}", ("key", "limits", "ended"), rows)
