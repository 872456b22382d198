"""Requests that were written for projects in many states, with the call that each means; they ship in `lessons/`."""

import json
from functools import cache
from importlib.resources import files
from typing import Any

from assistant.scene import Scene


@cache
def projects() -> dict[str, Scene]:
    """The projects that requests were written for, by their names."""
    lines = [json.loads(line) for line in _read("projects.jsonl")]
    return {line.pop("id"): Scene(**line) for line in lines}


@cache
def requests() -> tuple[dict[str, Any], ...]:
    """The requests: project (`world`), turns before (`history`), `text`, and the `tool` and `arguments` it means."""
    return tuple(json.loads(line) for line in _read("requests.jsonl"))


@cache
def alone() -> tuple[dict[str, Any], ...]:
    """Those that can be understood without their project and without what was said before."""
    return tuple(one for one in requests() if not one["history"] and one["tool"] != "ask")


def _read(name: str) -> list[str]:
    return files("assistant").joinpath("lessons", name).read_text(encoding="utf-8").splitlines()
