"""What a model is for: asked once, kept word for word."""

import pytest

from assistant.arguments import fill
from assistant.transcript import Turn
from assistant.use_talk import about, told
from store import NotApproved, Workspace
from tests.project.conftest import said_yes
from tools import TOOLS
from tools.tool import ToolError


def test_an_answer_is_kept_word_for_word_and_the_next_question_is_asked(ws: Workspace):
    words = "Nurses  on *ward 7*; <b>not</b> doctors"
    result = said_yes(ws, "describe_use", about="users", answer=words)
    assert ws.uses.all()["users"].text == words
    assert result.next == ["intended use: "] and "What may it be used for?" in result.text
    shown = TOOLS["show_project"].run(ws, {})
    assert ("intended users", "Who will use it?", words) in shown.tables[1].rows


def test_an_answer_is_replaced_and_taken_back(ws: Workspace):
    said_yes(ws, "describe_use", about="contact", answer="a@b.example")
    card = TOOLS["describe_use"].show_first(ws, {"about": "contact", "answer": "c@d.example"})
    assert "It replaces: “a@b.example”" in card.text and "others may read" in card.text
    said_yes(ws, "describe_use", about="contact", answer="c@d.example")
    assert ws.uses.all()["contact"].text == "c@d.example"
    said_yes(ws, "describe_use", about="contact", answer="remove the answer")
    assert ws.uses.all() == {}
    said_yes(ws, "describe_use", about="harm", answer="none")
    assert ws.uses.all()["harm"].text == "none"


def test_nothing_is_kept_without_a_yes_or_without_words(ws: Workspace):
    with pytest.raises(NotApproved):
        TOOLS["describe_use"].run(ws, {"about": "use", "answer": "x"})
    with pytest.raises(ToolError, match="The answer is empty"):
        said_yes(ws, "describe_use", about="use", answer="  ")
    assert ws.uses.all() == {}


def test_a_report_asks_for_what_is_missing_until_all_is_answered(ws: Workspace):
    assert TOOLS["write_report"].run(ws, {}).next == ["intended users: "]
    for question in ("users", "use", "out_of_scope", "harm", "oversight", "contact"):
        last = said_yes(ws, "describe_use", about=question, answer="Somebody")
    assert "Every question about its use is answered" in last.text
    written = TOOLS["write_report"].run(ws, {})
    assert "Not answered" not in written.text and not written.next


@pytest.mark.parametrize(
    ("wish", "question", "answer"),
    [
        ("intended users: clerks: the trained ones", "users", "clerks: the trained ones"),
        ("Intended use: sort mail", "use", "sort mail"),
        ("it is not to be used for: hiring", "out_of_scope", "hiring"),
        ("who could be harmed: users who write in dialect", "harm", "users who write in dialect"),
        ("human oversight: the user can undo it", "oversight", "the user can undo it"),
        ('please put "Ana, extension 4" as the contact', "contact", "Ana, extension 4"),
        ("never let it grade exams", None, "never let it grade exams"),
    ],
)
def test_the_question_is_in_the_head_and_the_answer_is_what_follows(wish: str, question: str | None, answer: str):
    assert (about(wish), told(wish)) == (question, answer)


def test_the_assistant_fills_both_without_asking_the_model(ws: Workspace):
    def never(*_: object) -> dict[str, object]:
        raise AssertionError("the model was asked")

    for text, meant in TOOLS["describe_use"].asks:
        assert fill(TOOLS["describe_use"], ws, [Turn(text)], [], never) == meant


def test_the_assistant_hears_which_number_or_report_is_meant(ws: Workspace):
    for _ in range(3):
        ws.reports.save("evaluation", {})

    def never(*_: object) -> dict[str, object]:
        raise AssertionError("the model was asked")

    for wish, meant in {
        "where does 87.2 % come from?": {"number": 0.872},
        "where does 0.86 come from": {"number": 0.86},
        "where do the numbers of report-3 come from?": {"report": "report-3"},
        "where do the figures of report 2 come from?": {"report": "report-2"},
        "where do these numbers come from?": {},
    }.items():
        assert fill(TOOLS["trace_number"], ws, [Turn(wish)], [], never) == meant, wish
