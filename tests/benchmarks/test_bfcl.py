from typing import Any

import pytest

from benchmarks.bfcl import Call, Task, alike, as_json_schema, called, fits, judge

WANTED = ("boat.book", {"to": ["Hydra"], "seats": [2], "deck": ["", "upper"]})


@pytest.mark.parametrize("given", [{"to": "hydra", "seats": 2}, {"to": "Hydra", "seats": 2.0, "deck": "Upper"}])
def test_allowed_values_fit_and_what_is_optional_may_be_left_out(given: dict[str, Any]):
    assert fits(given, WANTED[1])


@pytest.mark.parametrize(
    "given",
    [
        {"to": "Hydra"},
        {"to": "Poros", "seats": 2},
        {"to": "Hydra", "seats": 3},
        {"to": "Hydra", "seats": 2, "deck": "lower"},
        {"to": "Hydra", "seats": 2, "meal": "fish"},
    ],
)
def test_anything_else_does_not(given: dict[str, Any]):
    assert not fits(given, WANTED[1])


@pytest.mark.parametrize(
    ("given", "allowed", "right"),
    [
        ("April 1, 2024", "april 1 2024", True),
        ([1, "A.B"], [1, "ab"], True),
        ([1, 2], [2, 1], False),
        ({"min": 1}, {"min": [1, 2]}, True),
        ({"min": 3}, {"min": [1, 2]}, False),
        (True, 1, False),
        ("1", 1, False),
    ],
)
def test_values_are_alike_but_for_case_and_punctuation(given: Any, allowed: Any, right: bool):
    assert alike(given, allowed) is right


@pytest.mark.parametrize(
    ("call", "right"),
    [
        (None, (False, False)),
        (("train.book", {"to": "Hydra", "seats": 2}), (False, False)),
        (("boat.book", {"to": "Poros", "seats": 2}), (True, False)),
        (("boat.book", {"to": "Hydra", "seats": 2}), (True, True)),
    ],
)
def test_the_function_and_its_arguments_are_judged_apart(call: Call | None, right: tuple[bool, bool]):
    assert judge(Task("simple", "", [], WANTED), call) == right


def test_where_no_function_fits_no_call_is_right():
    assert judge(Task("irrelevance", "", [], None), None) == (True, True)
    assert judge(Task("irrelevance", "", [], None), ("boat.book", {})) == (False, False)


@pytest.mark.parametrize(
    "text",
    [
        '<tool_call>\n{"name": "boat.book", "arguments": {"seats": 2}}\n</tool_call>',
        'I use {this}: {"name": "boat.book", "arguments": {"seats": 2}} {"name": "other"}',
        '{{"name": "boat.book", "parameters": {"seats": 2}}}',
    ],
)
def test_the_first_call_is_found_wherever_it_stands(text: str):
    assert called(text) == ("boat.book", {"seats": 2})


def test_words_are_no_call():
    assert called("There is no boat to Hydra today.") is None


def test_types_get_the_names_of_json_schema():
    part = {"type": "dict", "properties": {"a": {"type": "array", "items": {"type": "float"}, "optional": True}}}
    assert as_json_schema(part) == {
        "type": "object",
        "properties": {"a": {"type": "array", "items": {"type": "number"}}},
    }
