"""Serve a trained model to other programs."""

from typing import Annotated, Any, Literal

from pydantic import Field

from store import Workspace
from store.services import ServedModel
from tools.deploy._against_served import against_served
from tools.deploy._connecting import write_files
from tools.deploy._deployed import address, until_it_answers
from tools.deploy._deployment import Deployment, deployment, model_name, with_export
from tools.deploy._forms import KIND_TITLES, TITLES, KindName
from tools.deploy._key_files import first_key
from tools.deploy._told import parity_sentence
from tools.deploy.export_run import export_run
from tools.deploy.service.settings import ServiceSettings
from tools.kinds import NewService, Run, called, near
from tools.monitor._rollout import begun, card_words
from tools.monitor.check_service import leading
from tools.result import Result, Table
from tools.tool import tool

Name = Annotated[NewService, Field(pattern=r"^[A-Za-z0-9][\w.-]*$", max_length=60)]
Share = Annotated[float, Field(gt=0, le=0.5), near("share percent part of traffic requests users", half=0.5)]
Port = Annotated[int, Field(ge=1024, le=65535), near("port")]
Reach = Annotated[
    Literal["this_machine", "network"],
    called(
        this_machine="locally localhost local private myself",
        network="network lan intranet everyone everybody colleagues office internet outside public",
    ),
]
Webhook = Annotated[str, Field(pattern=r"^https?://[^\s@]+$", max_length=300)]
KeepTexts = Annotated[bool, called(true="record texts keep log save")]
Beside = Annotated[bool, called(true="beside alongside additionally also add too both")]


@tool(
    effect="publishes",
    asks=[
        ("deploy run-1", {"run": "run-1"}),
        ("serve run-2 as an OpenAI-compatible API", {"run": "run-2"}),
        ("put the model into production", {}),
        ("I want my app to call the tuned model", {}),
        ("serve run-3 on port 9000", {"run": "run-3", "port": 9000}),
        ("make run-1 reachable for everyone in our network", {"run": "run-1", "reach": "network"}),
        ("give run-2 a tenth of the traffic", {"run": "run-2", "share": 0.1}),
        ("serve run-4 alongside the one that is running", {"run": "run-4", "beside": True}),
        ("roll run-5 out to 20 percent of requests", {"run": "run-5", "share": 0.2}),
        ("go live with run-2 and keep the texts that are asked", {"run": "run-2", "keep_texts": True}),
        ("start an endpoint called triage with run-1", {"run": "run-1", "service": "triage"}),
        ("let other programs ask run-6", {"run": "run-6"}),
    ],
)
def deploy_run(
    ws: Workspace,
    run: Run | None = None,
    service: Name | None = None,
    share: Share | None = None,
    port: Port | None = None,
    reach: Reach | None = None,
    keep_texts: KeepTexts | None = None,
    beside: Beside = False,
    webhook: Webhook | None = None,
) -> Result:
    """Serve a trained model through an OpenAI-compatible API that other programs call, or roll a newer one out there.

    Args:
        run: The run to serve; the newest with weights if not given.
        service: What the service is called; the one that runs, or the project's name, if not given.
        share: Which part of the requests it answers at first, from above 0 to 0.5; all of them if not given.
        port: Where to listen; from 8000 the first that is free if not given.
        reach: this_machine alone; or network, whoever reaches this machine. This machine if not given.
        keep_texts: Whether questions and answers are kept, with personal data masked. Figures are kept in any case.
        beside: Whether the runs that are served stay, and this one answers only where it is asked for by its name.
        webhook: An address that is told of alerts, at https:// or on this machine.

    Example:
        >>> print(deploy_run(ws, "run-1"))
        Traceback (most recent call last):
        store.errors.NotFound: There is no run named 'run-1'. Runs here: none yet. Start a training to make one.
    """
    meant = deployment(ws, run, service, share, port, reach, keep_texts, beside, webhook)
    if meant.export is None:
        form, kind = meant.weights
        export_run(ws, meant.run.id, form, kind)
        meant = with_export(ws, meant)
    models, settings = _begun(meant) if meant.share is not None else (meant.models, meant.settings)
    ws.services.set(meant.name, models, settings)
    key = first_key(ws, meant.name)
    state = until_it_answers(ws, meant.name)
    folder = write_files(ws, state.service)
    name = model_name(meant.run)
    text = (
        f"{meant.run.called} is served at {state.address}/v1 under the name {name}{_own_name(meant)}. "
        f"{_reach(settings)} {_recorded(settings)} {parity_sentence(meant.export.parity) if meant.export else ''}"
    )
    if key:
        text += f" Its key is in {key}, which only you can read; it is kept nowhere else, so put it where it is needed."
    return Result(
        text.strip(),
        tables=[_table(meant, state.address)],
        next=[f"how do I call {meant.name} from my app?", f"how is {meant.name} doing in use?", f"stop {meant.name}"],
        data={"service": meant.name, "address": state.address, "model": name, "version": state.version}
        | {"folder": str(folder), "key_file": str(key) if key else None},
    )


