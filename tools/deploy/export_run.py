"""A trained model as a folder that other programs load."""

import hashlib
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

from store import TrainingRun, Workspace
from tools.data._licences import licences, sentence
from tools.deploy._exports import DIFFERS, finish
from tools.deploy._forms import (
    LIBRARIES,
    Form,
    FormName,
    Kind,
    KindName,
    Wish,
    called_in_folders,
    form_of,
    kind_of,
    main_file,
    use_of,
)
from tools.deploy._onnx_extra import need_onnx
from tools.deploy._questions import questions
from tools.deploy._told import failed_sentence, files_table, named, parity_sentence, parity_table
from tools.kinds import Run
from tools.project._card import licence_of, model_card
from tools.result import Result
from tools.tool import ToolError, tool


@tool(
    effect="writes",
    asks=[
        ("export run-1", {"run": "run-1"}),
        ("I want to use the tuned model in another program", {}),
        ("give me the weights of run-2 as an adapter", {"run": "run-2", "form": "adapter"}),
        ("merge the adapter into the base model and save it", {"form": "merged"}),
        ("hand me run-3 as files", {"run": "run-3"}),
        ("give our IT the model on a stick", {}),
        ("I'd like to take run-2 home", {"run": "run-2"}),
        ("package run-5 for our server", {"run": "run-5"}),
        ("get only the small adapter out of run-4", {"run": "run-4", "form": "adapter"}),
        ("make something our developers can load with transformers", {}),
        ("turn run-1 into a GGUF file", {"run": "run-1", "form": "gguf"}),
        ("a 4-bit gguf of run-2, please", {"run": "run-2", "form": "gguf", "kind": "4_bit"}),
        ("save the classifier as ONNX", {"form": "onnx"}),
    ],
)
def export_run(ws: Workspace, run: Run | None = None, form: Form | None = None, kind: Kind | None = None) -> Result:
    """Save a trained model as a folder that other programs load, and check that it answers as it did.

    Args:
        run: The run to export; the newest with weights if not given.
        form: merged, the whole model in one; adapter, the trained part alone, to be put on the base model; gguf, for
            llama.cpp, Ollama and the like; gguf_adapter, the trained part alone for these; or onnx. Merged if not
            given, where the technique can be merged.
        kind: How the weights of a GGUF file are rounded: 16_bit, half precision; 8_bit; 4_bit, K-quants; or
            4_bit_plain, for programs without these. 8_bit if not given.

    Example:
        >>> print(export_run(trained, "run-1"))
        Exported run-1 (merged) ... Parity: over ... differ by at most ...
    """
    chosen = _chosen(ws, run)
    form, rounded = _checked(chosen, form, kind)
    split, payload = _payload(ws, chosen, form, rounded)
    done = ws.jobs.wait(ws.jobs.start("export", "tools.deploy._worker", payload).id)
    facts: dict[str, Any] = done.pop("facts")
    parity = {**done, "split": split}
    target, files = _put(ws, chosen, form, rounded, Path(payload["target"]), parity, facts)
    text = f"Exported {chosen.id} ({named(form, rounded)}) to {target}. {parity_sentence(parity)}"
    if not parity["passed"]:
        text += f"{failed_sentence(parity)} It is kept under a name that says so, and is not offered for serving."
    tables = [parity_table(chosen, form, rounded, parity), files_table(chosen, form, rounded, files)]
    return Result(text, tables=tables, data={"folder": str(target), "files": files, **parity})


@export_run.preview
def _preview(ws: Workspace, run: Run | None = None, form: Form | None = None, kind: Kind | None = None) -> Result:
    chosen = _chosen(ws, run)
    form, rounded = _checked(chosen, form, kind)
    target = _target(ws, chosen, form, rounded)
    again = " It replaces the export that is there." if target.exists() else ""
    return Result(
        f"Export {chosen.id}: {_what(chosen, form, rounded)}, with its tokenizer and a model card, to {target}.{again}"
    )


