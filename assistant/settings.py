"""The knobs, read from the environment once."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, cast, get_args

from platformdirs import user_data_path

from assistant.hosting import Hosting, whole
from store.errors import StoreError
from tools.weights.catalogue import default
from tools.weights.folder import models_folder

Backend = Literal["auto", "llama", "transformers", "openai"]
MOST_THREADS = 8


@dataclass(frozen=True)
class Settings:
    """How Tunewright is set up.

    Attributes:
        home: Folder of the workspace (TUNEWRIGHT_HOME).
        models: Folder of the model files (TUNEWRIGHT_MODELS).
        model: Name or path of the local model to think with (TUNEWRIGHT_MODEL).
        backend: What runs the model (TUNEWRIGHT_BACKEND).
        llm_url: Address of an OpenAI-compatible server to think with instead, or empty (TUNEWRIGHT_LLM_URL).
        llm_key: Key for that server (TUNEWRIGHT_LLM_KEY).
        llm_model: Name of the model there; empty takes the first it lists (TUNEWRIGHT_LLM_MODEL).
        adapter: Whether to think with the adapter that ships for the model (TUNEWRIGHT_ADAPTER, "off" for no).
        threads: Processor threads for the local model (TUNEWRIGHT_THREADS).
        context_tokens: Longest prompt and answer together, in tokens (TUNEWRIGHT_CONTEXT_TOKENS).
        host: Address the page listens on (TUNEWRIGHT_HOST).
        port: Port the page listens on (TUNEWRIGHT_PORT).
        on_space: Whether this is a Hugging Face Space, where everybody has a workspace of their own.
        hosting: How visitors of a Space are received.
    """

    home: Path
    models: Path
    model: str
    backend: Backend = "auto"
    llm_url: str = ""
    llm_key: str = field(default="", repr=False)
    llm_model: str = ""
    adapter: bool = True
    threads: int = 2
    context_tokens: int = 8192
    host: str = "127.0.0.1"
    port: int = 7860
    on_space: bool = False
    hosting: Hosting = Hosting()

    @classmethod
    def read(cls, environ: Mapping[str, str] = os.environ) -> "Settings":
        """Read the environment.

        Raises:
            StoreError: A variable has a value that makes no sense; the message names it and what it may be.
        """
        on_space = "SPACE_ID" in environ
        reachable_from = "0.0.0.0" if on_space else "127.0.0.1"
        home = environ.get("TUNEWRIGHT_HOME")
        return cls(
            home=Path(home).expanduser() if home else user_data_path("tunewright"),
            models=models_folder(environ),
            model=environ.get("TUNEWRIGHT_MODEL") or default("chat").name,
            backend=_backend(environ.get("TUNEWRIGHT_BACKEND") or "auto"),
            llm_url=environ.get("TUNEWRIGHT_LLM_URL", "").rstrip("/"),
            llm_key=environ.get("TUNEWRIGHT_LLM_KEY", ""),
            llm_model=environ.get("TUNEWRIGHT_LLM_MODEL", ""),
            adapter=environ.get("TUNEWRIGHT_ADAPTER", "").lower() != "off",
            threads=whole(environ, "TUNEWRIGHT_THREADS", _processors(), 1, 256),
            context_tokens=whole(environ, "TUNEWRIGHT_CONTEXT_TOKENS", 8192, 1024, 1_000_000),
            host=environ.get("TUNEWRIGHT_HOST") or environ.get("GRADIO_SERVER_NAME") or reachable_from,
            port=whole(environ, "TUNEWRIGHT_PORT", 7860, 1, 65535),
            on_space=on_space,
            hosting=Hosting.read(environ) if on_space else Hosting(),
        )


def _backend(named: str) -> Backend:
    if named not in get_args(Backend):
        raise StoreError(f"TUNEWRIGHT_BACKEND is {named!r}. It may be {', '.join(get_args(Backend))}.")
    return cast(Backend, named)


def _processors() -> int:
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 2
    return min(allowed, MOST_THREADS)
