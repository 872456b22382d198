import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from store import TrainingRun, Workspace
from store.engine import literal
from store.jobs import Job
from tools.clean._shingles import Shingles
from tools.evaluate._leakage import LEAST, with_near
from tools.evaluate._lost_shown import more_tables
from tools.evaluate._near_training import near_pairs
from tools.evaluate._rows import Exam, exam
from tools.evaluate._shared import leakage, seen_sentence, unseen_sentence

Rows = Sequence[tuple[str, str, str]]
"""Text, answer and split."""


def a_run(task: str = "classify", **columns: object) -> TrainingRun:
    plan = {"task": task, "text": "text", "label": "label", "prompt": "text", "completion": "label", **columns}
    return TrainingRun("run-1", "mails", 1, plan, Path(), Job(1, "main", "train", "", {}, Path(), "done", ""), "")


def add(ws: Workspace, rows: Rows, name: str = "mails") -> None:
    values = ", ".join(f"({', '.join(literal(cell) for cell in row)})" for row in rows)
    with ws.approvals.typed("load_dataset", {}):
        ws.datasets.add(
            name,
            f"from (values {values}) t(text, label, split)",
            sentence="Loaded rows.",
            recipe={},
            roles={"text": "text", "label": "label", "split": "split"},
        )


def looked_at(ws: Workspace, rows: Rows, **plan: object) -> Exam:
    add(ws, rows)
    run = a_run(**plan)  # type: ignore[arg-type]
    return with_near(ws, run, exam(ws, run, None, "test", 1000, 0))


TAUGHT = [
    ("The lamp that I ordered last week has not arrived yet, where is it?", "delivery", "train"),
    ("Please send me the invoice of order 4417 once more", "invoice", "train"),
    ("I would like to raise the limit of my credit card", "limit", "train"),
]


@pytest.mark.parametrize(
    ("text", "label", "kind"),
    [
        ("the lamp that i ordered last week has not arrived yet. Where is it", "delivery", "repeat"),
        ("The lamp that I ordered last week has not arived yet, where is it?", "delivery", "leak"),
        ("Hello, the lamp that I ordered last week has not arrived yet, where is it?", "delivery", "leak"),
        ("The lamp that I ordered last week has not arived yet, where is it?", "complaint", "other answer"),
        ("Please send me the invoice of order 4418 once more", "invoice", None),
        ("I would like to lower the limit of my credit card", "limit", None),
        ("My password does not work", "delivery", None),
    ],
)
def test_a_near_text_with_the_same_answer_is_a_leak(empty: Workspace, text: str, label: str, kind: str | None) -> None:
    found = looked_at(empty, [*TAUGHT, (text, label, "test")])
    assert [near.kind for near in found.near] == ([kind] if kind not in (None, "repeat") else [])
    assert len(found.seen) == (kind in ("repeat", "leak")) and len(found.repeated or ()) == (kind == "repeat")


def test_rows_of_a_template_are_not_all_leaks(empty: Workspace) -> None:
    """Each template is filled with things; the test asks about things that training did not have."""
    draw = random.Random(3)
    things = [f"{kind} {part}" for kind in "table garden bathroom reading ceiling office".split() for part in
              "lamp clock mirror cushion shelf carpet basket heater".split()]  # fmt: skip
    templates = {
        "return": "I bought the {} in your shop last week, and it is not what I had in mind. How do I send it back?",
        "stock": "Could you tell me whether the {} will be in stock again before the end of the month, please?",
        "repair": "The {} stopped working after a few days. Can it be repaired, or do I get my money back?",
    }
    draw.shuffle(things)
    rows = [
        (template.format(thing), label, "test" if n < 12 else "train")
        for n, thing in enumerate(things)
        for label, template in templates.items()
    ]
    found = looked_at(empty, rows)
    kinds = Counter(near.kind for near in found.near)
    assert kinds["template"] > 20 and kinds["leak"] <= 3
    told = unseen_sentence({"seen_in_training": 0, "split": "test", **leakage(found)})
    assert told and "similar to one but have another answer or other words in a common template" in told


def test_a_typo_in_a_template_is_still_a_leak(empty: Workspace) -> None:
    text = "I bought the {} in your shop last week, and it is not what I had in mind. How do I send it back?"
    things = "garden lamp, wall clock, mirror, cushion, bookshelf, carpet".split(", ")
    rows = [(text.format(thing), "return", "train") for thing in things]
    found = looked_at(empty, [*rows, (text.format("garden lampp"), "return", "test")])
    assert [near.kind for near in found.near] == ["leak"]


