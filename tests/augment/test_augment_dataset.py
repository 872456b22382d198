import re
from collections import Counter
from typing import Any

import pytest

from store import NotApproved, StoreError, Workspace
from tests.clean.conftest import Make
from tools import TOOLS, Result
from tools.augment._copies import NEAR, words_of
from tools.augment._methods import WAYS
from tools.augment.words import synonyms


def run(ws: Workspace, tool: str, **arguments: object) -> Result:
    with ws.approvals.typed(tool, arguments):
        return TOOLS[tool].run(ws, arguments)


def rows_of(ws: Workspace, name: str) -> list[dict[str, Any]]:
    with ws.datasets.read(name) as con:
        cursor = con.execute(f'select * from "{name}" order by _row')
        columns = [column[0] for column in cursor.description or []]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


@pytest.fixture
def grown(sample: Workspace) -> Workspace:
    run(sample, "augment_dataset", dataset="tickets", share=0.4, seed=3)
    return sample


def test_only_training_rows_grow_and_the_others_stay_as_they_were(grown: Workspace):
    rows = rows_of(grown, "tickets")
    new = [row for row in rows if row["_from"] is not None]
    assert len(new) > 150
    assert {row["split"] for row in new} == {"train"}
    assert sum(row["split"] == "test" for row in rows) == 129
    assert [row["_row"] for row in rows] == list(range(1, len(rows) + 1))


def test_a_new_row_keeps_everything_but_a_few_words_of_its_source(grown: Workspace):
    rows = {row["_row"]: row for row in rows_of(grown, "tickets")}
    for row in rows.values():
        if row["_from"] is None:
            continue
        source = rows[row["_from"]]
        assert source["_from"] is None
        assert (row["category"], row["channel"]) == (source["category"], source["channel"])
        assert re.findall(r"\d+", row["message"]) == re.findall(r"\d+", source["message"])
        gone = Counter(words_of(source["message"])) - Counter(words_of(row["message"]))
        assert 1 <= gone.total() <= 3
        assert set(gone) <= set(synonyms())


def test_no_new_row_repeats_another_or_comes_near_a_test_row(grown: Workspace):
    rows = rows_of(grown, "tickets")
    texts = [" ".join(words_of(row["message"] or "")) for row in rows]
    before = set(texts[:620])
    added = texts[620:]
    assert len(set(added)) == len(added) and not before & set(added)
    held_out = [set(words_of(row["message"])) for row in rows if row["split"] == "test" and row["message"]]
    for text in added:
        words = set(text.split())
        assert all(len(words & held) < NEAR * len(words | held) for held in held_out)


def test_the_same_seed_gives_the_same_rows(sample: Workspace):
    previews = [
        TOOLS["augment_dataset"].show_first(sample, {"dataset": "tickets", "rows": 50, "seed": s}) for s in (1, 1, 2)
    ]
    assert previews[0] == previews[1] != previews[2]
    run(sample, "augment_dataset", dataset="tickets", rows=50, seed=1)
    shown = [after for _, _, after in previews[0].changes[0].rows]
    assert [row["message"] for row in rows_of(sample, "tickets")[620:]][:10] == shown


def test_the_card_shows_ten_rows_and_what_was_rejected_and_changes_nothing(sample: Workspace):
    preview = TOOLS["augment_dataset"].show_first(sample, {"dataset": "tickets"})
    assert len(preview.changes[0].rows) == 10
    assert preview.text.startswith("Add 242 rows to the 484 training rows of tickets")
    assert "rejected: " in preview.text and "said by another row already" in preview.text
    assert sample.datasets.head("tickets").number == 1


def test_it_waits_for_a_yes(sample: Workspace):
    with pytest.raises(NotApproved):
        TOOLS["augment_dataset"].run(sample, {"dataset": "tickets"})


def test_balancing_fills_the_smallest_labels_first(empty: Workspace, make: Make):
    big = [(f"I bought lamp number {n}", "big") for n in range(20)]
    small = [(f"Please buy chair {n} and fix the incorrect mistake", "small") for n in range(5)]
    make("items", big + small)
    result = run(empty, "augment_dataset", dataset="items", balance=True)
    (table,) = result.tables
    assert dict((row[0], row[3]) for row in table.rows) == {"small": 20, "big": 20}
    with pytest.raises(StoreError, match="balanced already"):
        run(empty, "augment_dataset", dataset="items", balance=True)


