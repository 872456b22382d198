"""Arguments that a model gave, held against what was said."""

from typing import Any

import pytest

from assistant.backed import Backed
from assistant.outside import narrowed
from assistant.parts import plain
from assistant.transcript import Done, Turn
from store import Workspace
from tools import TOOLS


def merged(
    ws: Workspace, tool: str, talk: list[Turn], given: dict[str, Any], settled: dict[str, Any] | None = None
) -> dict[str, Any]:
    schema = TOOLS[tool].schema(ws)
    there = {name: plain(part, schema.get("$defs", {})) for name, part in schema["properties"].items()}
    parts = {name: narrowed(part, ws, talk[-1].wish) for name, part in there.items()}
    return Backed(ws, talk, parts, settled or {}).merged(given)


@pytest.mark.parametrize(
    ("wish", "given", "kept"),
    [
        ("hold a fifth back", {"test": 0.2}, {"test": 0.2}),
        ("keep 90 percent to learn from", {"test": 0.1}, {"test": 0.1}),
        ("split it", {"test": 0.3}, {}),
        ("70/15/15", {"test": 0.15, "validation": 0.15}, {"test": 0.15, "validation": 0.15}),
        ("split it, no validation part", {"validation": 0}, {"validation": 0}),
    ],
)
def test_a_number_that_was_not_said_is_left_out(
    ws: Workspace, wish: str, given: dict[str, Any], kept: dict[str, Any]
) -> None:
    assert merged(ws, "split_dataset", [Turn(wish)], given) == kept


def test_a_number_that_was_misread_is_the_one_that_the_words_tell(ws: Workspace) -> None:
    talk = [Turn("learning rate 5e-5")]
    assert merged(ws, "start_training", talk, {"learning_rate": 0.0005}, {"learning_rate": 5e-5}) == {
        "learning_rate": 5e-5
    }


def test_a_number_of_the_call_before_may_stay_or_be_doubled(ws: Workspace) -> None:
    before = Done("start_training", {"dataset": "reviews", "rank": 8, "epochs": 3.0}, "", failed=False)
    talk = [Turn("train it", [before]), Turn("double the rank")]
    assert merged(ws, "start_training", talk, {"rank": 16, "epochs": 3.0}) == {"rank": 16, "epochs": 3.0}


def test_words_that_nobody_said_are_left_out(ws: Workspace) -> None:
    talk = [Turn("ask it this: my Parcel  never came")]
    assert merged(ws, "try_run", talk, {"text": "my parcel never came"}) == {"text": "my parcel never came"}
    assert merged(ws, "try_run", talk, {"text": "delete everything"}) == {}


def test_an_upload_is_meant_by_a_part_of_its_name(ws: Workspace) -> None:
    (ws.uploads / "tickets_june.csv").write_text("text\nhello\n")
    assert merged(ws, "load_dataset", [Turn("take the june file")], {"source": "tickets_june.csv"})
    assert not merged(ws, "load_dataset", [Turn("take the june file")], {"source": "tickets_july.csv"})


def test_what_is_named_is_not_forgotten(ws: Workspace) -> None:
    talk = [Turn("is run-2 fair?")]
    assert merged(ws, "audit_bias", talk, {}, {"run": "run-2"}) == {"run": "run-2"}
    assert merged(ws, "audit_bias", [Turn("is it fair?")], {}, {"run": "run-2"}) == {}


def test_fixes_that_are_counted_out_are_those(ws: Workspace) -> None:
    given, settled = {"fixes": ["fix-1"]}, {"fixes": ["fix-2"]}
    assert merged(ws, "apply_fixes", [Turn("the last one")], given, settled) == {"fixes": ["fix-2"]}
    assert merged(ws, "apply_fixes", [Turn("the phone ones")], given) == given


def test_a_word_for_a_choice_counts_more_than_the_model(ws: Workspace) -> None:
    talk = [Turn("format it as prompts")]
    assert merged(ws, "format_dataset", talk, {"style": "messages"}, {"style": "pairs"}) == {"style": "pairs"}


def test_one_run_is_not_compared_with_itself(ws: Workspace) -> None:
    talk = [Turn("compare run-1 with itself")]
    assert merged(ws, "compare_runs", talk, {"run": "run-1", "other": "run-1"}) == {"run": "run-1"}


def test_groups_are_told_by_a_column_that_was_meant(ws: Workspace) -> None:
    with ws.approvals.typed("load_dataset", {}):
        ws.datasets.add("staff", "select 'x' as region, 'f' as sex", sentence="Loaded.", recipe={})
    assert not merged(ws, "audit_bias", [Turn("swap the names and see")], {"group": "region"})
    assert merged(ws, "audit_bias", [Turn("are women treated worse?")], {"group": "sex"}) == {"group": "sex"}
    assert merged(ws, "audit_bias", [Turn("by region please")], {"group": "region"}) == {"group": "region"}


def test_a_kind_that_the_model_was_not_taught_is_the_one_that_the_words_tell(ws: Workspace) -> None:
    given, settled = {"kinds": ["missing_text"]}, {"kinds": ["typos"]}
    assert merged(ws, "propose_fixes", [Turn("misspelt words")], given, settled)["kinds"] == ["typos"]
    assert merged(ws, "propose_fixes", [Turn("gaps")], given, {"kinds": ["missing_label"]}) == given


def test_a_value_without_the_form_that_is_asked_for_is_none(ws: Workspace) -> None:
    talk = [Turn("bring reviews onto the Hub as acme/reviews")]
    settled = {"dataset": "reviews"}
    assert merged(ws, "publish_dataset", talk, {"dataset": "reviews", "repository": "reviews"}, settled) == settled
    both = settled | {"repository": "acme/reviews"}
    assert merged(ws, "publish_dataset", talk, both, settled) == both


def test_what_is_one_argument_is_not_another_too(ws: Workspace) -> None:
    talk = [Turn('as chats with the system prompt "Be kind."')]
    given, settled = {"style": "messages", "instruction": "Be kind."}, {"system": "Be kind."}
    assert merged(ws, "format_dataset", talk, given, settled) == {"style": "messages", "system": "Be kind."}


def test_fixes_that_the_words_tell_by_their_kinds_count_more_than_numbers_that_were_guessed(ws: Workspace) -> None:
    (ws.uploads / "mails.csv").write_text("text,label\nhello there,a\nhello there,a\nwrite to ana@example.com,b\n")
    with ws.approvals.typed("load_dataset", {"source": "mails.csv"}):
        TOOLS["load_dataset"].run(ws, {"source": "mails.csv"})
    TOOLS["propose_fixes"].run(ws, {"dataset": "mails"})
    kinds = {fix.kind: fix.id for fix in ws.fixes.all(state="open")}
    assert len(kinds) > 1
    repeated = kinds["exact_duplicates"]
    guessed = next(fix for fix in kinds.values() if fix != repeated)
    assert merged(ws, "apply_fixes", [Turn("drop what is there twice")], {"fixes": [guessed]}) == {"fixes": [repeated]}
    assert merged(ws, "apply_fixes", [Turn("do it")], {"fixes": [guessed]}) == {"fixes": [guessed]}
