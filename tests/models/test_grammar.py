import pytest

from assistant.models import BrainError
from assistant.models.grammar import compact, lark


def test_the_schema_itself_stays_as_it_is() -> None:
    schema = {"type": "object", "properties": {"rows": {"type": "integer", "minimum": 1, "maximum": 9}}}
    marked = compact(schema)
    assert "x-guidance" not in schema
    assert {name: marked[name] for name in schema} == schema


def test_llama_gets_one_line_of_grammar() -> None:
    assert lark({"enum": ["yes", "no"]}).startswith('%llguidance {}\nstart: %json {"enum": ["yes", "no"]')


@pytest.mark.parametrize("schema", [{"type": "banana"}, {"type": "object", "patternProperties": 3}])
def test_a_schema_that_nothing_can_keep_to_is_told(schema: dict[str, object]) -> None:
    with pytest.raises(BrainError, match="cannot be held to this JSON schema"):
        compact(schema)
