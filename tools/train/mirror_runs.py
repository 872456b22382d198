"""Mirror the runs to a tracker."""

from typing import Annotated, Literal

from pydantic import Field

from store import Workspace
from store.mirrors import Mirror, Tracker
from tools.kinds import called
from tools.result import Result, Table
from tools.tool import ToolError, tool
from tools.train.trackers import KINDS, missing
from tools.words import counted

Chosen = Annotated[
    Literal["trackio", "tensorboard", "mlflow", "wandb", "none"],
    called(
        trackio="trackio",
        tensorboard="tensorboard tensor-board tfevents",
        mlflow="mlflow ml-flow",
        wandb="wandb w weights biases",
        none="stop off none no not don nowhere anywhere unlink disconnect disable end quit cancel longer anymore",
    ),
]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][\w .-]*$", max_length=60)]
Endpoint = Annotated[str, Field(pattern=r"^https?://[^\s/@?#]+(/[^\s@?#]*)?$", max_length=200)]
"""Without a user, a password or a query: keys are read from the environment alone."""
KEYS = {
    "mlflow": "MLflow reads its token from MLFLOW_TRACKING_TOKEN",
    "wandb": "Weights & Biases reads its key from WANDB_API_KEY",
}
GOES = "the settings of each run, every figure that was measured, its state, and the figures of its evaluation"
STAYS = "Rows, answers, labels and weights are not mirrored."


@tool(
    effect="publishes",
    asks=[
        ("mirror the runs to trackio", {"tracker": "trackio"}),
        ("send my trainings to wandb as ward-notes", {"tracker": "wandb", "name": "ward-notes"}),
        ("log everything to mlflow, experiment contracts", {"tracker": "mlflow", "name": "contracts"}),
        ("I want to see the curves in tensorboard", {"tracker": "tensorboard"}),
        (
            "our team uses MLflow at http://mlflow.clinic.example:5000, put the runs there",
            {"tracker": "mlflow", "endpoint": "http://mlflow.clinic.example:5000"},
        ),
        (
            "report to Weights & Biases at https://api.wandb.ai, project triage",
            {"tracker": "wandb", "name": "triage", "endpoint": "https://api.wandb.ai"},
        ),
        ("keep a copy of the metrics in a trackio project called claims", {"tracker": "trackio", "name": "claims"}),
        ("write event files for TensorBoard", {"tracker": "tensorboard"}),
        ("connect this project with trackio please", {"tracker": "trackio"}),
        ("stop mirroring the runs", {"tracker": "none"}),
        ("no tracker any more", {"tracker": "none"}),
        ("can my supervisor follow the experiments in W&B?", {"tracker": "wandb"}),
    ],
)
def mirror_runs(ws: Workspace, tracker: Chosen, name: Name | None = None, endpoint: Endpoint | None = None) -> Result:
    """Mirror settings, figures and state of all runs to Trackio, TensorBoard, MLflow or Weights & Biases, or stop it.

    Args:
        tracker: Where to; none to stop.
        name: What the project or experiment is called there, as people will read it.
        endpoint: An address at http:// or https:// to send to; without it nothing leaves this machine.

    Example:
        >>> print(mirror_runs.show_first(ws, {"tracker": "none"}))
        Traceback (most recent call last):
        tools.tool.ToolError: The runs are not mirrored anywhere, so there is nothing to stop.
    """
    mirror = _meant(ws, tracker, name, endpoint)
    if mirror is None:
        ws.mirrors.set(None)
        return Result("The runs are not mirrored any more. What was mirrored stays where it is.")
    ws.mirrors.set(mirror.tracker, mirror.name, mirror.server)
    now = "Those that are there follow in a moment. " if ws.runs.names() else ""
    return Result(
        f"All runs are mirrored to {_where(mirror)} from now on. {now}{_look(ws, mirror)}",
        next=["how is the training going?", "stop mirroring the runs"],
        data={"tracker": mirror.tracker, "name": mirror.name, "server": mirror.server},
    )


@mirror_runs.preview
def _preview(ws: Workspace, tracker: Chosen, name: str | None = None, endpoint: str | None = None) -> Result:
    mirror, before = _meant(ws, tracker, name, endpoint), ws.mirrors.get()
    if mirror is None:
        assert before
        return Result(f"This will stop mirroring runs to {_where(before)}. What is there already stays there.")
    leaves = (
        f"This leaves the machine: {GOES}; to {mirror.server}. {KEYS[mirror.tracker]}, and it is not kept here."
        if mirror.server
        else f"Nothing leaves this machine. Written down are {GOES}."
    )
    instead = f" It replaces {_where(before)}." if before and before != mirror else ""
    return Result(
        f"This will mirror all runs, {counted(len(ws.runs.names()), 'run')} now and those to come, to {_where(mirror)} "
        f"until you stop it. {leaves} {STAYS}{instead}",
        tables=[
            Table(
                "The mirror",
                ("", ""),
                [
                    ("tracker", KINDS[mirror.tracker].title),
                    ("called there", mirror.name),
                    ("sent to", mirror.server or "this machine alone"),
                    ("to look at it", _command(ws, mirror)),
                ],
            )
        ],
    )


def _meant(ws: Workspace, tracker: str, name: str | None, server: str | None) -> Mirror | None:
    """The mirror as it would be; None for none.

    Raises:
        ToolError: It cannot be had; the message says what to do.
    """
    before = ws.mirrors.get()
    if tracker == "none":
        if before is None:
            raise ToolError("The runs are not mirrored anywhere, so there is nothing to stop.")
        return None
    known: Tracker = next(kind for kind in KINDS if kind == tracker)
    if server and not KINDS[known].served:
        raise ToolError(
            f"{KINDS[known].title} is written on this machine alone. Leave the server out, or take MLflow or Weights & "
            "Biases."
        )
    if not KINDS[known].installed:
        raise ToolError(missing(known))
    return Mirror(known, (name or "").strip() or f"tunewright-{ws.project}", server, before.approval if before else 0)


def _where(mirror: Mirror) -> str:
    return f"{KINDS[mirror.tracker].title} as {mirror.name}" + (f" at {mirror.server}" if mirror.server else "")


def _command(ws: Workspace, mirror: Mirror) -> str:
    folder = ws.mirrors.folder / mirror.tracker / mirror.name
    return mirror.server or KINDS[mirror.tracker].look.format(name=mirror.name, folder=folder)


def _look(ws: Workspace, mirror: Mirror) -> str:
    return f"To look at them: {_command(ws, mirror)}"
