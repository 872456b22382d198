"""Corrections become rows, unsure requests are opened for labelling, and nothing else gets in."""

import pytest

from store import NotApproved, Workspace
from store.engine import fetch
from tests.monitor.asked import correct, record, request, serve
from tests.tiny_run import ROWS
from tools.monitor._masked import masked
from tools.monitor.learn_from_use import learn_from_use
from tools.tool import ToolError


def asked(text: str, **more: object):
    return request(text, prompt=text, label="technical", confidence=0.9, **more)


def rows(ws: Workspace) -> list[dict[str, object]]:
    """The rows that were added."""
    with ws.datasets.read("tickets") as con:
        return fetch(con, "from tickets where _row > 96 order by _row")


def learn(ws: Workspace, **arguments: object):
    """Ask, see the card, say yes."""
    values = {"service": "tickets", **arguments}
    question = learn_from_use.ask(ws, values)
    ws.approvals.answer(question.id, "yes")
    with ws.approvals.spend(question.id, question.payload_hash):
        return learn_from_use.run(ws, values)


def test_corrections_become_training_rows_of_a_version_that_can_be_undone(served: Workspace):
    serve(served)
    one, other = asked("Courier left the box at the wrong door"), asked("Give me back what I paid for shoes")
    record(served, one, other, asked("Nobody said anything of this"))
    correct(served, one, "delivery")
    correct(served, other, "refund")
    shown = learn_from_use.show_first(served, {"service": "tickets"})
    assert shown.text.startswith("I would add 2 corrected answers and no questions")
    assert [row[:3] for row in shown.tables[0].rows][0] == (one.prompt, "technical", "delivery")
    assert served.datasets.head("tickets").number == 1
    found = learn(served)
    assert found.text.startswith("Added 2 corrected answers")
    assert [(row["text"], row["label"], row["completion"], row["split"]) for row in rows(served)] == [
        (one.prompt, "delivery", "delivery", "train"),
        (other.prompt, "refund", "refund", "train"),
    ]
    assert rows(served)[0]["prompt"] == f"Which kind of request is this? {one.prompt}"
    head = served.datasets.head("tickets")
    assert (head.number, head.parent, head.recipe["requests"]) == (2, 1, [one.id, other.id])


def test_nothing_is_added_without_a_yes(served: Workspace):
    serve(served)
    one = asked("Courier left the box at the wrong door")
    record(served, one)
    correct(served, one, "delivery")
    with pytest.raises(NotApproved):
        learn_from_use(served, "tickets")
    assert served.datasets.head("tickets").number == 1


def test_what_comes_in_after_the_card_was_shown_is_for_the_next_time(served: Workspace):
    serve(served)
    one, late = asked("Courier left the box at the wrong door"), asked("Give me back what I paid for shoes")
    record(served, one)
    correct(served, one, "delivery")
    question = learn_from_use.ask(served, {"service": "tickets"})
    record(served, late)
    correct(served, late, "refund")
    served.approvals.answer(question.id, "yes")
    with served.approvals.spend(question.id, question.payload_hash):
        learn_from_use.run(served, {"service": "tickets"})
    assert [row["text"] for row in rows(served)] == [one.prompt]


def test_repetitions_of_rows_of_held_out_rows_and_of_one_another_stay_out(served: Workspace):
    serve(served)
    known = f"{ROWS['delivery'][0]}!"
    texts = [known, "Courier left the box at the wrong door", "courier LEFT the box at the wrong door.", "?!"]
    requests = [asked(text) for text in texts]
    record(served, *requests)
    for each in requests:
        correct(served, each, "delivery")
    shown = learn_from_use.show_first(served, {"service": "tickets"})
    learn(served)
    assert [row["text"] for row in rows(served)] == [requests[2].prompt]
    (out,) = [table for table in shown.tables if table.title == "Left out"]
    assert sum(row[1] for row in out.rows) == 2
    with pytest.raises(ToolError, match="in tickets already"):
        learn_from_use.show_first(served, {"service": "tickets"})


def test_where_people_disagree_most_hold(served: Workspace):
    serve(served)
    requests = [asked("Courier left the box at the wrong door") for _ in range(3)]
    record(served, *requests)
    for each, label in zip(requests, ["refund", "delivery", "delivery"], strict=True):
        correct(served, each, label)
    learn(served)
    assert [row["label"] for row in rows(served)] == ["delivery"]


def test_unsure_requests_are_opened_for_labelling_and_not_guessed(served: Workspace):
    serve(served)
    unsure = [
        request(text, prompt=text, label="refund", confidence=0.4)
        for text in ("Where do I park", "Is it open on Sunday")
    ]
    record(served, *unsure, asked("My password does not work here"))
    found = learn(served, rows=1)
    assert [(row["text"], row["label"], row["completion"]) for row in rows(served)] == [(unsure[0].prompt, None, None)]
    assert "1 question is opened for labelling" in found.text
    labelling = served.labellings.newest("tickets")
    assert labelling is not None
    assert (labelling.column, labelling.goal, labelling.checks) == ("label", 1, False)


def test_personal_data_is_masked(served: Workspace):
    text = "Courier lost my box, write to ana.ruiz@example.org or call +44 20 7946 0958"
    assert masked(text) == "Courier lost my box, write to <EMAIL> or call <PHONE>"
    serve(served)
    one = asked(text)
    record(served, one)
    correct(served, one, "delivery")
    learn(served)
    assert "@" not in str(rows(served)[0]["text"])


def test_without_texts_it_says_how_to_keep_them(served: Workspace):
    serve(served)
    one = request("Courier left the box", label="technical")
    record(served, one)
    correct(served, one, "delivery")
    with pytest.raises(ToolError, match="Deploy it again with texts kept"):
        learn_from_use.show_first(served, {"service": "tickets"})
