"""Words of the user's own that an argument of one tool takes, where another tool's of the same name means others."""

from collections.abc import Callable, Sequence
from typing import Any

from assistant.mentions import options_of
from assistant.parts import Part
from assistant.spoken import (
    choices,
    criteria,
    key_talk,
    labelled_columns,
    licences,
    mirror_talk,
    one_label,
    recipe_files,
    repositories,
    service_names,
)
from assistant.spoken.titles import title
from assistant.transcript import Turn

NOT_HERE = object()
"""No argument of this module; None is one of which nothing is said."""
Read = Callable[[Sequence[Turn], dict[str, Part]], Any]


def read(name: str, talk: Sequence[Turn], parts: dict[str, Part]) -> Any:
    """What the last message says of an argument in words of its own: None if nothing, or NOT_HERE.

    Args:
        name: The argument.
        talk: The turns, the present one last.
        parts: All arguments of the tool, by which it is known which tool's it is.
    """
    reader = next((read for beside, read in _READ.get(name, []) if beside in parts), None)
    return reader(talk, parts) if reader else NOT_HERE


def narrowed(talk: Sequence[Turn], parts: dict[str, Part]) -> dict[str, Part]:
    """The arguments that name something, of which the words for them tell which is meant."""
    if {"file", "source"} <= {*parts}:
        return recipe_files.sorted_out(parts, talk)
    return labelled_columns.meant(parts, talk[-1].wish) if {"labels", "text", "column"} <= {*parts} else {}


def _title(talk: Sequence[Turn], parts: dict[str, Part]) -> Any:
    return title(talk[-1].wish.strip(), _names(parts["run"]))


def _key(talk: Sequence[Turn], parts: dict[str, Part]) -> Any:
    return key_talk.key(talk[-1].wish, _names(parts["service"]))


def _service(talk: Sequence[Turn], parts: dict[str, Part]) -> Any:
    before = talk[-2].done[-1].arguments.get("service") if len(talk) > 1 and talk[-2].done else None
    return service_names.service(talk[-1].wish, parts["service"].get("there", []), _names(parts["run"])) or before


def _labels(talk: Sequence[Turn], parts: dict[str, Part]) -> Any:
    return choices.choices(talk[-1].wish, _names(parts["dataset"], parts["column"]))


def _criteria(talk: Sequence[Turn], parts: dict[str, Part]) -> Any:
    return criteria.criteria(talk[-1].wish, _names(parts["run"], parts["dataset"]))


def _names(*parts: Part) -> list[str]:
    return [str(name) for part in parts for name in options_of(part)]


_READ: dict[str, list[tuple[str, Read]]] = {
    "name": [
        ("run", _title),
        ("file", lambda talk, _: recipe_files.name(talk[-1].wish)),
        ("tracker", lambda talk, _: mirror_talk.name(talk)),
    ],
    "key": [("requests_a_minute", _key)],
    "service": [("webhook", _service)],
    "webhook": [("service", lambda talk, _: service_names.webhook(talk[-1].wish))],
    "labels": [("which", _labels)],
    "licence": [("repository", lambda talk, _: licences.licence(talk[-1].wish))],
    "repository": [(other, lambda talk, _: repositories.repository(talk)) for other in ("back_to", "licence")],
    "space": [("back_to", lambda talk, _: repositories.space(talk))],
    "back_to": [("space", lambda talk, _: repositories.commit(talk[-1].wish))],
    "criteria": [("other", _criteria)],
    "label": [("seed", lambda talk, parts: one_label.label(talk[-1].wish, _names(parts["run"])))],
    "tracker": [("endpoint", lambda talk, _: mirror_talk.tracker(talk))],
}
"""For each argument: another one that its tool alone has, and how it is read there."""
