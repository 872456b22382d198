"""Each check on rows with planted defects: what it finds, and what it leaves alone."""

import pytest

from store import Workspace
from tests.clean.conftest import Make
from tools import TOOLS


def proposed(ws: Workspace, dataset: str, kind: str, **others: object) -> dict[int, tuple[str, str | None]]:
    """What a check would do, by row: action and the text after."""
    result = TOOLS["propose_fixes"].run(ws, {"dataset": dataset, "kinds": [kind], **others})
    (fix,) = list(result.data["fixes"]) or [None]
    if fix is None:
        return {}
    return {e["_row"]: (e["action"], e["after"]) for e in ws.fixes.edits(fix, limit=100_000)}


def dropped(ws: Workspace, dataset: str, kind: str, **others: object) -> list[int]:
    found = proposed(ws, dataset, kind, **others)
    assert all(action == "drop" for action, _ in found.values())
    return sorted(found)


def test_an_exact_repeat_has_the_same_text_label_and_split_whatever_its_id(empty: Workspace, make: Make):
    rows = [
        (1, "where is it", "a", "train"),
        (2, "where is it", "a", "train"),
        (3, "where is it", "b", "train"),
        (4, "where is it", "a", "test"),
        (5, "Where is it?", "a", "train"),
        (6, "where is it", "a", "train"),
        (7, None, "a", "train"),
        (8, None, "a", "train"),
    ]
    make("rows_", rows, "id, text, label, split")
    assert dropped(empty, "rows_", "exact_duplicates") == [2, 6]
    assert dropped(empty, "rows_", "normalised_duplicates") == [5]


def test_normalising_folds_case_punctuation_and_spaces_and_nothing_else(empty: Workspace, make: Make):
    texts = ["Top up failed", "top-up  FAILED!!", "top up did fail", "Straße 5", "straße, 5.", "👍", "👎"]
    make("rows_", [(text, "a") for text in texts])
    assert dropped(empty, "rows_", "normalised_duplicates") == [2, 5]


def test_smileys_of_two_labels_are_no_conflict_and_no_leak(empty: Workspace, make: Make):
    make("rows_", [(":-)", "good", "train"), (":-(", "bad", "train"), (":)", "good", "test")], "text, label, split")
    assert dropped(empty, "rows_", "conflicting_labels") == []
    assert dropped(empty, "rows_", "leakage") == []


def test_a_prompt_repeats_only_with_its_completion(empty: Workspace, make: Make):
    make("pairs", [("hi", "hello"), ("hi", "good day"), ("hi", "hello")], "prompt, completion")
    assert dropped(empty, "pairs", "exact_duplicates") == [3]


def test_missing_text_is_blank_or_stands_for_nothing(empty: Workspace, make: Make):
    missing = [
        None,
        "",
        "  \t",
        "\u200b\u00a0",
        "N/A",
        "nan",
        " null ",
        "None",
        "-",
        "...",
        "[deleted]",
        "Lorem ipsum dolor",
    ]
    there = ["no", "0", ":-)", "👍", "nothing works", "none of them came", "ok", "?!", "你好", "null pointer exception"]
    make("rows_", [(text, "a") for text in [*missing, *there]])
    assert dropped(empty, "rows_", "missing_text") == list(range(1, len(missing) + 1))


def test_a_missing_label_is_found_and_a_label_named_none_is_not(empty: Workspace, make: Make):
    rows = [
        ("one", None),
        ("two", ""),
        ("three", " "),
        ("four", "NaN"),
        ("five", "none"),
        ("six", "unknown"),
        ("7", "0"),
    ]
    make("rows_", rows)
    assert dropped(empty, "rows_", "missing_label") == [1, 2, 3, 4]


def test_the_majority_settles_a_conflict_and_a_tie_settles_nothing(empty: Workspace, make: Make):
    rows = [("card lost", "a"), ("Card lost!", "a"), ("card  lost", "b"), ("pin?", "a"), ("PIN", "b"), ("fee", "a")]
    make("rows_", rows)
    assert dropped(empty, "rows_", "conflicting_labels") == [3, 4, 5]
    text = TOOLS["propose_fixes"].run(empty, {"dataset": "rows_", "kinds": ["conflicting_labels"]}).text
    assert "2 texts have conflicting labels, in 5 rows of rows_" in text


