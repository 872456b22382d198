"""What a service is asked: the parts of OpenAI's requests that are served. Other fields are let pass unread."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

LONGEST_NAME = 200
MOST_INPUTS = 256
LONGEST_SAID = 20_000
Stop = str | Annotated[list[Annotated[str, Field(min_length=1)]], Field(max_length=16)]


class TextPart(BaseModel):
    """A piece of a message; only text is read."""

    type: Literal["text"]
    text: str


class ChatMessage(BaseModel):
    """A turn of a conversation."""

    role: Literal["system", "developer", "user", "assistant"]
    content: str | Annotated[list[TextPart], Field(min_length=1)]
    name: str | None = None

    @property
    def text(self) -> str:
        """What is said."""
        return self.content if isinstance(self.content, str) else "".join(part.text for part in self.content)

    def plain(self) -> dict[str, str]:
        """As chat templates know it."""
        return {"role": "system" if self.role == "developer" else self.role, "content": self.text}


class JsonSchema(BaseModel):
    """A schema that the answer must satisfy."""

    name: str = "answer"
    strict: bool | None = None
    schema_: dict[str, JsonValue] = Field(alias="schema")


class PlainFormat(BaseModel):
    """Plain text, or any JSON object."""

    type: Literal["text", "json_object"]

    @property
    def schema_of_answer(self) -> dict[str, Any] | None:
        """What holds the answer to its form; None for plain text."""
        return {"type": "object"} if self.type == "json_object" else None


class SchemaFormat(BaseModel):
    """JSON that satisfies a schema."""

    type: Literal["json_schema"]
    json_schema: JsonSchema

    @property
    def schema_of_answer(self) -> dict[str, Any] | None:
        """What holds the answer to its form."""
        return dict(self.json_schema.schema_)


ResponseFormat = Annotated[PlainFormat | SchemaFormat, Field(discriminator="type")]


class StreamOptions(BaseModel):
    """How an answer is streamed."""

    include_usage: bool | None = None


class Sampling(BaseModel):
    """What the two ways of asking for a text have in common."""

    model_config = ConfigDict(extra="ignore")
    model: str = Field(max_length=LONGEST_NAME)
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    temperature: float | None = Field(None, ge=0, le=2)
    top_p: float | None = Field(None, gt=0, le=1)
    frequency_penalty: float | None = Field(None, ge=-2, le=2)
    presence_penalty: float | None = Field(None, ge=-2, le=2)
    seed: int | None = Field(None, ge=0, le=2**32 - 1)
    stop: Stop | None = None
    max_tokens: int | None = Field(None, ge=1, le=1_000_000)
    user: str | None = Field(None, max_length=LONGEST_NAME)
    response_format: ResponseFormat | None = None
    n: Literal[1] | None = Field(None, description="One answer at a time is given.")


class ChatBody(Sampling):
    """`POST /v1/chat/completions`."""

    messages: list[ChatMessage] = Field(min_length=1, max_length=1000)
    max_completion_tokens: int | None = Field(None, ge=1, le=1_000_000)
    logprobs: bool | None = None
    top_logprobs: int | None = Field(None, ge=0, le=20)
    tools: Annotated[list[JsonValue], Field(max_length=0)] | None = Field(None, description="No tools are served.")

    @property
    def question(self) -> str:
        """What is asked: the newest words of the user."""
        return next((said.text for said in reversed(self.messages) if said.role == "user"), self.messages[-1].text)


class CompletionBody(Sampling):
    """`POST /v1/completions`."""

    prompt: str | Annotated[list[str], Field(min_length=1, max_length=1)]
    logprobs: int | None = Field(None, ge=0, le=5)
    echo: Literal[False] | None = Field(None, description="The prompt is not repeated.")
    best_of: Literal[1] | None = None

    @property
    def question(self) -> str:
        """What is to be gone on from."""
        return self.prompt if isinstance(self.prompt, str) else self.prompt[0]


class ClassifyBody(BaseModel):
    """`POST /classify`."""

    model_config = ConfigDict(extra="ignore")
    model: str = Field(max_length=LONGEST_NAME)
    input: str | Annotated[list[str], Field(min_length=1, max_length=MOST_INPUTS)]
    top_k: int | None = Field(None, ge=1, le=1000, description="How many of the likeliest labels; all if not given.")
    user: str | None = Field(None, max_length=LONGEST_NAME)

    @property
    def texts(self) -> list[str]:
        """The texts to read."""
        return [self.input] if isinstance(self.input, str) else self.input


class FeedbackBody(BaseModel):
    """`POST /feedback`: what somebody says of an answer; at least one of the three."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"anyOf": [{"required": ["thumb"]}, {"required": ["correction"]}, {"required": ["outcome"]}]},
    )
    id: str = Field(max_length=LONGEST_NAME, description="The id of the answer.")
    thumb: Literal["up", "down"] = Field("up", description="Whether the answer was good.")
    correction: str = Field("", max_length=LONGEST_SAID, description="What the answer should have been.")
    outcome: str = Field("", max_length=LONGEST_NAME, description="The label that turned out to be right.")

    @model_validator(mode="after")
    def _something(self) -> "FeedbackBody":
        if not self.model_fields_set & {"thumb", "correction", "outcome"}:
            raise ValueError("give a thumb, a correction or an outcome")
        return self
