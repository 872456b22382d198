"""Choose what runs the language model, and start it."""

import importlib.metadata
import logging
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from assistant.ear import TUNED, fetch_ear
from assistant.models.brain import Brain, BrainError
from assistant.models.zero_gpu import LentBrain, is_zero_gpu
from assistant.settings import Settings
from tools.weights.bases import resolve_base
from tools.weights.catalogue import models
from tools.weights.fetch import fetch
from tools.weights.progress import OnProgress

log = logging.getLogger(__name__)


def open_brain(settings: Settings, on_progress: OnProgress | None = None) -> Brain:
    """Start the language model, loading its file, and the encoder's that goes with it, where they are not here yet.

    Args:
        settings: Which model, and what runs it.
        on_progress: Told of the bytes of a download as they arrive.

    Raises:
        BrainError: The model cannot be started.
        FetchError: Its file cannot be had.
    """
    backend = choose(settings)
    fetch_ear(settings.models, on_progress)
    if backend == "openai":
        return _openai(settings)
    if backend == "transformers":
        try:
            return _transformers(settings, on_progress)
        except BrainError as error:
            if settings.backend == "transformers":
                raise
            log.warning("%s Thinking on the processor instead.", error)
    return _llama(settings, on_progress)


def choose(settings: Settings, environ: Mapping[str, str] = os.environ) -> Literal["llama", "transformers", "openai"]:
    """A server where its address is given, transformers where a GPU is or is lent, llama.cpp otherwise."""
    if settings.backend != "auto":
        return settings.backend
    if settings.llm_url:
        return "openai"
    return "transformers" if is_zero_gpu(environ) or _has_cuda(environ) else "llama"


def _openai(settings: Settings) -> Brain:
    from assistant.models.openai_backend import OpenAIBrain  # noqa: PLC0415

    if not settings.llm_url:
        raise BrainError("TUNEWRIGHT_BACKEND is openai, so TUNEWRIGHT_LLM_URL has to be the address of a server.")
    return OpenAIBrain(
        settings.llm_url, settings.llm_key, settings.llm_model, context_tokens=settings.context_tokens
    )  # fmt: skip


def _transformers(settings: Settings, on_progress: OnProgress | None) -> Brain:
    base = resolve_base(settings.model, settings.models, on_progress)
    from assistant.models.transformers_backend import TransformersBrain  # noqa: PLC0415  (torch)

    adapter = taught(settings.model) if settings.adapter else None
    brain = TransformersBrain(base, context_tokens=settings.context_tokens, adapter=adapter)
    return LentBrain(brain) if is_zero_gpu() else brain


def _llama(settings: Settings, on_progress: OnProgress | None) -> Brain:
    path = fetch(settings.model, settings.models, on_progress)
    from assistant.models.llama import LlamaBrain  # noqa: PLC0415

    adapter = taught(settings.model) if settings.adapter else None
    return LlamaBrain(
        path.stem, path, threads=settings.threads, context_tokens=settings.context_tokens, adapter=adapter
    )


def taught(model: str) -> Path | None:
    """The adapter that ships for a model, which may be called by its name, its repository or its file."""
    file = Path(model).name.lower()
    names = [one.name for one in models() if file in (one.name, one.file.lower()) or model.lower() == one.hub.lower()]
    adapter = TUNED / f"{names[0]}.gguf" if names else None
    return adapter if adapter and adapter.exists() else None


def _has_cuda(environ: Mapping[str, str]) -> bool:
    """Whether torch can use a GPU, found out without importing torch: a broken driver can hang that import."""
    if environ.get("CUDA_VISIBLE_DEVICES", "0").strip() in ("", "-1"):
        return False
    try:
        if importlib.metadata.version("torch").endswith("+cpu"):
            return False
    except importlib.metadata.PackageNotFoundError:
        return False
    command = shutil.which("nvidia-smi")
    if not command:
        return False
    try:
        listed = subprocess.run([command, "-L"], capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return listed.returncode == 0 and "GPU 0" in listed.stdout
