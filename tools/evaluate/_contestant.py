"""What can be compared: runs, untuned models, checkpoints, prompts, exports and servers, checked before work begins."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from store import StoreError, TrainingRun, Workspace
from tools.evaluate._local import local
from tools.tool import ToolError
from tools.train._checkpoints import step_of, whole
from tools.weights.catalogue import find

Kind = Literal["run", "untuned", "base", "checkpoint", "prompt", "merged", "gguf", "endpoint"]
SHOWN_LETTERS = 40


@dataclass(frozen=True)
class Contestant:
    """One of those that answer the same rows.

    Attributes:
        kind: What it is, which says how it is asked.
        name: What it is called in sentences and tables.
        where: The run's id, a base model's name, a folder, a file, an instruction or an address.
    """

    kind: Kind
    name: str
    where: str

    def as_json(self) -> dict[str, Any]:
        """As JSON types."""
        return asdict(self)


def a_run(run: TrainingRun) -> Contestant:
    """A trained run, as it ended."""
    return Contestant("run", run.id, run.id)


def an_untuned(run: TrainingRun) -> Contestant:
    """The model that a run began with."""
    return Contestant("untuned", f"{run.id} untuned", run.id)


def a_base(run: TrainingRun, base: str) -> Contestant:
    """Another untuned model.

    Raises:
        ToolError: The run is a classifier, for which an untuned model has no head.
    """
    if base == run.plan["base_model"] or _known(base) == _known(run.plan["base_model"]):
        return an_untuned(run)
    if run.plan["task"] == "classify":
        raise ToolError(
            f"{run.id} is a classifier, and an untuned {base} has no classification head to answer with. Train it "
            f"as a run of its own, or compare {run.id} with another run."
        )
    return Contestant("base", f"untuned {Path(base).name}", base)


def _known(base: str) -> str:
    try:
        return find(base).name
    except StoreError:
        return base


def a_checkpoint(run: TrainingRun, step: int) -> Contestant:
    """A run as it was after so many steps.

    Raises:
        ToolError: No whole checkpoint was kept there; the message says which were.
    """
    kept = {step_of(folder): folder for folder in whole(run.folder / "checkpoints")}
    if step not in kept:
        steps = ", ".join(map(str, sorted(kept)))
        there = f"its checkpoints are at step {steps}" if len(kept) == 1 else f"its checkpoints are at steps {steps}"
        raise ToolError(f"{run.id} has no checkpoint at step {step}: {there if kept else 'it keeps none'}.")
    return Contestant("checkpoint", f"{run.id} at step {step}", str(kept[step]))


def a_prompt(run: TrainingRun, instruction: str) -> Contestant:
    """A run asked with another instruction.

    Raises:
        ToolError: It is a classifier, or there are no words.
    """
    if run.plan["task"] == "classify":
        raise ToolError(f"{run.id} is a classifier: it reads the text alone, and no instruction.")
    words = " ".join(instruction.split())
    if not words:
        raise ToolError("The other instruction has no words. Say what shall stand before each text.")
    short = words if len(words) <= SHOWN_LETTERS else f"{words[: SHOWN_LETTERS - 1].rstrip()}…"
    return Contestant("prompt", f'{run.id} with "{short}"', instruction.strip())


def exported(ws: Workspace, run: TrainingRun, form: Literal["merged", "gguf"]) -> Iterator[Contestant]:
    """The exports of a run in a form; each GGUF file is one.

    Raises:
        ToolError: There is none; the message says which exports there are.
    """
    exports = ws.folder / "exports"
    there = sorted(folder.name for folder in exports.glob(f"{run.id}-*")) if exports.exists() else []
    if form == "merged":
        if f"{run.id}-merged" not in there:
            raise ToolError(f"{run.id} was not exported merged{_but(there)}. Export it first: export {run.id}.")
        yield Contestant("merged", f"{run.id} merged", str(exports / f"{run.id}-merged"))
        return
    if run.plan["task"] == "classify":
        raise ToolError(f"{run.id} is a classifier, and llama.cpp runs only models that write. Compare it merged.")
    whole_models = [folder for folder in there if "gguf_adapter" not in folder]
    files = [file for folder in whole_models for file in sorted((exports / folder).rglob("*.gguf"))]
    if not files:
        raise ToolError(
            f"There is no GGUF file of {run.id}{_but(there)}. Export it first: export {run.id} as GGUF; or compare the "
            "merged export."
        )
    yield from (Contestant("gguf", f"{run.id} as {file.name}", str(file)) for file in files)


def _but(there: list[str]) -> str:
    return f" (its exports: {', '.join(there)})" if there else " (it has no exports)"


def a_server(url: str) -> Contestant:
    """A server on this machine that speaks OpenAI's chat completions.

    Raises:
        ToolError: It is no such address, or not on this machine.
    """
    address = local(url)
    return Contestant("endpoint", address, address)
