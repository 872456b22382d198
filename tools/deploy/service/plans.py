"""Which weights each model of a service needs; models of one base share it."""

import json
import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from store import StoreError, Workspace
from store.services import ServedModel, Service
from tools.deploy.service.engine import Engine
from tools.deploy.service.generator import Generator, GeneratorPlan
from tools.deploy.service.heads import Head, HeadPlan
from tools.deploy.service.llama import Llama, LlamaPlan
from tools.deploy.service.settings import ServiceSettings

EnginePlan = LlamaPlan | HeadPlan | GeneratorPlan
Planned = Mapping[str, EnginePlan]
"""The plan of the engine of each model, by the model's name."""
LONGEST_CONTEXT = 4096
MANIFEST = "export.json"
SMALL_BYTES = 50_000_000
"""A smaller model is faster on one thread than on several that wait for each other."""


def planned(ws: Workspace, service: Service) -> Planned:
    """What each model of a service needs.

    Raises:
        StoreError: An export is not there any more, or is not of the form that its engine loads.
    """
    settings = ServiceSettings.read(service.settings)
    found: dict[str, EnginePlan] = {model.name: _plan(ws, model, settings) for model in service.models}
    shared: dict[Path, list[tuple[str, Path]]] = {}
    for plan in found.values():
        if isinstance(plan, LlamaPlan):
            shared.setdefault(plan.file, []).extend(plan.adapters)
    for name, plan in found.items():
        if isinstance(plan, LlamaPlan):
            found[name] = replace(plan, adapters=tuple(shared[plan.file]))
    return found


def build(plan: EnginePlan) -> Engine:
    """The engine of a plan, not loaded yet."""
    match plan:
        case LlamaPlan():
            return Llama(plan)
        case HeadPlan():
            return Head(plan)
        case GeneratorPlan():
            return Generator(plan)


def _plan(ws: Workspace, model: ServedModel, settings: ServiceSettings) -> EnginePlan:
    folder = Path(model.folder)
    if not folder.exists():
        raise StoreError(f"The export {folder} of {model.name} is not there any more. Export {model.run} again.")
    if model.engine == "llama":
        file, adapter = llama_files(folder)
        context = settings.context_tokens or LONGEST_CONTEXT
        adapters = ((model.name, adapter),) if adapter else ()
        return LlamaPlan(file, adapters, context, settings.parallel, _threads(settings, file))
    return plan_of_folder(folder, ws.runs.get(model.run).model_plan, settings)


def plan_of_folder(folder: Path, plan: dict[str, Any], settings: ServiceSettings) -> HeadPlan | GeneratorPlan:
    """What the engine of a folder of transformers needs.

    Args:
        folder: An export, merged or as an adapter.
        plan: The plan of its run.
        settings: Those of the service.
    """
    needed, threads = json.dumps(_needed(plan), sort_keys=True), settings.threads or os.cpu_count() or 1
    if plan["task"] in ("classify", "tag"):
        return HeadPlan(folder, needed, threads, settings.parallel)
    return GeneratorPlan(folder, needed, threads, settings.context_tokens or LONGEST_CONTEXT)


def llama_files(folder: Path) -> tuple[Path, Path | None]:
    """The GGUF file of the model in an export, and that of the adapter on it, if it is one.

    Args:
        folder: An export, whose manifest says what is what; or a folder with one GGUF file.

    Raises:
        StoreError: There is no GGUF file, or more than one.
    """
    if (manifest := folder / MANIFEST).exists():
        told = json.loads(manifest.read_text(encoding="utf-8"))
        file = folder / told["main_file"]
        return (Path(told["base_file"]), file) if told.get("base_file") else (file, None)
    files = sorted(folder.glob("*.gguf"))
    if len(files) != 1:
        raise StoreError(f"{folder} has {len(files)} GGUF files, and one is served. Export the run as GGUF again.")
    return files[0], None


def _threads(settings: ServiceSettings, file: Path) -> int:
    if settings.threads or not file.exists():
        return settings.threads or 1
    return 1 if file.stat().st_size < SMALL_BYTES else os.cpu_count() or 1


def _needed(plan: dict[str, Any]) -> dict[str, Any]:
    """The parts of a run's plan that decide how its model is loaded and asked."""
    keys = ("base_model", "task", "labels", "dtype", "max_length")
    return {name: plan.get(name) for name in keys}
