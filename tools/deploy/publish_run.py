"""Push a trained model to the Hugging Face Hub, private unless asked otherwise."""

import shutil
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field

from store import TrainingRun, Workspace
from store.counted import Count
from store.quotas import told as in_words
from store.unfinished import unfinished
from tools.deploy._demo_space import demo_space
from tools.kinds import Run, called
from tools.project._card import model_card
from tools.result import Result, Table
from tools.tool import ToolError, tool
from tools.weights.catalogue import known_hub_id

Repository = Annotated[str, Field(pattern=r"^[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*$", max_length=96)]
Revision = Annotated[str, Field(pattern=r"^[0-9a-f]{7,40}$")]
Public = Annotated[bool, called(true="public publicly everyone everybody world open openly anyone")]
WORKER = "tools.deploy._publish_worker"
INSTEAD = "export the run as files"
LEFT_BEHIND = ("done.json", "training_args.bin", "optimizer.pt", "scheduler.pt", "rng_state.pth")
"""What only going on with the training needs, or names paths of this machine."""
LOADED = (".safetensors", ".json", ".txt", ".model", ".jinja", ".md", ".gguf", ".svg", ".png", ".onnx")
"""Kinds of file that a model is made of. Rows of data, which have others, never go along."""


@tool(
    effect="publishes",
    asks=[
        ("push run-1 to the hub as ana/tickets-model", {"run": "run-1", "repository": "ana/tickets-model"}),
        ("upload the trained model to acme/support-bot on Hugging Face", {"repository": "acme/support-bot"}),
        (
            "publish run-2 openly as lab/triage, with a demo Space at lab/triage-demo",
            {"run": "run-2", "repository": "lab/triage", "public": True, "space": "lab/triage-demo"},
        ),
        ("put our tuned weights into the private repo ward7/notes-lora", {"repository": "ward7/notes-lora"}),
        (
            "update shop/orders-classifier on the hub with run-4",
            {"run": "run-4", "repository": "shop/orders-classifier"},
        ),
        (
            "take the model at acme/support-bot back to commit 3f2a9c1",
            {"repository": "acme/support-bot", "back_to": "3f2a9c1"},
        ),
        (
            "roll insure/claims-model on the Hub back to revision 9b1d0e77",
            {"repository": "insure/claims-model", "back_to": "9b1d0e77"},
        ),
        (
            "make a Space food/menu-demo where people try the model food/menu",
            {"repository": "food/menu", "space": "food/menu-demo"},
        ),
        (
            "share run-3 with the world as me/letters-model",
            {"run": "run-3", "repository": "me/letters-model", "public": True},
        ),
        ("release the model with its card as museum/labels", {"repository": "museum/labels"}),
    ],
)
def publish_run(
    ws: Workspace,
    repository: Repository,
    run: Run | None = None,
    public: Public = False,
    space: Repository | None = None,
    back_to: Revision | None = None,
) -> Result:
    """Push a trained model with its card to the Hugging Face Hub, make a Space that shows it, or roll the model back.

    Args:
        repository: Where to, as owner/name; made if it is not there, and updated by a new commit if it is.
        run: The run whose model is pushed; the newest with weights if not given. Its newest export goes, if there is
            one.
        public: Whether everyone may see it.
        space: A Space, as owner/name, with a page to try the model; made or updated with it.
        back_to: A commit of the repository, to make it again what it was then; nothing is pushed.

    Example:
        >>> publish_run(trained, "someone/tickets", "run-7")
        Traceback (most recent call last):
        store.errors.NotFound: There is no run named 'run-7'. Runs here: run-1. Start a training to make one.
    """
    from tools.weights.writing import ready  # noqa: PLC0415 - the Hub's client takes a while to import

    if back_to:
        ready(INSTEAD)
        task = {"repository": repository, "back_to": back_to, "space": None}
        done = ws.jobs.wait(ws.jobs.start("publish", WORKER, task).id)
        return Result(
            f"{repository} is again what it was at {back_to}, by a new commit, {done['commit'][:12]}: {done['url']}. "
            "What it was before is still in its history.",
            data={"repository": repository, **done},
        )
    chosen = _chosen(ws, run)
    ready(INSTEAD)
    with _parcel(ws, chosen, repository, space) as parcel:
        task = {
            "repository": repository,
            "private": not public,
            "files": {name: str(path) for name, path in parcel.files.items()},
            "space": space,
            "space_files": {name: str(path) for name, path in parcel.space.items()},
            "back_to": None,
            "sentence": f"{chosen.called} of {ws.project}",
        }
        done = ws.jobs.wait(ws.jobs.start("publish", WORKER, task).id)
    who = "open to everyone" if public else "private"
    shown = f" Its Space is {done['space_url']}." if space else ""
    return Result(
        f"Pushed {chosen.called} to {done['url']}, {who}, as commit {done['commit'][:12]}.{shown}",
        data={"run": chosen.id, "repository": repository, "private": not public, **done},
    )


