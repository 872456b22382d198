"""Whether JSON fits a JSON Schema that a user gave: nothing is fetched for it, and no pattern takes for ever."""

import json
from collections.abc import Callable, Iterator
from typing import Any, cast

import jsonschema
import regex
from jsonschema.validators import extend  # pyright: ignore[reportUnknownVariableType]
from referencing import Registry

from tools.tool import ToolError
from tools.train._rewards import SECONDS


def read(text: str) -> dict[str, Any]:
    """The schema in a text.

    Raises:
        ToolError: It is none, or refers to what is elsewhere; the message says what to do.
    """
    try:
        schema: Any = json.loads(text)
        jsonschema.Draft202012Validator.check_schema(schema)
    except (ValueError, RecursionError) as error:
        raise ToolError(f"The JSON Schema cannot be read: {error}. Mend it, or name the keys instead.") from error
    except jsonschema.SchemaError as error:
        raise ToolError(f"That is no JSON Schema: {error.message}. Mend it, or name the keys instead.") from error
    _refuse_outside(schema)
    return cast("dict[str, Any]", schema)


def checker(schema: dict[str, Any]) -> Callable[[Any], bool]:
    """Tells of a value whether it fits."""
    made = _Checker(schema, registry=cast(Any, Registry)())  # that registry fetches nothing

    def fits(value: Any) -> bool:
        try:
            return bool(made.is_valid(value))
        except (TimeoutError, RecursionError, regex.error):
            return False

    return fits


def _refuse_outside(schema: Any) -> None:
    """Nothing is fetched for a schema, however the reference is spelled, and no key is matched without a limit."""
    if isinstance(schema, dict):
        for key, value in cast("dict[str, Any]", schema).items():
            if key in ("$ref", "$dynamicRef") and isinstance(value, str) and not value.startswith("#"):
                raise ToolError("The JSON Schema refers to another file ($ref), which is not fetched. Put it in whole.")
            if key == "patternProperties":
                raise ToolError("The JSON Schema names keys by a pattern (patternProperties). Name them one by one.")
            _refuse_outside(value)
    elif isinstance(schema, list):
        for each in cast("list[Any]", schema):
            _refuse_outside(each)


def _pattern_fits(_: Any, pattern: str, value: Any, __: Any) -> Iterator[jsonschema.ValidationError]:
    """The keyword `pattern`, in time: the library's own would take for ever over some expressions."""
    if isinstance(value, str) and not regex.search(pattern, value, timeout=SECONDS):
        yield jsonschema.ValidationError(f"it does not match {pattern!r}")


_Checker: Any = cast(Any, extend)(jsonschema.Draft202012Validator, {"pattern": _pattern_fits})
