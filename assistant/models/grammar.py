"""A JSON schema as a grammar that decoding is held to (llguidance), without a token spent on white space."""

import json
from typing import Any

from llguidance import LLMatcher

from assistant.models.brain import BrainError

COMPACT = {"whitespace_flexible": False, "item_separator": ", ", "key_separator": ": "}
"""Free white space costs a small model two of three tokens of an answer."""


def compact(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema with the order to write its JSON on one line.

    Raises:
        BrainError: Decoding cannot be held to this schema; the message says which part.
    """
    marked = {**schema, "x-guidance": COMPACT}
    if problem := LLMatcher.validate_grammar(LLMatcher.grammar_from_json_schema(marked)):
        raise BrainError(f"An answer cannot be held to this JSON schema: {problem}")
    return marked


def lark(schema: dict[str, Any]) -> str:
    """The grammar in the form that llama.cpp takes."""
    return f"%llguidance {{}}\nstart: %json {json.dumps(compact(schema))}"
