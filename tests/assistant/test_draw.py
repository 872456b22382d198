from typing import Any

import gradio as gr

from assistant.draw import Drawing, Drawn, draw
from assistant.events import (
    Answered,
    Asks,
    Broke,
    Called,
    Ended,
    Event,
    Finished,
    Heard,
    Planned,
    Progressed,
    Queued,
    Said,
    Saying,
    Suggests,
)
from store.conversations import Logged
from tools.result import Change, Result, Table


def drawn(*events: Event, running: bool = False) -> Drawn:
    return draw([Logged(seq, "turn", event.as_json()) for seq, event in enumerate(events, 1)], running)


def texts(shown: Drawn) -> list[Any]:
    return [m.content[0] if isinstance(m.content, list) else m.content for m in shown.messages]


CALLED = Called("c", "profile_dataset", {"dataset": "tickets"})
FOUND = Result("tickets has 620 rows.", tables=[Table("t", ("n",), [(1,)])], next=["split tickets"])


def test_a_tool_step_is_pending_while_it_runs_and_tells_how_far_it_is() -> None:
    step = drawn(Heard("look"), CALLED, Progressed("c", 0.5, "Counting", 75), running=True).messages[1]
    assert step.metadata == {
        "title": "Profile dataset: tickets",
        "status": "pending",
        "log": "Counting · 50% · 1 min 15 s left",
    }


def test_a_result_is_shown_under_its_step_with_its_tables_and_chips() -> None:
    shown = drawn(CALLED, Finished("c", "profile_dataset", FOUND.text, False, FOUND.as_json()), Ended())
    assert shown.messages[0].metadata.get("status") == "done"
    assert texts(shown)[1] == "tickets has 620 rows."
    assert isinstance(shown.messages[1].content[1], gr.HTML)
    assert shown.chips == ["split tickets"]


def test_a_failed_step_says_so_and_shows_the_sentence() -> None:
    shown = drawn(CALLED, Finished("c", "profile_dataset", "There is no dataset.", True), Ended())
    assert shown.messages[0].metadata.get("log") == "did not work"
    assert texts(shown)[1] == "There is no dataset."


def test_a_question_shows_its_preview_and_stays_open_until_answered() -> None:
    preview = Result("1 row goes.", changes=[Change("c", [("row 1", "a", "")])]).as_json()
    asks = [CALLED, Asks("c", 7, "apply_fixes", {"dataset": "tickets"}, preview), Ended()]
    assert drawn(*asks).question == 7
    assert "1 row goes." in texts(drawn(*asks))
    answered = drawn(*asks, Answered(7, "yes"), running=True)
    assert answered.question is None
    assert answered.messages[-1].metadata.get("status") == "pending"


def test_words_of_a_no_are_shown() -> None:
    shown = drawn(CALLED, Asks("c", 7, "apply_fixes", {}, {"text": "x"}), Ended(), Answered(7, "no", "keep row 3"))
    assert texts(shown)[-1] == "Declined: keep row 3"


def test_speech_grows_and_is_replaced_by_the_whole() -> None:
    assert texts(drawn(Heard("hi"), Saying("Hel"), Saying("lo"), running=True))[-1] == "Hello"
    shown = drawn(Heard("hi"), Saying("Hel"), Said("Hello.", ["LoRA"]), Ended())
    assert texts(shown)[1:] == ["Hello.\n\n*From the handbook: LoRA*"]


def test_a_second_answer_does_not_begin_with_the_first() -> None:
    shown = drawn(Heard("a"), Saying("One."), Said("One."), Ended(), Heard("b"), Saying("Two"), running=True)
    assert texts(shown)[-1] == "Two"


def test_silence_while_a_turn_runs_shows_that_it_thinks() -> None:
    assert drawn(Heard("hi"), running=True).messages[-1].metadata == {"title": "Thinking", "status": "pending"}
    assert len(drawn(Heard("hi")).messages) == 1


def test_a_turn_that_was_cut_off_leaves_no_spinner() -> None:
    step = drawn(Heard("look"), CALLED).messages[1]
    assert step.metadata.get("status") == "done"
    assert step.metadata.get("log") == "interrupted"


def test_suggestions_are_chips_until_the_user_speaks() -> None:
    assert drawn(Suggests(["a", "b"]), Ended()).chips == ["a", "b"]
    assert drawn(Suggests(["a", "b"]), Ended(), Heard("c")).chips == ()


def test_what_the_user_and_the_data_say_is_never_markdown() -> None:
    shown = drawn(Heard("**a** <b>"), Called("c", "load_dataset", {"source": "<b>.csv"}), Broke("r1", "<i> broke"))
    assert texts(shown)[0] == "\\*\\*a\\*\\* \\<b\\>"
    assert shown.messages[1].metadata.get("title") == "Load dataset: \\<b\\>.csv"
    assert texts(shown)[1] == "source: \\<b\\>.csv"
    assert texts(shown)[2].startswith("\\<i\\> broke")


def seen(shown: Drawn) -> list[Any]:
    """Everything that is drawn, to be compared."""

    def plain(part: Any) -> Any:
        return part.value if isinstance(part, gr.HTML) else [*map(plain, part)] if isinstance(part, list) else part

    messages = [(m.role, plain(m.content), dict(m.metadata)) for m in shown.messages]
    return [messages, shown.question, [*shown.chips]]


def plan(state: str) -> Planned:
    return Planned("p", [{"tool": "profile_dataset", "wish": "look", "state": state, "call": ""}])


TALK = [
    *(Heard("look"), plan("open"), Queued(2, "work"), Queued(0, "work"), CALLED, Progressed("c", 0.5, "Counting", 75)),
    *(
        Finished("c", "profile_dataset", FOUND.text, False, FOUND.as_json()),
        Saying("One "),
        Said("One table."),
        Ended(),
    ),
    *(Heard("mend"), Asks("d", 7, "apply_fixes", {"dataset": "tickets"}, {"text": "1 row goes."}), Ended()),
    *(Answered(7, "yes"), Finished("d", "apply_fixes", "Done.", False), plan("done"), Suggests(["train"]), Ended()),
    *(Heard("train"), Called("e", "train_model", {}), Ended()),
    *(Heard("hello"), Saying("Good "), Saying("day.")),
]


def test_a_talk_that_is_drawn_on_is_drawn_as_from_its_beginning() -> None:
    log = [Logged(seq, "turn", event.as_json()) for seq, event in enumerate(TALK, 1)]
    drawing = Drawing()
    for end in range(len(log) + 1):
        for running in (True, False):
            assert seen(drawing.draw(log[:end], running)) == seen(draw(log[:end], running)), end


def test_what_stands_before_the_end_of_a_turn_is_drawn_once_and_again_when_it_was_read_again() -> None:
    log = [Logged(seq, "turn", event.as_json()) for seq, event in enumerate(TALK, 1)]
    drawing = Drawing()
    first, second = drawing.draw(log, False).messages, drawing.draw(log, False).messages
    assert first[0] is second[0]
    assert first[-1] is not second[-1]
    other = [Logged(seq, "turn", event.as_json()) for seq, event in enumerate([Heard("other"), Said("talk")], 1)]
    assert seen(drawing.draw(other, False)) == seen(draw(other, False))
    again = [Logged(each.seq, each.turn, each.event) for each in log]
    assert drawing.draw(again, False).messages[0] is not first[0]
