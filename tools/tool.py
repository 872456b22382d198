"""Turn a plain function into a tool that the model, the page, the terminal and the docs all read."""

import inspect
import json
import reprlib
from collections.abc import Callable, Sequence
from functools import cached_property, update_wrapper
from typing import Any, Literal, Self

import docstring_parser
from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from store import StoreError, Workspace
from store.approvals import Approval, payload_hash
from tools.kinds import by_id, check, depends_on, with_what_exists
from tools.result import Result

Effect = Literal["reads", "writes", "trains", "publishes"]
Ask = tuple[str, dict[str, Any]]


class ToolError(StoreError):
    """Something the user or the model can put right; the message says how."""


class Tool:
    """A function the assistant may call.

    Attributes:
        name: The function's name, and the file's.
        chapter: The folder it is in.
        effect: What it does. Anything but "reads" is asked first.
        asks: What users say when they want it, with the arguments they mean.
        repeatable: Whether the same arguments on the same rows give the same rows.
    """

    def __init__(
        self, function: Callable[..., Result], effect: Effect, asks: Sequence[Ask], repeatable: bool = False
    ) -> None:
        self.function, self.effect, self.asks, self.repeatable = function, effect, tuple(asks), repeatable
        self.name = function.__name__
        self.chapter = function.__module__.split(".")[1] if "." in function.__module__ else ""
        self._preview: Callable[..., Result] | None = None
        update_wrapper(self, function)

    @property
    def asks_first(self) -> bool:
        """Whether a yes is needed."""
        return self.effect != "reads"

    @cached_property
    def _doc(self) -> docstring_parser.Docstring:
        return docstring_parser.parse(self.function.__doc__ or "", docstring_parser.DocstringStyle.GOOGLE)

    @cached_property
    def summary(self) -> str:
        """The docstring's first line."""
        return self._doc.short_description or ""

    @cached_property
    def arguments(self) -> type[BaseModel]:
        """The arguments, checked, from the signature and `Args:`."""
        told = {p.arg_name: (p.description or "").replace("\n", " ") for p in self._doc.params}
        fields: dict[str, Any] = {}
        for name, parameter in list(inspect.signature(self.function, eval_str=True).parameters.items())[1:]:
            default = ... if parameter.default is parameter.empty else parameter.default
            fields[name] = (parameter.annotation, Field(default, description=told.get(name, "")))
        return create_model(self.name, __config__=ConfigDict(extra="forbid"), **fields)

    @cached_property
    def described(self) -> dict[str, Any]:
        """The arguments as JSON schema, the same for every workspace; to be read alone."""
        return self.arguments.model_json_schema()

    def schema(self, ws: Workspace) -> dict[str, Any]:
        """The arguments as JSON schema, with the names that exist in the workspace now as enums."""
        return with_what_exists(self.described, ws)

    def checked(self, ws: Workspace, arguments: dict[str, Any]) -> dict[str, Any]:
        """The arguments with their types right, defaults filled in and every name known.

        Raises:
            ToolError: One is missing, unknown or out of bounds; the message says which and what is allowed.
        """
        try:
            json.dumps(arguments, ensure_ascii=False, default=str).encode()
            model = self.arguments.model_validate(arguments)
        except UnicodeEncodeError as error:
            raise ToolError(f"{self.name} cannot run: a letter is broken in two. Write it again.") from error
        except ValidationError as error:
            raise ToolError(f"{self.name} cannot run: {_in_words(error, self.arguments)}") from error
        values = {name: getattr(model, name) for name in type(model).model_fields}
        check(self.described, values, ws)
        return by_id(self.described, values, ws)

    def run(self, ws: Workspace, arguments: dict[str, Any]) -> Result:
        """Check the arguments, then call the function.

        Raises:
            NotApproved: It changes something, and no yes is being carried out.
        """
        values = self.checked(ws, arguments)
        if self.asks_first:
            ws.approvals.needed(self.name)
        return self.function(ws, **values)

    def payload(self, ws: Workspace, arguments: dict[str, Any]) -> str:
        """The hash of this call as it would run now: the arguments, and the state of what they name."""
        values = self.checked(ws, arguments)
        return payload_hash(self.name, values, depends_on(self.described, values, ws))

    def ask(self, ws: Workspace, arguments: dict[str, Any], asked_by: str = "") -> Approval:
        """Put the question whether to run this call, with what would happen."""
        values = self.checked(ws, arguments)
        shown = self.show_first(ws, values)
        return ws.approvals.ask(self.name, values, self.payload(ws, arguments), shown.as_json(), asked_by)

    def show_first(self, ws: Workspace, arguments: dict[str, Any]) -> Result:
        """What would happen: for the card that asks for a yes. Changes nothing."""
        assert self._preview, f"{self.name} changes something and has no preview"
        return self._preview(ws, **self.checked(ws, arguments))

    def preview(self, function: Callable[..., Result]) -> Self:
        """Decorator: the function, of the same arguments, that shows what the tool would do."""
        self._preview = function
        return self

    def __call__(self, ws: Workspace, *args: Any, **kwargs: Any) -> Result:
        """Call the function as plain Python."""
        return self.function(ws, *args, **kwargs)


def tool(
    *, effect: Effect = "reads", asks: Sequence[Ask], repeatable: bool = False
) -> Callable[[Callable[..., Result]], Tool]:
    """Make a function a tool.

    Args:
        effect: What it does. The user confirms all but "reads".
        asks: What a user would type to want it, and the arguments that means. Shown as chips in the chat, given to
            the model as examples, and used by the routing test.
        repeatable: Whether a version it makes can be made again from its recipe: the same arguments on the same rows
            give the same rows. What a person or a model decided cannot.
    """
    return lambda function: Tool(function, effect, asks, repeatable)


MOST_PROBLEMS = 10
"""Of a call that are told at once."""


def _in_words(error: ValidationError, model: type[BaseModel]) -> str:
    told: list[str] = []
    for problem in error.errors()[:MOST_PROBLEMS]:
        name = ".".join(str(part) for part in problem["loc"])
        if problem["type"] == "missing":
            told.append(f"it needs {name} ({model.model_fields[name].description})")
        elif problem["type"] == "extra_forbidden":
            told.append(f"it has no argument {name!r}; its arguments are {', '.join(model.model_fields)}")
        else:
            told.append(
                f"{name}: {problem['msg'][0].lower()}{problem['msg'][1:]}, not {reprlib.repr(problem['input'])}"
            )
    return "; ".join(told) + "."