def test_an_instruction_that_all_rows_have_is_not_compared(empty: Workspace) -> None:
    asked = "Read the message of a customer with care, and say in one word which kind of request it is. {} Answer:"
    texts = ["Where is my parcel?", "I want my money back", "The app crashes", "How do I log in?", "Cancel my order"]
    rows = [(asked.format(text), "a", "test" if n == 4 else "train") for n, text in enumerate(texts)]
    assert not looked_at(empty, rows, task="generate").near


def test_written_answers_must_be_near_as_well(empty: Workspace) -> None:
    question = "Write a short greeting for the first page of our club's newsletter{}"
    one, other = "Dear members, a new season begins and we are glad of it.", "Hello! Spring is here, so come and row."
    rows = [(question.format(""), one, "train"), (question.format(", please"), other, "test")]
    assert [near.kind for near in looked_at(empty, rows, task="generate").near] == ["other answer"]


def test_a_chat_is_compared_by_what_the_user_says(empty: Workspace) -> None:
    turns = "[{{'role': 'user', 'content': {}}}, {{'role': 'assistant', 'content': 'On its way to you.'}}]"
    texts = [("The lamp that I ordered has not arrived", "train"), ("The lamp that I ordered has not arived", "test")]
    values = ", ".join(f"({turns.format(literal(text))}, {literal(split)})" for text, split in texts)
    with empty.approvals.typed("load_dataset", {}):
        empty.datasets.add(
            "mails",
            f"from (values {values}) t(messages, split)",
            sentence="Loaded 2 rows.",
            recipe={},
            roles={"messages": "messages", "split": "split"},
        )
    run = a_run("generate", messages="messages", labels=None)
    assert [near.kind for near in with_near(empty, run, exam(empty, run, None, "test", 9, 0)).near] == ["leak"]


def test_another_test_dataset_is_held_against_training_too(empty: Workspace) -> None:
    add(empty, [*TAUGHT, ("Something else", "limit", "test")])
    add(empty, [("I would like to raise the limit of my creditcard", "limit", "x"), ("Hi there", "limit", "x")], "new")
    run = a_run()
    found = with_near(empty, run, exam(empty, run, "new", None, 9, 0))
    assert [(near.row, near.trained, near.kind) for near in found.near] == [(1, 3, "leak")] and found.seen == {1}


def test_the_sentence_and_the_table_tell_of_them(empty: Workspace) -> None:
    rows = [(TAUGHT[0][0], "delivery", "test"), (TAUGHT[2][0] + " now", "limit", "test"), ("Other", "limit", "test")]
    found = looked_at(empty, [*TAUGHT, *rows])
    body = {"rows": 3, "seen_in_training": len(found.seen), "split": "test", **leakage(found)}
    assert seen_sentence(body, "accuracy", "50.0 % (9.5 to 90.5 %)") == (
        "1 of the 3 rows repeats a training row, case and punctuation aside, and 1 nearly repeats one with the same "
        "answer (80 % or more in common); without them accuracy is 50.0 % (9.5 to 90.5 %)."
    )
    (table,) = more_tables("run-1", body)
    assert table.rows[0][0] == 5 and table.rows[0][-1] == "nearly the same, same answer"
    assert unseen_sentence(body) is None


def test_the_pairs_are_those_of_the_plain_way(tmp_path: Path) -> None:
    """Against the Jaccard of every pair, and in pieces."""
    draw = random.Random(1)
    words = ["".join(draw.choices("abcdefgh", k=draw.randint(2, 7))) for _ in range(60)]
    trained = [" ".join(draw.choices(words, k=draw.randint(1, 9))) for _ in range(600)]
    tested = [" ".join((text.split() + draw.choices(words, k=1))[draw.randint(0, 1) :]) for text in trained[::6]]
    found = near_pairs([(text,) for text in tested], ((text,) for text in trained), LEAST, tmp_path / "found")
    every = Shingles(tmp_path / "every")
    every.add([(text,) for text in [*tested, *trained]])
    every.close()
    one, other = (side.ravel() for side in np.meshgrid(np.arange(100), np.arange(600), indexing="ij"))
    likeness = every.likeness(one, other + 100, LEAST)
    wanted = {(int(a), int(b)) for a, b in zip(one[likeness > 0], other[likeness > 0], strict=True)}
    assert len(wanted) > 30 and set(zip(found.tested.tolist(), found.trained.tolist(), strict=True)) == wanted


def test_nothing_to_hold_against_each_other_is_no_error(tmp_path: Path) -> None:
    assert not len(near_pairs([("",)], [("",)], LEAST, tmp_path / "empty").tested)
    assert not len(near_pairs([("hello world",)], [], LEAST, tmp_path / "none").tested)
