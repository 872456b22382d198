"""A JSON schema as a grammar that an answer is held to while it is written (llguidance, on every engine)."""

import json
from typing import Any

from llguidance import LLMatcher

from tools.deploy.service.bodies import Sampling
from tools.deploy.service.errors import Refused

COMPACT = {"whitespace_flexible": False, "item_separator": ", ", "key_separator": ": "}
"""Free white space costs a small model two of three tokens of an answer."""
LONGEST_SCHEMA = 50_000


def schema_of(asked: Sampling) -> dict[str, Any] | None:
    """The schema that an answer must satisfy, with the order to write it on one line; None for plain text.

    Raises:
        Refused: No answer can be held to it; the message says which part.
    """
    schema = asked.response_format.schema_of_answer if asked.response_format else None
    if schema is None:
        return None
    marked = {**schema, "x-guidance": COMPACT}
    problem = "it is too long" if len(json.dumps(schema)) > LONGEST_SCHEMA else ""
    problem = problem or LLMatcher.validate_grammar(LLMatcher.grammar_from_json_schema(marked))
    if problem:
        said = f"No answer can be held to this JSON schema: {problem}"
        raise Refused(400, said, "invalid_json_schema", param="response_format")
    return marked


def lark(schema: dict[str, Any]) -> str:
    """The grammar in the form that llama.cpp takes."""
    return f"%llguidance {{}}\nstart: %json {json.dumps(schema)}"
