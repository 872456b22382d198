"""Which base model to propose: by task, language, length of the texts, memory, licence, and what can be had."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from store import NotFound
from tools.data._language import NAMES
from tools.train._dial import EFFORTS
from tools.train._machine import Machine
from tools.train._texts import Texts
from tools.train._wishes import Effort, Setting, Wishes
from tools.train.tasks import TASKS
from tools.weights import hub
from tools.weights.bases import resolve_base
from tools.weights.catalogue import Model, find, models, present
from tools.weights.errors import FetchError
from tools.weights.folder import models_folder

MOST_ON_A_PROCESSOR = {"quick": 150e6, "balanced": 150e6, "best": 500e6}
"""Weights that train in minutes to hours on a few cores; a larger base must be asked for."""
TRAINING_BYTES = 7
"""For each frozen weight: itself in float32, and room for what is computed from it and for an adapter."""
NOT_FREE = ("research", "non-commercial", "nc")


@dataclass(frozen=True)
class Choice:
    """The proposed base model, and by position of the dial what would be proposed there."""

    setting: Setting
    by_effort: dict[Effort, str]
    weights: dict[str, int]
    """By name, the number of weights, for the models of the catalogue."""


def choose_base(machine: Machine, task: str, texts: Texts, wishes: Wishes) -> Choice:
    """Propose a base model, or take the one that was asked for.

    Raises:
        FetchError: The one that was asked for does not exist; the message lists some.
    """
    weights = {model.name: model.parameters for model in models()}
    if wishes.base_model:
        name = checked(wishes.base_model)
        setting = Setting("base model", name, "you asked for it", *_others(machine, task, texts, name))
        return Choice(setting, dict.fromkeys(EFFORTS, name), weights)
    fit = suitable(machine, task, texts, can_be_had())
    by_effort: dict[Effort, str] = {effort: _taken(fit, machine, effort).name for effort in EFFORTS}
    taken = find(by_effort[wishes.effort or "balanced"])
    why = "; ".join(
        [f"{taken.good_for}", f"{taken.parameters / 1e6:,.0f} million weights", *_reasons(task, texts), _licence(taken)]
    )
    others = _runners_up(fit, taken)
    return Choice(Setting("base model", taken.name, why, *others), by_effort, weights)


def suitable(machine: Machine, task: str, texts: Texts, can_have: Callable[[Model], bool]) -> list[Model]:
    """The models of the catalogue that can do it, the smallest first.

    Those that fall short are let in again, one demand after another, before there is none at all: first the length of
    the texts, then the language.
    """
    labels = TASKS[task].head != "causal"
    room = machine.room_bytes
    able = [
        model
        for model in models()
        if model.use != "chat"
        and (labels or model.head == "text")
        and model.parameters * TRAINING_BYTES < room
        and not any(word in model.licence for word in NOT_FREE)
        and can_have(model)
    ]
    speaks = [model for model in able if _speaks(model, texts)] or able
    if own := [model for model in speaks if texts.language in model.languages]:
        speaks = own  # one that knows a hundred languages knows each of them less well
    reads = [model for model in speaks if model.context >= texts.tokens] or speaks
    if labels and (heads := [model for model in reads if model.head == "labels"]):
        reads = heads  # made to understand a text as a whole: faster, and better at it
    found = sorted(reads, key=lambda model: model.parameters)
    return found or [min(models(), key=lambda model: model.parameters if labels or model.head == "text" else 1e18)]


def can_be_had() -> Callable[[Model], bool]:
    """Tells whether a model is here, or can be loaded now. The Hub is asked once, and only if need be."""
    folder, reached = models_folder(), list[bool]()

    def can(model: Model) -> bool:
        if model.mirror or present(model, folder):
            return True
        if not reached:
            try:
                hub.reach()
                reached.append(True)
            except FetchError:
                reached.append(False)
        return reached[0]

    return can


def checked(name: str) -> str:
    """The name of a base model, refused at once if it can be told without a download that there is none.

    Raises:
        FetchError: There is no such model; the message lists some.
    """
    path = Path(name).expanduser()
    if path.exists():
        resolve_base(name, models_folder())
        return str(path.resolve())
    try:
        return find(name).name
    except NotFound:
        if name.count("/") != 1 or path.is_absolute() or name.startswith((".", "~")):
            resolve_base(name, models_folder())  # says what is wrong with it
        return name


def _taken(fit: list[Model], machine: Machine, effort: Effort) -> Model:
    most = 1e18 if machine.gpu_bytes else MOST_ON_A_PROCESSOR[effort]
    within = [model for model in fit if model.parameters <= most] or fit[:1]
    if effort == "quick":
        return within[0]
    if effort == "best":
        return within[-1]
    return within[len(within) // 2] if machine.gpu_bytes else within[min(1, len(within) - 1)]


def _speaks(model: Model, texts: Texts) -> bool:
    return texts.language is None or texts.language in model.languages or "*" in model.languages


def _reasons(task: str, texts: Texts) -> list[str]:
    told = [f"the texts are in {NAMES.get(texts.language, texts.language)}"] if texts.language else []
    if TASKS[task].head != "causal":
        told.append("made to read a text as a whole, which is faster than a model that writes")
    return [*told, f"nine texts in ten have at most about {texts.tokens:,} tokens"]


def _licence(model: Model) -> str:
    return f"licence {model.licence}"


def _runners_up(fit: list[Model], taken: Model) -> list[str]:
    """The next larger and the next smaller, or the two nearest, with what they would change."""
    place = next(n for n, model in enumerate(fit) if model.name == taken.name)
    near = sorted((model for model in fit if model.name != taken.name), key=lambda model: abs(fit.index(model) - place))
    return [_compared(model, taken) for model in near[:2]]


def _compared(model: Model, taken: Model) -> str:
    times = model.parameters / taken.parameters
    speed = f"about {times:.1f} times as slow" if times > 1 else f"about {1 / times:.1f} times as fast"
    return f"{model.name}: {model.good_for}; {speed}"


def _others(machine: Machine, task: str, texts: Texts, name: str) -> list[str]:
    fit = suitable(machine, task, texts, lambda model: bool(model.mirror))
    return [f"{model.name}: {model.good_for}" for model in fit if model.name != name][:2]
