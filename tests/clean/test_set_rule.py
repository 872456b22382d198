"""Standing rules: what is always applied, never proposed, and asked about again."""

from pathlib import Path

import pytest

from store import NotApproved, StoreError, Workspace
from tests.clean.conftest import Make
from tools import TOOLS, Result

MAILS = {"dataset": "notes", "kinds": ["email_addresses", "phone_numbers"]}


def rule(ws: Workspace, kind: str, verdict: str, **more: object) -> Result:
    arguments = {"kinds": [kind], "rule": verdict, **more}
    asked = TOOLS["set_rule"].ask(ws, arguments)
    ws.approvals.answer(asked.id, "yes")
    with ws.approvals.spend(asked.id, asked.payload_hash):
        return TOOLS["set_rule"].run(ws, arguments)


@pytest.fixture
def notes(empty: Workspace, make: Make) -> Workspace:
    make("notes", [("write to jo@x.org", "a"), ("or call +1 415-555-0132", "b")])
    return empty


def test_a_rule_is_set_with_a_yes_only(notes: Workspace):
    with pytest.raises(NotApproved):
        TOOLS["set_rule"].run(notes, {"kinds": ["email_addresses"], "rule": "always"})


def test_always_applies_what_is_found_says_so_and_leaves_the_rest_to_a_yes(notes: Workspace, texts):
    rule(notes, "email_addresses", "always")
    assert texts("notes")[0] == "write to jo@x.org", "a rule changes nothing by itself"
    result = TOOLS["propose_fixes"].run(notes, MAILS)
    assert texts("notes") == ["write to <EMAIL>", "or call +1 415-555-0132"]
    assert "By your rule: masked the e-mail addresses in 1 row as <EMAIL>." in result.text
    assert "1 fix waits for your yes; nothing else was changed." in result.text
    assert result.data and result.data["by_rule"] == {"email_addresses": 2}
    assert notes.datasets.history("notes")[-1].sentence.startswith("By your rule: masked")


def test_what_a_rule_did_is_undone_as_any_change_and_not_done_again(notes: Workspace, texts):
    rule(notes, "email_addresses", "always")
    TOOLS["propose_fixes"].run(notes, MAILS)
    with notes.approvals.typed("undo_change", {}):
        TOOLS["undo_change"].run(notes, {"dataset": "notes"})
    result = TOOLS["propose_fixes"].run(notes, MAILS)
    assert texts("notes")[0] == "write to jo@x.org"
    assert "2 fixes wait for your yes; nothing was changed." in result.text


def test_a_rule_to_mask_is_no_yes_to_drop(notes: Workspace):
    rule(notes, "email_addresses", "always")
    result = TOOLS["propose_fixes"].run(notes, {**MAILS, "personal_data": "drop"})
    assert notes.datasets.head("notes").number == 1
    assert "2 fixes wait for your yes" in result.text


def test_a_rule_to_replace_is_how_they_are_treated_from_then_on(notes: Workspace, texts):
    rule(notes, "email_addresses", "always", personal_data="replace")
    TOOLS["propose_fixes"].run(notes, MAILS)
    assert "jo@x.org" not in texts("notes")[0] and "<EMAIL>" not in texts("notes")[0] and "@" in texts("notes")[0]


def test_never_is_not_looked_for_until_it_is_asked_about_again(notes: Workspace):
    rule(notes, "phone_numbers", "never")
    text = TOOLS["propose_fixes"].run(notes, MAILS).text
    assert "Not looked for: phone numbers (your rule: never propose phone numbers)." in text
    shown = TOOLS["show_project"].run(notes, {})
    assert "Your rules: never propose phone numbers." in shown.text
    assert rule(notes, "phone_numbers", "ask").text == "I ask again about phone numbers."
    assert "2 fixes wait" in TOOLS["propose_fixes"].run(notes, MAILS).text


@pytest.mark.parametrize(
    ("kind", "verdict", "says"),
    [("custom_patterns", "always", "let any pattern through"), ("leakage", "ask", "There is no rule about leakage")],
)
def test_a_rule_that_cannot_be_is_said_plainly(notes: Workspace, kind: str, verdict: str, says: str):
    with pytest.raises(StoreError, match=says):
        rule(notes, kind, verdict)


def test_loading_says_which_rules_wait_for_a_look(notes: Workspace, tmp_path: Path):
    rule(notes, "email_addresses", "always")
    (tmp_path / "more.csv").write_text("text,label\nmail me at jo@x.org,a\nno mail here,b\n")
    with notes.approvals.typed("load_dataset", {}):
        result = TOOLS["load_dataset"].run(notes, {"source": str(tmp_path / "more.csv")})
    assert "Your rules for email addresses are carried out when problems are looked for, not before." in result.text