@publish_run.preview
def _preview(
    ws: Workspace,
    repository: str,
    run: str | None = None,
    public: bool = False,
    space: str | None = None,
    back_to: str | None = None,
) -> Result:
    from tools.weights.writing import may_write, ready  # noqa: PLC0415 - as above

    where = ready(INSTEAD)
    if back_to:
        return Result(
            f"Make {where}/{repository} again what it was at commit {back_to}, by a new commit. Nothing leaves this "
            f"machine, and nothing of its history is lost. {may_write([repository])}",
            data={"repository": repository, "back_to": back_to},
        )
    chosen = _chosen(ws, run)
    token = may_write([repository, *([space] if space else [])])
    with _parcel(ws, chosen, repository, space) as parcel:
        sizes = [(name, path.stat().st_size) for name, path in parcel.files.items()]
        pages = [(f"{space}: {name}", path.stat().st_size) for name, path in parcel.space.items()]
        card = parcel.files["README.md"].read_text(encoding="utf-8")
    who = "EVERYONE can load it" if public else "private, so that only your account and those you invite can load it"
    size = in_words(sum(size for _, size in sizes))
    text = (
        f"Push {chosen.called} ({parcel.what}) to {where}/{repository}: {who}. {Count(len(sizes)):file|files}, {size} "
        "in all, leave this machine. No row of your data is among them; but a model can remember what it was trained "
        f"on. {token}"
    )
    if space:
        text += f" A Space to try it goes to {where}/spaces/{space}, {'open to everyone' if public else 'private too'}."
    return Result(
        text,
        tables=[
            Table("What would leave this machine", ("file", "bytes"), [*sizes, *pages]),
            Table("The card", ("README.md",), [(line,) for line in card.splitlines()]),
        ],
        data={"run": chosen.id, "repository": repository, "private": not public, "bytes": sum(s for _, s in sizes)},
    )


@dataclass(frozen=True)
class _Parcel:
    """What is pushed, by its path in the repository."""

    what: str
    files: dict[str, Path]
    space: dict[str, Path]


def _chosen(ws: Workspace, run: str | None) -> TrainingRun:
    found = ws.runs.get(run) if run else next((each for each in reversed(ws.runs.all()) if each.model_folder), None)
    if found is None:
        raise ToolError("There is no trained model to push yet. Start a training and let it end first.")
    if found.model_folder is None:
        raise ToolError(f"{found.id} is {found.state} and has no finished weights. Resume it, or choose another run.")
    return found


@contextmanager
def _parcel(ws: Workspace, run: TrainingRun, repository: str, space: str | None) -> Generator[_Parcel]:
    """Gather what is pushed; the card and the Space are written beside, and are gone afterwards."""
    source = _source(ws, run)
    beside = unfinished(ws.folder, "publishing")
    beside.mkdir()
    try:
        files = {
            path.relative_to(source).as_posix(): path
            for path in sorted(source.rglob("*"))
            if path.is_file() and not path.is_symlink() and _goes(path.relative_to(source))
        }
        adapter = "adapter_config.json" in files
        base = known_hub_id(str(run.plan["base_model"])) if adapter else None
        if adapter and base is None and space:
            raise ToolError(
                f"The base model of {run.id} is on no Hub, so a Space could not load it. Export {run.id} merged first."
            )
        use = f"Load it with {'peft' if adapter else 'transformers'}: from_pretrained({repository!r})."
        (beside / "README.md").write_text(model_card(ws, run, use, beside), encoding="utf-8")
        files |= {path.name: path for path in beside.iterdir() if path.is_file()}
        pages = _written(beside / "space", demo_space(run, repository, base)) if space else {}
        yield _Parcel("adapter" if adapter else "whole model", files, pages)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _source(ws: Workspace, run: TrainingRun) -> Path:
    """The newest export of a run, or else its model as it was saved."""
    exports = [path for path in (ws.folder / "exports").glob(f"{run.id}-*") if path.is_dir()]
    assert run.model_folder
    return max(exports, key=lambda path: path.stat().st_mtime, default=run.model_folder)


def _goes(path: Path) -> bool:
    hidden = any(part.startswith(".") for part in path.parts)
    return not hidden and path.name not in LEFT_BEHIND and path.suffix in LOADED or path.name == "LICENSE"


def _written(folder: Path, texts: dict[str, str]) -> dict[str, Path]:
    folder.mkdir()
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return {name: folder / name for name in texts}
