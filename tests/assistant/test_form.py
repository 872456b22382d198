from typing import Any

import gradio as gr
import pytest

from assistant.form import field, listed, read
from store import StoreError

FIXES = {"type": "array", "items": {"type": "string", "enum": ["fix-1", "fix-2"]}}
MAYBE_NUMBER = {"anyOf": [{"type": "integer"}, {"type": "null"}]}
MAYBE_CHOICE = {"anyOf": [{"type": "string", "enum": ["train", "test"]}, {"type": "null"}]}
MAYBE = {"anyOf": [{"type": "string"}, {"type": "null"}]}


@pytest.mark.parametrize(
    ("schema", "value", "kind"),
    [
        ({"type": "string", "enum": ["lora", "full"]}, "lora", gr.Dropdown),
        ({"type": "boolean"}, True, gr.Checkbox),
        ({"type": "integer"}, 3, gr.Textbox),
        ({"type": "string"}, "a", gr.Textbox),
        (FIXES, ["fix-1"], gr.Textbox),
        (MAYBE_NUMBER, None, gr.Textbox),
    ],
)
def test_each_kind_of_argument_has_its_field(schema: dict[str, Any], value: Any, kind: type) -> None:
    assert type(field("learning_rate", schema, value)) is kind


def test_lists_are_edited_as_json_and_bad_json_is_a_sentence() -> None:
    assert read("columns", FIXES, '["a"]') == ["a"]
    with pytest.raises(StoreError, match="columns has to be a list"):
        read("columns", FIXES, "[a")
    with pytest.raises(StoreError, match="rows has to be a whole number, not 'ten'"):
        read("rows", MAYBE_NUMBER, "ten")


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        (MAYBE, None),
        (MAYBE, "a"),
        (MAYBE_NUMBER, None),
        (MAYBE_NUMBER, 0),
        (MAYBE_CHOICE, None),
        (MAYBE_CHOICE, "test"),
        ({"type": "number"}, 0.1),
        (FIXES, ["fix-1"]),
        ({"type": "boolean"}, False),
    ],
)
def test_what_is_not_edited_stays_as_it_was(schema: dict[str, Any], value: Any) -> None:
    assert read("x", schema, field("x", schema, value).value) == value


def test_an_emptied_optional_text_means_none() -> None:
    assert read("note", MAYBE, "") is None
    assert read("note", {"type": "string"}, "") == ""


def test_only_a_list_of_several_can_be_approved_in_part() -> None:
    schema = {"properties": {"dataset": {"type": "string"}, "fixes": FIXES}}
    assert listed(schema, {"dataset": "a", "fixes": ["fix-1", "fix-2"]}, {}) == ("fixes", ["fix-1", "fix-2"])
    assert listed(schema, {"dataset": "a", "fixes": ["fix-1"]}, {}) is None


def test_a_list_left_out_for_all_is_the_one_of_the_preview() -> None:
    schema = {"properties": {"fixes": FIXES}}
    assert listed(schema, {"fixes": None}, {"data": {"fixes": {"fix-1": 3, "fix-2": 1}}}) == (
        "fixes",
        ["fix-1", "fix-2"],
    )
    assert listed(schema, {"fixes": None}, {"data": None}) is None