def test_of_a_leaked_row_the_training_copy_goes(empty: Workspace, make: Make):
    rows = [
        ("one", "a", "train"),
        ("One.", "a", "test"),
        ("two", "a", "validation"),
        ("two!", "a", "train"),
        ("three", "a", "validation"),
        ("three", "a", "test"),
        ("four", "a", "train"),
    ]
    make("rows_", rows, "text, label, split")
    assert dropped(empty, "rows_", "leakage") == [1, 4, 5]
    text = TOOLS["propose_fixes"].run(empty, {"dataset": "rows_", "kinds": ["leakage"]}).text
    assert "1 test row is and" not in text
    assert "2 test rows are and 1 validation row is also among" in text


def test_leakage_and_conflicts_are_found_across_two_datasets(empty: Workspace, make: Make):
    make("mine", [("one", "a"), ("two", "a"), ("TWO", "b"), ("three", "a")])
    make("held", [("One?", "a"), ("three", "b"), ("nine", "a")])
    assert dropped(empty, "mine", "leakage", against="held") == [1, 4]
    assert dropped(empty, "mine", "conflicting_labels", against="held") == [2, 3, 4]


def test_broken_encoding_is_mended_and_curly_quotes_stay(empty: Workspace, make: Make):
    make(
        "rows_", [("a cafÃ© thatâ€™s open", "a"), ("it’s “fine” at 5 €", "a"), ("naïve Ångström", "a"), ("日本語", "a")]
    )
    assert proposed(empty, "rows_", "broken_encoding") == {1: ("set", "a café that’s open")}


def test_stray_space_is_tidied_and_layout_stays(empty: Workspace, make: Make):
    stray = {
        "  two   words ": "two words",
        "no\u00a0break": "no break",
        "zero\u200bwidth\ufeff": "zerowidth",
        "bell\x07 and \x1b[31mred\x1b[0m": "bell and red",
        "one\r\ntwo  \r\n\r\n\r\n\r\nthree": "one\ntwo\n\nthree",
    }
    fine = ["plain words", "def f():\n    return 1", "a | b\n1 | 2", "می\u200cخواهم", "👩\u200d💻"]
    make("rows_", [(text, "a") for text in [*stray, *fine]])
    found = proposed(empty, "rows_", "stray_whitespace")
    assert [after for _, after in found.values()] == list(stray.values())


def test_tidying_first_does_not_spoil_what_mending_needs(empty: Workspace, make: Make, texts):
    """The second half of a broken à is a no-break space."""
    make("rows_", [("voilÃ\u00a0   le  cafÃ©", "a")])
    TOOLS["propose_fixes"].run(empty, {"dataset": "rows_"})
    for kind in ("stray_whitespace", "broken_encoding"):
        with empty.approvals.typed("apply_fixes", {}):
            TOOLS["apply_fixes"].run(empty, {"kinds": [kind]})
    assert texts("rows_") == ["voilà le café"]


def test_messages_are_mended_inside(empty: Workspace, texts):
    chat = "[{'role': 'user', 'content': 'mail  jo@example.org'}, {'role': 'assistant', 'content': 'done'}]"
    with empty.approvals.typed("load_dataset", {}):
        empty.datasets.add(
            "chats", f"select {chat} as messages", sentence="x", recipe={}, roles={"messages": "messages"}
        )
        result = TOOLS["propose_fixes"].run(empty, {"dataset": "chats"})
        assert ("user: mail  <EMAIL>\nassistant: done") in {row[2] for change in result.changes for row in change.rows}
        TOOLS["apply_fixes"].run(empty, {"dataset": "chats"})
    (messages,) = texts("chats", "messages")
    assert messages == [
        {"role": "user", "content": "mail <EMAIL>"},
        {"role": "assistant", "content": "done"},
    ]


@pytest.mark.parametrize("kind", ["email_addresses", "phone_numbers"])
def test_personal_data_is_masked_in_every_column_with_words(empty: Workspace, make: Make, kind: str):
    make(
        "pairs",
        [("ring +44 20 7946 0321 or a@b.example", "I will: +1 415-555-0132, c@d.example")],
        "prompt, completion",
    )
    result = TOOLS["propose_fixes"].run(empty, {"dataset": "pairs", "kinds": [kind]})
    assert result.data["found"] == {kind: 1}
    (fix,) = result.data["fixes"]
    assert len(empty.fixes.edits(fix)) == 2
