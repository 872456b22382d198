"""The programs and files for a service, with the user's own model, address and question in them."""

from pathlib import Path

from store import Workspace
from store.services import ServedModel, Service
from tools.deploy._deployed import address
from tools.deploy._installing import HEADS, dockerfile, systemd_unit, vllm_command
from tools.deploy._key_files import folder_of
from tools.deploy._snippets import WAYS, Call, Snippet, snippet
from tools.deploy.service.settings import ServiceSettings

TEXT = "Where is my order?"
"""What is asked as an example: rows of the user's data stand in no file that may be handed on."""


def call_of(ws: Workspace, service: Service, model: ServedModel | None = None) -> Call:
    """How a service is called: by its own name where its models share the requests, else by a model's."""
    shared = [each for each in service.models if each.share > 0]
    chosen = model or (shared or list(service.models))[0]
    name = service.name if model is None and shared else chosen.name
    labels = chosen.task in HEADS
    where = address(ServiceSettings.read(service.settings))
    return Call(where, name, labels, TEXT if labels else _question(ws, chosen.run))


def files_of(ws: Workspace, service: Service) -> list[Snippet]:
    """Everything for a service."""
    call = call_of(ws, service)
    found = [snippet(way, call) for way in WAYS]
    installed = (dockerfile(ws, service), systemd_unit(ws, service), vllm_command(ws, service))
    return [*found, *(each for each in installed if each)]


def write_files(ws: Workspace, service: Service) -> Path:
    """Write them into the folder of the service, over those that are there."""
    folder = folder_of(ws, service.name)
    for each in files_of(ws, service):
        (folder / each.file).write_text(each.text, encoding="utf-8")
    return folder


def _question(ws: Workspace, run: str) -> str:
    """An example in the form that the run was trained on: with the instruction that stood before each text."""
    if not run:
        return TEXT
    trained = ws.runs.get(run)
    for version in reversed(ws.datasets.lineage(trained.dataset, trained.version)):
        if instruction := version.recipe.get("instruction"):
            return f"{instruction}\n\n{TEXT}"
    return TEXT