def test_rows_made_before_are_not_rewritten_again(grown: Workspace):
    run(grown, "augment_dataset", dataset="tickets", rows=20, seed=9)
    rows = {row["_row"]: row for row in rows_of(grown, "tickets")}
    assert all(rows[row["_from"]]["_from"] is None for row in rows.values() if row["_from"])


def test_without_a_split_it_says_to_split_first(empty: Workspace, make: Make):
    make("plain", [("please buy it again", "a"), ("I bought the car", "b")])
    text = TOOLS["augment_dataset"].show_first(empty, {"dataset": "plain"}).text
    assert "plain has no split" in text and "do that first" in text


def test_nothing_close_to_a_second_dataset_is_added(empty: Workspace, make: Make):
    make("mine", [("I bought it here on Monday", "a")])
    make("held", [("I purchased it here on Monday!", "a")])
    with pytest.raises(StoreError, match="3 said by another row already"):
        run(empty, "augment_dataset", dataset="mine", against="held", rows=1)
    run(empty, "augment_dataset", dataset="mine", rows=1)


def test_undo_takes_the_rows_out_again(grown: Workspace):
    run(grown, "undo_change", dataset="tickets")
    assert grown.datasets.head("tickets").rows == 620


def test_a_prompt_made_from_the_text_is_rewritten_with_it(empty: Workspace, make: Make):
    roles = {"text": "text", "label": "label", "prompt": "prompt", "completion": "completion"}
    make("made", [("I bought it", "a", "Classify: I bought it", "a")], "text, label, prompt, completion", roles)
    run(empty, "augment_dataset", dataset="made", rows=1)
    new = rows_of(empty, "made")[-1]
    assert new["prompt"] == f"Classify: {new['text']}" and new["text"] != "I bought it"


@pytest.mark.parametrize(
    "arguments, says",
    [
        ({"dataset": "words", "balance": True}, "no label column"),
        ({"dataset": "words"}, "No new row can be made for words: 1 training row has no word"),
        ({"dataset": "words", "share": 9}, "share"),
        ({"dataset": "numbers"}, "no column known to hold text"),
    ],
)
def test_what_cannot_be_done_is_said_plainly(empty: Workspace, make: Make, arguments: dict[str, object], says: str):
    make("words", [("xyzzy",)], "text")
    make("numbers", [("1",)], "n", {"n": "other"})
    with pytest.raises(StoreError, match=says):
        run(empty, "augment_dataset", **arguments)


def test_the_word_list_is_for_english_alone(empty: Workspace, make: Make):
    make("briefe", [("Ich war im Laden und die Karte war weg", "a"), ("Das Paket war leider noch nicht da", "b")])
    with pytest.raises(StoreError, match=r"briefe is in another language \(de\). Take typos"):
        run(empty, "augment_dataset", dataset="briefe")
    run(empty, "augment_dataset", dataset="briefe", method="typos", rows=1)


def test_typos_and_swapped_genders_become_rows_too(empty: Workspace, make: Make):
    make("people", [("she lost her card in the shop on Monday", "a"), ("the new card has not arrived yet", "b")])
    run(empty, "augment_dataset", dataset="people", method="counterfactual", rows=1)
    run(empty, "augment_dataset", dataset="people", method="typos", rows=2)
    rows = rows_of(empty, "people")
    assert rows[2]["text"] == "he lost his card in the shop on Monday"
    assert {row["_from"] for row in rows[3:]} <= {1, 2} and len(rows) == 5
    assert "typing errors" in empty.datasets.head("people").sentence


def test_the_card_shows_scores_the_rejected_and_what_was_measured(sample: Workspace):
    preview = TOOLS["augment_dataset"].show_first(sample, {"dataset": "tickets", "method": "synonyms"})
    assert all(
        re.search(r"\(meaning [01]\.\d\d, \d+% of the words changed\)", where)
        for where, _, _ in preview.changes[0].rows
    )
    rejected = next(table for table in preview.tables if table.title.startswith("Rejected"))
    assert {why for why, *_ in rejected.rows} == set((preview.data or {})["rejected"])
    assert all(before and new for _, _, before, new in rejected.rows)
    assert all(way.measured in preview.text for name, way in WAYS.items() if name == "synonyms")
    assert all(way.measured for way in WAYS.values())