def _what(run: TrainingRun, form: FormName, kind: KindName | None) -> str:
    match form:
        case "merged" if run.plan["technique"] == "full":
            return "all the weights"
        case "merged":
            return "the adapter put into its base model"
        case "adapter":
            return "the adapter alone"
        case _:
            return f"the model as {named(form, kind)}"


def _chosen(ws: Workspace, run: str | None) -> TrainingRun:
    found = ws.runs.get(run) if run else next((each for each in reversed(ws.runs.all()) if each.model_folder), None)
    if found is None:
        raise ToolError("There is no trained model to export yet. Start a training and let it end first.")
    if found.model_folder is None:
        raise ToolError(f"{found.id} is {found.state} and has no finished weights. Resume it, or choose another run.")
    return found


def _checked(run: TrainingRun, form: FormName | None, kind: Wish | None) -> tuple[FormName, KindName | None]:
    """The form and the kind; a kind by itself means a GGUF file."""
    chosen = form_of(run, "gguf" if kind and form is None else form)
    if chosen == "onnx":
        need_onnx()
    return chosen, kind_of(chosen, kind)


def _target(ws: Workspace, run: TrainingRun, form: FormName, kind: KindName | None) -> Path:
    return ws.folder / "exports" / called_in_folders(run, form, kind)


def _payload(ws: Workspace, run: TrainingRun, form: FormName, kind: KindName | None) -> tuple[str, dict[str, Any]]:
    """The split that is asked, and what the worker is told."""
    split, asked = questions(ws.datasets.version(run.dataset, run.version), run.plan)
    target, goal = _target(ws, run, form, kind), ws.goals.get()
    return split, {
        "run": run.id,
        "form": form,
        "kind": kind,
        "file": main_file(run, form, kind),
        "plan": run.plan,
        "model": str(run.model_folder),
        "target": str(target.with_name(f".{target.name}.new")),
        "asked": [asdict(each) for each in asked],
        "metric": goal.metric if goal else None,
    }


def _put(
    ws: Workspace,
    run: TrainingRun,
    form: FormName,
    kind: KindName | None,
    beside: Path,
    parity: dict[str, Any],
    facts: dict[str, Any],
) -> tuple[Path, list[tuple[str, int, str]]]:
    """Add the card, the sums and the manifest, and put the folder where it belongs: its place, and its files."""
    target = _target(ws, run, form, kind)
    differs = target.with_name(f"{target.name}{DIFFERS}")
    data = licences(ws, ws.datasets.version(run.dataset, run.version))
    use = f"{use_of(run, form, kind)} {parity_sentence(parity)}{failed_sentence(parity)} {sentence(data, run.dataset)}"
    (beside / "README.md").write_text(model_card(ws, run, use, beside, LIBRARIES[form]), encoding="utf-8")
    manifest = _manifest(run, form, kind, parity, facts, data)
    if not parity["passed"]:
        return differs, finish(beside, differs, manifest)
    files = finish(beside, target, manifest)
    shutil.rmtree(differs, ignore_errors=True)  # of an earlier try
    return target, files


def _manifest(
    run: TrainingRun,
    form: FormName,
    kind: KindName | None,
    parity: dict[str, Any],
    facts: dict[str, Any],
    data: list[str],
) -> dict[str, Any]:
    template = facts["chat_template"]
    return {
        "run": run.id,
        "form": form,
        "kind": kind,
        "main_file": main_file(run, form, kind),
        "base_model": run.plan["base_model"],
        "base_file": facts["base_file"],
        "technique": run.plan["technique"],
        "task": run.plan["task"],
        "labels": run.plan.get("labels"),
        "dataset": {"name": run.dataset, "version": run.version},
        "licences": {"base": licence_of(str(run.plan["base_model"])), "data": data},
        "chat_template_sha256": hashlib.sha256(template.encode()).hexdigest() if template else None,
        "stop_tokens": facts["stop_tokens"],
        "parity": parity,
    }