@deploy_run.preview
def _preview(
    ws: Workspace,
    run: Run | None = None,
    service: Name | None = None,
    share: Share | None = None,
    port: Port | None = None,
    reach: Reach | None = None,
    keep_texts: KeepTexts | None = None,
    beside: Beside = False,
    webhook: Webhook | None = None,
) -> Result:
    meant = deployment(ws, run, service, share, port, reach, keep_texts, beside, webhook)
    where = address(ServiceSettings.read(meant.settings))
    export = (
        parity_sentence(meant.export.parity)
        if meant.export
        else "It is exported first, and served only if the export answers as the trained model does."
    )
    return Result(
        f"This will serve {meant.run.called} at {where}/v1 until you stop it, also when this program is closed. "
        f"{_others(ws, meant)}{_reach(meant.settings)} {_recorded(meant.settings)} {export}",
        tables=[_table(meant, where)],
    )


def _begun(meant: Deployment) -> tuple[tuple[ServedModel, ...], dict[str, Any]]:
    assert meant.before is not None and meant.share is not None
    models, settings = begun(meant.before, meant.model, meant.share)
    return models, {**meant.settings, "rollout": settings["rollout"]}


def _others(ws: Workspace, meant: Deployment) -> str:
    """What becomes of those that are served now, and how the new one compares with the one that leads."""
    if meant.before is None:
        return ""
    names = ", ".join(model.name for model in meant.before.models)
    if meant.beside:
        return f"{names} is served on as it is; the new one answers where it is asked for by its name. "
    taken = f"It takes the place of {names}."
    told = taken if meant.share is None else card_words(meant.before, meant.model.name, meant.share)
    old = leading(meant.before)
    return f"{told} {against_served(ws, meant.run.id, old)} " if old not in ("", meant.run.id) else f"{told} "


def _own_name(meant: Deployment) -> str:
    if meant.beside:
        return ""
    part = f"a share of {meant.share:.0%} of " if meant.share is not None else ""
    return f", and {part}what is asked of {meant.name} goes to it"


def _reach(settings: dict[str, Any]) -> str:
    read = ServiceSettings.read(settings)
    if read.local:
        return "Only programs on this machine reach it, and only with a key."
    return (
        "Whoever reaches this machine over the network can try to ask it, and gets an answer only with a key. What is "
        "sent is not encrypted: put a proxy with TLS before it if others share the network."
    )


def _recorded(settings: dict[str, Any]) -> str:
    read = ServiceSettings.read(settings)
    vectors = ", and a vector of what was asked, from which drift is told" if read.keep_features else ""
    kept = "Of each request its time, model, counts, duration and outcome are recorded" + vectors
    if read.keep_texts:
        return f"{kept}; also the texts, with personal data masked as far as it is found."
    return f"{kept}; no texts."


def _table(meant: Deployment, where: str) -> Table:
    form, kind = meant.weights
    rounded: KindName | None = kind
    export = TITLES[form] + (f", {KIND_TITLES[rounded]}" if rounded else "")
    read = ServiceSettings.read(meant.settings)
    rows = [
        ("address", f"{where}/v1"),
        ("run", meant.run.called),
        ("weights", export + (f", {meant.export.folder}" if meant.export else ", made first")),
        ("computed by", "llama.cpp" if meant.engine == "llama" else "transformers"),
        ("answers at once", read.parallel),
        ("longest answer", f"{read.most_tokens:,} tokens"),
        ("texts kept", "yes, masked" if read.keep_texts else "no"),
    ]
    return Table(f"The service {meant.name}", ("", ""), rows)
