"""Answers that should be JSON: whether they are, and which fields they have right."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import tools.evaluate._metric as metric
from tools.evaluate._intervals import Array

Texts = Sequence[str]


class JsonFields(metric.Family):
    """Both of them."""


class OfJson(metric.Metric):
    """A metric of answers whose references are JSON objects or lists."""

    source = "RFC 8259"

    def fits(self, references: Texts) -> None:
        """The references must be JSON objects or lists."""
        off = [place for place, text in enumerate(references) if not isinstance(parsed(text), dict | list)]
        if off:
            raise metric.Undefined(
                f"{self.title} needs references that are JSON objects or lists, and {len(off)} of {len(references)} "
                "are not."
            )


class JsonValidity(OfJson):
    """The share of answers that are JSON by themselves, with nothing before or after."""

    key, share = "json_validity", True
    about = "The share of answers that are JSON, with nothing before or after it."

    def parts(self, predictions: Texts, references: Texts) -> Array:
        """JSON or not, and one."""
        return metric.means([float(parsed(p) is not NOT_JSON) for p in predictions])


class FieldF1(OfJson):
    """Mean F1 of the fields of an answer: a path with its value; the order of lists and of keys does not matter."""

    key = "field_f1"
    about = "Mean F1 of the fields, path and value, that answer and reference share; 0 for an answer that is not JSON."

    def parts(self, predictions: Texts, references: Texts) -> Array:
        """F1, and one."""
        return metric.means([_field_f1(p, r) for p, r in zip(predictions, references, strict=True)])


NOT_JSON = object()


def parsed(text: str) -> Any:
    """The value of a JSON text, or `NOT_JSON`."""
    try:
        return json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return NOT_JSON


def fields(value: Any, path: str = "$") -> Iterator[tuple[str, str]]:
    """The path and value of each leaf; an item of a list has the list's path."""
    match value:
        case {**items} if items:
            for key, inner in items.items():
                yield from fields(inner, f"{path}.{json.dumps(key)}")
        case [*items] if items:
            for inner in items:
                yield from fields(inner, f"{path}[]")
        case float() if value.is_integer():
            yield path, json.dumps(int(value))
        case _:
            yield path, json.dumps(value)


def _field_f1(prediction: str, reference: str) -> float:
    said, true = parsed(prediction), parsed(reference)
    if said is NOT_JSON or true is NOT_JSON:
        return 0.0
    answered, right = Counter(fields(said)), Counter(fields(true))
    return 2 * (answered & right).total() / (answered.total() + right.total())


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON.")


JsonFields.members = (JsonValidity, FieldF1)
