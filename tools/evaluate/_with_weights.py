"""Contestants that transformers runs: another base, a checkpoint, another instruction, a merged export."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tools.evaluate._answers import answer
from tools.evaluate._asking import Asking, Said
from tools.train._weights import Loaded, load


def base(asking: Asking, where: str) -> Said:
    """Another untuned model, asked in its own chat template."""
    return _answers(asking, load(where, **_settings(asking)))


def checkpoint(asking: Asking, where: str) -> Said:
    """The run as it was at a checkpoint."""
    plan = asking.plan
    loaded = load(plan["base_model"], Path(where), tokenizer_of=asking.run.model_folder, **_settings(asking))
    return _answers(asking, loaded)


def prompt(asking: Asking, where: str) -> Said:
    """The run with another instruction before each text."""
    loaded = load(asking.plan["base_model"], asking.run.model_folder, **_settings(asking))
    return _answers(asking.with_instruction(where), loaded)


def merged(asking: Asking, where: str) -> Said:
    """The run's export as a whole model."""
    return _answers(asking, load(where, Path(where), **_settings(asking)))


WITH_WEIGHTS: dict[str, Callable[[Asking, str], Said]] = {
    "base": base,
    "checkpoint": checkpoint,
    "prompt": prompt,
    "merged": merged,
}


def _settings(asking: Asking) -> dict[str, Any]:
    return {key: asking.plan[key] for key in ("task", "labels", "dtype")}


def _answers(asking: Asking, loaded: Loaded) -> Said:
    return Said([said.text for said in answer(loaded, asking.plan, asking.questions, asking.tell)])
