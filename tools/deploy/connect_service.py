"""How an application calls a served model."""

from typing import Annotated, Literal

from store import Workspace
from store.services import Service
from tools.deploy._connecting import call_of
from tools.deploy._installing import dockerfile, systemd_unit, vllm_command
from tools.deploy._key_files import VARIABLE, folder_of
from tools.deploy._snippets import Snippet, snippet
from tools.kinds import ServiceName, called
from tools.result import Result, Table
from tools.tool import ToolError, tool

Application = Annotated[
    Literal["python", "langchain", "javascript", "curl", "docker", "systemd", "vllm"],
    called(
        python="python django flask openai pandas jupyter notebook",
        langchain="langchain langgraph chain",
        javascript="javascript js node nodejs typescript fetch react browser web",
        curl="curl shell bash terminal http rest",
        docker="docker dockerfile container kubernetes podman",
        systemd="systemd linux unit daemon boot",
        vllm="vllm gpu",
    ),
]


@tool(
    asks=[
        ("how do I call it from my application?", {}),
        ("show me how to call the model from python", {"application": "python"}),
        ("integrate it into our existing app", {}),
        ("how do I use it with langchain?", {"application": "langchain"}),
        ("give me a javascript snippet that asks the model", {"application": "javascript"}),
        ("a curl command for the endpoint", {"application": "curl"}),
        ("I need a Dockerfile for the served model", {"application": "docker"}),
        ("write a systemd unit for it", {"application": "systemd"}),
        ("how would I run it with vLLM?", {"application": "vllm"}),
        ("what code do I need to connect my website to the model?", {"application": "javascript"}),
        ("example code for calling the API", {}),
    ],
)
def connect_service(ws: Workspace, application: Application = "python", service: ServiceName | None = None) -> Result:
    """Show runnable code and files by which an existing application calls a served model, or a server runs it.

    Args:
        application: What is to call it: python, langchain, javascript or curl; or what is to run it: docker, systemd
            or vllm.
        service: Which service; the only one if not given.

    Example:
        >>> print(connect_service(ws))
        Traceback (most recent call last):
        tools.tool.ToolError: Nothing is served here yet. Deploy a run first, then there is something to call.
    """
    found = _service(ws, service)
    shown = _snippet(ws, found, application)
    folder = folder_of(ws, found.name)
    keys = sorted(folder.glob("key-*.env"))
    key = f"`set -a; . {keys[0]}; set +a` puts the first key there." if keys else "Make a key if you have none."
    needs = "" if application in ("docker", "systemd", "vllm") else f" It reads the key from {VARIABLE}. {key}"
    stopped = " The service is stopped now: start it first." if found.state == "ended" else ""
    return Result(
        f"{shown.title}, as {shown.file} in {folder}.{needs}{stopped}\n\n```{shown.language}\n{shown.text}```\n\n"
        f"Run it with:\n\n```bash\n{shown.run}\n```",
        tables=[_table(found)],
        next=[f"make an API key for {found.name}"],
        data={"file": shown.file, "text": shown.text, "run": shown.run, "folder": str(folder)},
    )


def _service(ws: Workspace, name: str | None) -> Service:
    services = ws.services.all()
    if not services:
        raise ToolError("Nothing is served here yet. Deploy a run first, then there is something to call.")
    serving = [each for each in services if each.state == "serving"]
    return ws.services.get(name) if name else (serving or services)[-1]


def _snippet(ws: Workspace, service: Service, application: str) -> Snippet:
    match application:
        case "docker":
            return dockerfile(ws, service)
        case "systemd":
            return systemd_unit(ws, service)
        case "vllm":
            found = vllm_command(ws, service)
            if found is None:
                raise ToolError(f"{service.name} serves no run that vLLM can answer with: it is for models that write.")
            return found
        case "langchain" | "javascript" | "curl":
            return snippet(application, call_of(ws, service))
        case _:
            return snippet("python", call_of(ws, service))


def _table(service: Service) -> Table:
    rows = [(model.name, model.run or "untuned", model.task, f"{model.share:.0%}") for model in service.models]
    return Table(
        f"Who answers at {service.name}", ("model", "run", "task", f"share of what is asked of {service.name}"), rows
    )
