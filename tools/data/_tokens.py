"""The tokenizer and chat template of a base model without the model: light enough for a preview."""

import json
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from store import NotFound, StoreError, Workspace

if TYPE_CHECKING:
    from tools.weights.catalogue import Model

UNLIMITED = 1e9
"""Tokenizers without a limit give a number beyond this one."""
CHARACTERS_A_TOKEN = 4
"""The usual rule of thumb for English; used where no tokenizer is at hand, and then said so."""


@dataclass(frozen=True)
class BaseTokens:
    """What a base model reads: its tokens and its chat template.

    It has the two names of transformers' tokenizers that `tools.train._examples` uses, so what is shown here is made
    by the code that makes what is trained.
    """

    name: str
    folder: Path

    def count(self, texts: list[str]) -> list[int]:
        """Tokens of each text, without the marks around it."""
        return [len(found) for found in self._tokenizer.encode_batch_fast(texts, add_special_tokens=False)]

    def split(self, text: str) -> list[str]:
        """The tokens of a text as the pieces of it that they stand for, without the marks around it.

        A letter of several bytes may be spread over tokens; each of them shows it whole.
        """
        return [text[start:end] for start, end in self._tokenizer.encode(text, add_special_tokens=False).offsets]

    @cached_property
    def context(self) -> int | None:
        """The most tokens that the model reads; None if its files do not say."""
        config = self.folder / "config.json"
        told: Any = json.loads(config.read_text()).get("max_position_embeddings") if config.exists() else None
        told = told or self._settings.get("model_max_length")
        return int(told) if isinstance(told, int | float) and 0 < told < UNLIMITED else _context_of(self.name)

    @cached_property
    def eos_token(self) -> str:
        """The mark that ends an answer."""
        return _content(self._settings.get("eos_token"))

    def apply_chat_template(
        self, messages: list[dict[str, str]], *, tokenize: bool, add_generation_prompt: bool
    ) -> str:
        """The text of a conversation, as transformers writes it with `tokenize=False`."""
        assert not tokenize
        marks = {key: value for key, value in self._settings.items() if key.endswith("_token") and value}
        texts: dict[str, Any] = {key: _content(mark) for key, mark in marks.items()}
        return self._template.render(messages=messages, add_generation_prompt=add_generation_prompt, **texts)

    @cached_property
    def _tokenizer(self) -> Any:
        file = self.folder / "tokenizer.json"
        return _read(file, file.stat().st_mtime_ns)

    @cached_property
    def _settings(self) -> dict[str, Any]:
        return json.loads((self.folder / "tokenizer_config.json").read_text())

    @cached_property
    def _template(self) -> Any:
        from jinja2.ext import loopcontrols  # noqa: PLC0415
        from jinja2.sandbox import ImmutableSandboxedEnvironment  # noqa: PLC0415

        beside = self.folder / "chat_template.jinja"
        source = beside.read_text() if beside.exists() else self._settings.get("chat_template")
        if not isinstance(source, str):
            raise StoreError(f"{self.name} has no chat template.")

        def raise_exception(message: str) -> None:
            raise StoreError(f"The chat template of {self.name} refuses this conversation: {message}")

        environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=[loopcontrols])
        environment.filters["tojson"] = lambda value, **_: json.dumps(value, ensure_ascii=False)  # pyright: ignore
        environment.globals["raise_exception"] = raise_exception  # pyright: ignore[reportUnknownMemberType]
        return environment.from_string(source)


def chosen_tokens(ws: Workspace) -> BaseTokens | None:
    """The tokenizer of the base model that was trained last, or else of the default one; nothing is downloaded."""
    from tools.weights.catalogue import find  # noqa: PLC0415

    if not (runs := ws.runs.names()):
        return default_tokens(ws)
    base = str(ws.runs.get(runs[-1]).plan["base_model"])
    if (Path(base).expanduser() / "tokenizer.json").is_file():
        return BaseTokens(Path(base).name, Path(base).expanduser())
    try:
        return _tokens_of(find(base), ws) or default_tokens(ws)
    except NotFound:
        return default_tokens(ws)


def tokens_of(ws: Workspace, base_model: str | None) -> BaseTokens | None:
    """The tokenizer of a base model by its name or folder, else of the one trained last; None if it is not here."""
    if base_model is None:
        return chosen_tokens(ws)
    from tools.weights.catalogue import find  # noqa: PLC0415

    folder = Path(base_model).expanduser()
    if (folder / "tokenizer.json").is_file():
        return BaseTokens(folder.name, folder)
    try:
        return _tokens_of(find(base_model), ws)
    except NotFound:
        return None


def default_tokens(ws: Workspace) -> BaseTokens | None:
    """The tokenizer of the default base model, if the model is on this machine; nothing is downloaded.

    A GGUF file's tokenizer is converted once, by a worker, and kept beside the model files.
    """
    from tools.weights.catalogue import default  # noqa: PLC0415

    return _tokens_of(default("train"), ws)


def _tokens_of(model: "Model", ws: Workspace) -> BaseTokens | None:
    from tools.weights.catalogue import present  # noqa: PLC0415
    from tools.weights.folder import models_folder  # noqa: PLC0415

    folder = models_folder()
    if (here := present(model, folder)) is None:
        return None
    if here.is_dir():
        return BaseTokens(model.name, here) if (here / "tokenizer.json").exists() else None
    for whole in (folder / "dequantised").glob(f"{here.stem}-*"):
        if (whole / "tokenizer.json").exists():
            return BaseTokens(model.name, whole)
    kept = folder / "tokenizers" / f"{here.stem}-{here.stat().st_size}"
    if not (kept / "tokenizer.json").exists():
        task = {"folder": str(here.parent), "gguf_file": here.name, "target": str(kept)}
        ws.jobs.wait(ws.jobs.start("tokenizer", "tools.data._tokenizer_worker", task).id)
    return BaseTokens(model.name, kept) if (kept / "tokenizer.json").exists() else None


def _context_of(name: str) -> int | None:
    from tools.weights.catalogue import find  # noqa: PLC0415

    try:
        return find(name).context
    except NotFound:
        return None


@lru_cache(maxsize=2)
def _read(file: Path, _: int) -> Any:
    """A tokenizer, which takes a tenth of a second to read; read again once its file is another one."""
    from tokenizers import Tokenizer  # noqa: PLC0415

    return Tokenizer.from_file(str(file))


def _content(mark: Any) -> str:
    """A special token, which tokenizer_config.json has as text or as an object."""
    return str(mark["content"] if isinstance(mark, dict) else mark or "")  # pyright: ignore[reportUnknownArgumentType]
