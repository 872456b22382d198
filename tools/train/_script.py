"""The same training as a plain script: of TRL, or of transformers for a classification head."""

import json
from collections.abc import Mapping
from pathlib import Path
from string import Template
from typing import Any

TEMPLATES = Path(__file__).parent / "scripts"
PINNED = ("torch", "transformers", "peft", "trl", "datasets", "accelerate")
START = 'model = PeftModel.from_pretrained(model, str(HERE / "start"), is_trainable=True)\n'


def tasks() -> list[str]:
    """The tasks that there is a script for."""
    return sorted(file.name.removesuffix(".py.txt") for file in TEMPLATES.glob("*.py.txt"))


def script(told: Mapping[str, Any]) -> str:
    """The script of a run.

    Args:
        told: run, dataset, task, base; adapter, the name of its configuration's class or empty, and its `settings`;
            start, whether it goes on from the adapter in `start` beside the script; arguments, the settings of the
            trainer; dtype, max_length, labels, seed, and the versions of the libraries.
    """
    template = Template((TEMPLATES / f"{told['task']}.py.txt").read_text(encoding="utf-8"))
    kind, classify = str(told["adapter"]), told["task"] == "classify"
    labels: list[str] = told["labels"] or []
    new = bool(kind) and not told["start"]
    imported = ["PeftModel"] if told["start"] else [kind, *(["get_peft_model"] if classify else [])] if new else []
    return template.substitute(
        {name: told[name] for name in ("run", "dataset", "max_length", "seed")},
        base=_word(told["base"]),
        pins=" ".join(
            f"{name}=={told['versions'][name].partition('+')[0]}" for name in PINNED if name in told["versions"]
        ),
        peft_import=f"from peft import {', '.join(imported)}\n" if imported else "",
        adapter=f"ADAPTER = {kind}(\n{_lines(told['settings'], 4)})\n" if new else "",
        peft=START if told["start"] else "model = get_peft_model(model, ADAPTER)\n" if new and classify else "",
        peft_config="ADAPTER" if new else "None",
        arguments=_lines(told["arguments"], 8),
        dtype=f"torch.{told['dtype']}",
        labels="".join(f"    {_word(label)},\n" for label in labels),
    )


def _lines(settings: Mapping[str, Any], indent: int) -> str:
    return "".join(f"{' ' * indent}{name}={_word(value)},\n" for name, value in settings.items())


def _word(value: Any) -> str:
    """A value as Python reads it."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)
