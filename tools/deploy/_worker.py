"""Writes an export beside, and checks it against the trained model; the tool puts it in its place."""
# pyright: basic

import shutil
from pathlib import Path
from typing import Any

from peft import PeftModel

from store.worker import Stopped, Worker, serve
from tools.deploy._asking import MOST_NEW_TOKENS, prompts, said_by, said_by_file, said_over_http, short_enough
from tools.deploy._base_file import base_file
from tools.deploy._exports import BASES
from tools.deploy._parity import Said, bounds, compared, with_metric
from tools.deploy._questions import Asked
from tools.deploy._scoring import scores
from tools.deploy._served import Served
from tools.deploy._served_here import ServedHere
from tools.deploy._template import faults_of_folder, faults_of_server, write_generation_settings
from tools.deploy.gguf._adapter import write_adapter
from tools.deploy.gguf._model import write_model
from tools.deploy.gguf._vocabulary import chat_template, turn_end
from tools.tool import ToolError
from tools.train._merge import merged
from tools.train._weights import Loaded, load

ROOM = 64
"""Tokens beside a question and its answer."""
Task = dict[str, Any]


def work(worker: Worker) -> dict[str, Any]:
    """Export a run's model and say how far the exported form is from the trained one.

    The payload has `plan`, `model` (the run's folder), `target` (where to write), `form`, `kind`, `file` (the name of
    the weights), `asked` (rows as `_questions.Asked`) and `metric` (the goal's, or None).
    """
    task = worker.payload
    beside = Path(task["target"])
    shutil.rmtree(beside, ignore_errors=True)
    _tell(worker, 0.05, "loading the trained model")
    trained = _load(task["plan"], Path(task["model"]))
    asked = short_enough(trained.tokenizer, task["plan"], [Asked(**each) for each in task["asked"]])
    _tell(worker, 0.2, f"asking it {len(asked)} prompts")
    expected = said_by(trained, task["plan"], asked)
    _tell(worker, 0.4, f"writing the {task['form']} form")
    facts = _write(worker, trained, task, beside)
    tokenizer = trained.tokenizer
    del trained
    _tell(worker, 0.7, "loading what was written, and asking it the same")
    found, served, faults = _ask(task, beside, facts, tokenizer, asked, len(expected.next[0]) if asked else 0)
    bound = bounds(task["kind"] or task["form"], task["plan"]["dtype"])
    parity = compared(expected, found, served, bound, faults)
    metric = scores(task["plan"], asked, (expected, found, served), task["metric"])
    return {**with_metric(parity, metric), "facts": facts}


def _tell(worker: Worker, part: float, what: str) -> None:
    if worker.stopping:
        raise Stopped("The export was stopped; nothing of it is kept.")
    worker.progress(part, what)


def _load(plan: Task, folder: Path) -> Loaded:
    return load(plan["base_model"], folder, task=plan["task"], labels=plan.get("labels"), dtype=plan["dtype"])


def _write(worker: Worker, trained: Loaded, task: Task, beside: Path) -> dict[str, Any]:
    """Write the form with its tokenizer and settings, and tell what a manifest says of it."""
    form, source, tokenizer = task["form"], Path(task["model"]), trained.tokenizer
    base: str | None = None
    beside.mkdir(parents=True)
    match form:
        case "adapter":
            shutil.copytree(source, beside, dirs_exist_ok=True)
        case "merged":
            _save_whole(trained, source, beside)
        case "gguf_adapter":
            write_adapter(source, trained.model.config, beside / task["file"])
            made = base_file(task["plan"]["base_model"], tokenizer, trained.model.config, beside.parent / BASES)
            base = f"{BASES}/{made.name}"
        case "gguf":
            whole = beside / ".whole"
            _save_whole(trained, source, whole)
            write_model(
                whole,
                beside / task["file"],
                task["kind"],
                lambda part: worker.progress(0.45 + 0.2 * part, "writing the GGUF file"),
            )
            shutil.rmtree(whole)
        case "onnx":
            from tools.deploy._onnx import write_onnx  # noqa: PLC0415 - an extra

            write_onnx(_whole(trained), tokenizer, beside / task["file"])
    (beside / "done.json").unlink(missing_ok=True)
    tokenizer.save_pretrained(beside)
    if task["plan"]["task"] not in ("classify", "tag"):
        write_generation_settings(beside, tokenizer, trained.model)
    return {"base_file": base, **_marks(task["plan"], tokenizer)}


def _marks(plan: Task, tokenizer: Any) -> dict[str, Any]:
    if plan["task"] in ("classify", "tag"):
        return {"chat_template": None, "stop_tokens": []}
    also = turn_end(tokenizer)
    ends = [tokenizer.eos_token, *([tokenizer.convert_ids_to_tokens(also)] if also is not None else [])]
    return {"chat_template": chat_template(tokenizer), "stop_tokens": list(dict.fromkeys(ends))}


def _whole(trained: Loaded) -> Any:
    return merged(trained.model) if isinstance(trained.model, PeftModel) else trained.model


def _save_whole(trained: Loaded, source: Path, folder: Path) -> None:
    if isinstance(trained.model, PeftModel):
        _whole(trained).save_pretrained(folder)
    else:
        shutil.copytree(source, folder, dirs_exist_ok=True)
    trained.tokenizer.save_pretrained(folder)


def _ask(
    task: Task, beside: Path, facts: dict[str, Any], tokenizer: Any, asked: list[Asked], width: int
) -> tuple[Said, Said | None, list[str]]:
    """What the export says, by itself and over HTTP, loaded by the program that it is for; and what is wrong."""
    plan, form, file = task["plan"], task["form"], beside / task["file"]
    longest = max(map(len, prompts(tokenizer, plan, asked)), default=0)
    context = longest + MOST_NEW_TOKENS + ROOM
    if form in ("merged", "adapter"):
        found = said_by(_load(plan, beside), plan, asked)
        faults = faults_of_folder(beside, tokenizer, plan, asked)
        with ServedHere(beside, plan, context) as served:
            try:
                return found, _told_over_http(served, plan, asked, tokenizer), faults
            except ToolError as refused:
                return found, None, [*faults, str(refused)]
    if form == "onnx":
        from tools.deploy._onnx import said_by_onnx  # noqa: PLC0415 - an extra

        return said_by_onnx(file, plan, asked, tokenizer), None, faults_of_folder(beside, tokenizer, plan, asked)
    whole, adapter = (beside.parent / facts["base_file"], file) if form == "gguf_adapter" else (file, None)
    with Served(whole, adapter, context) as served:
        faults = faults_of_server(served, tokenizer, plan, asked)
        found = said_by_file(served, plan, asked, tokenizer, width)
        return found, said_over_http(served, plan, asked, tokenizer), faults


def _told_over_http(served: ServedHere, plan: Task, asked: list[Asked], tokenizer: Any) -> Said | None:
    """What a client of the service gets; None of a tagger, and of what goes on with texts, which have no one answer."""
    if plan["task"] == "classify":
        return Said([], served.labels([one.text for one in asked]))
    return None if plan["task"] == "tag" else said_over_http(served, plan, asked, tokenizer)


if __name__ == "__main__":
    serve(work)
