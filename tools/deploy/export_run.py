"""A trained model as a folder that other programs load."""

from typing import Annotated, Any, Literal

from store import TrainingRun, Workspace
from tools.kinds import Run, called
from tools.project._card import model_card
from tools.result import Result, Table
from tools.tool import ToolError, tool

Form = Annotated[Literal["merged", "adapter"], called(merged="merged whole complete", adapter="adapter lora")]


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
    ],
)
def export_run(ws: Workspace, run: Run | None = None, form: Form = "merged") -> Result:
    """Save a trained model as a folder that transformers loads, and check that it answers as it did.

    Args:
        run: The run to export; the newest with weights if not given.
        form: merged, the whole model in one; or adapter, the trained part alone, to be put on the base model.

    Example:
        >>> print(export_run(trained, "run-1"))
        Exported run-1 (merged) ... Parity: over ... differ by at most ...
    """
    chosen = _chosen(ws, run)
    target = ws.folder / "exports" / f"{chosen.id}-{form}"
    payload: dict[str, Any] = {
        "run": chosen.id,
        "form": form,
        "plan": chosen.plan,
        "model": str(chosen.model_folder),
        "target": str(target),
        "dataset": str(ws.datasets.version(chosen.dataset, chosen.version).path),
    }
    done = ws.jobs.wait(ws.jobs.start("export", "tools.deploy._worker", payload).id)
    (target / "README.md").write_text(model_card(ws, chosen, _use(chosen, form), target), encoding="utf-8")
    text = (
        f"Exported {chosen.id} ({form}) to {target}. Parity: over {done['prompts']} prompts, the log-probabilities of "
        f"the next token differ by at most {done['largest_difference']:.2g} from the trained model, and the likeliest "
        f"token is the same for {done['same_choice']} of {done['prompts']}."
    )
    files = [(name, size, checksum) for name, size, checksum in done["files"]]
    table = Table(f"Files of {chosen.id} ({form})", ("file", "bytes", "SHA-256"), files)
    return Result(text, tables=[table], data={"folder": str(target), **done})


@export_run.preview
def _preview(ws: Workspace, run: Run | None = None, form: Form = "merged") -> Result:
    chosen = _chosen(ws, run)
    what = "the adapter put into its base model" if form == "merged" else "the adapter alone"
    if chosen.plan["technique"] == "full":
        what = "all the weights"
    target = ws.folder / "exports" / f"{chosen.id}-{form}"
    again = " It replaces the export that is there." if target.exists() else ""
    return Result(f"Export {chosen.id}: {what}, with its tokenizer and a model card, to {target}.{again}")


def _chosen(ws: Workspace, run: str | None) -> TrainingRun:
    found = ws.runs.get(run) if run else next((each for each in reversed(ws.runs.all()) if each.model_folder), None)
    if found is None:
        raise ToolError("There is no trained model to export yet. Start a training and let it end first.")
    if found.model_folder is None:
        raise ToolError(f"{found.id} is {found.state} and has no finished weights. Resume it, or choose another run.")
    return found


def _use(run: TrainingRun, form: Form) -> str:
    kind = "AutoModelForCausalLM" if run.plan["task"] == "generate" else "AutoModelForSequenceClassification"
    base = run.plan["base_model"]
    load = f"transformers.{kind}.from_pretrained(folder)"
    if form == "adapter" and run.plan["technique"] != "full":
        load = f"peft.PeftModel.from_pretrained(base, folder), where base is {base}"
    return f"{base} fine-tuned with {run.plan['technique']}. Load it with {load}."
