"""What a service answers, as its OpenAPI description tells it."""

from typing import Any, Literal

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel

Responses = dict[int | str, dict[str, Any]]


class ErrorTold(BaseModel):
    """What is wrong."""

    message: str
    type: str
    param: str | None
    code: str


class ErrorReply(BaseModel):
    """OpenAI's error object."""

    error: ErrorTold


class StatusReply(BaseModel):
    """Whether it is well."""

    status: Literal["ok", "ready"]


class ModelReply(BaseModel):
    """A model that may be asked."""

    id: str
    object: Literal["model"]
    created: int
    owned_by: str


class ModelsReply(BaseModel):
    """Those that may be asked."""

    object: Literal["list"]
    data: list[ModelReply]


class Usage(BaseModel):
    """Tokens read and written."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class Said(BaseModel):
    """What the model said."""

    role: Literal["assistant"]
    content: str
    refusal: None


class ChatChoice(BaseModel):
    """The answer."""

    index: int
    message: Said
    finish_reason: Literal["stop", "length"]
    logprobs: dict[str, Any] | None


class TextChoice(BaseModel):
    """How the text goes on."""

    index: int
    text: str
    finish_reason: Literal["stop", "length"]
    logprobs: dict[str, Any] | None


class ChatReply(BaseModel):
    """The next turn."""

    id: str
    object: Literal["chat.completion"]
    created: int
    model: str
    choices: list[ChatChoice]
    usage: Usage


class CompletionReply(BaseModel):
    """The text that follows."""

    id: str
    object: Literal["text_completion"]
    created: int
    model: str
    choices: list[TextChoice]
    usage: Usage


class Chance(BaseModel):
    """A label and its probability."""

    label: str
    probability: float


class Span(BaseModel):
    """An entity in a text; characters from `start` to before `end`."""

    start: int
    end: int
    label: str
    text: str
    probability: float


class Judged(BaseModel):
    """What was chosen for one text."""

    id: str
    label: str
    probabilities: list[Chance]
    spans: list[Span] | None = None


class Read(BaseModel):
    """Tokens read."""

    prompt_tokens: int
    total_tokens: int


class ClassifyReply(BaseModel):
    """What was chosen for each text."""

    id: str
    object: Literal["classification"]
    model: str
    results: list[Judged]
    usage: Read


class FeedbackReply(BaseModel):
    """It was kept."""

    id: str
    object: Literal["feedback"]
    kept: Literal[True]


TOLD = {
    400: "The request is wrong.",
    401: "No key, or one that does not open the service.",
    403: "The key is not for this model.",
    404: "There is nothing of that name.",
    405: "This is asked in another way.",
    413: "The body is too long.",
    429: "A limit is reached, or too many wait; see Retry-After.",
    500: "The model broke off.",
    503: "The service is loading or stopping.",
    504: "It took too long.",
}
ERRORS: dict[int, Responses] = {
    status: {status: {"model": ErrorReply, "description": said}} for status, said in TOLD.items()
}
_ASKED: Responses = {status: told for each in ERRORS.values() for status, told in each.items() if status != 405}
_EVENTS = {"text/event-stream": {"schema": {"type": "string"}}}
ANSWERS: dict[str, Responses] = {
    "health": {200: {"model": StatusReply}},
    "models": {200: {"model": ModelsReply}},
    "model": {200: {"model": ModelReply}, **ERRORS[401], **ERRORS[503]},
    "chat": {200: {"model": ChatReply, "content": _EVENTS}, **_ASKED},
    "completion": {200: {"model": CompletionReply, "content": _EVENTS}, **_ASKED},
    "classify": {200: {"model": ClassifyReply}, **_ASKED},
    "feedback": {200: {"model": FeedbackReply}, **_ASKED},
}


def describe(app: FastAPI) -> None:
    """Let the description of a service say how keys are shown, and that a wrong request is a 400."""

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            told = get_openapi(title=app.title, version="1", routes=app.routes)
            told["components"]["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
            for path, ways in told["paths"].items():
                for way in ways.values():
                    way["responses"].pop("422", None)
                    way["security"] = [] if path in ("/health", "/ready") else [{"key": []}]
            app.openapi_schema = told
        return app.openapi_schema

    app.openapi = described
