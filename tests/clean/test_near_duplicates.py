"""Rows that are nearly the same: found, verified, and left alone where a word makes the difference."""

import random
from pathlib import Path

import numpy as np
import pytest

from store import Workspace
from tests.clean.conftest import Make
from tests.clean.test_checks import dropped
from tools import TOOLS
from tools.clean._apart import told_apart
from tools.clean._near import Search
from tools.clean._shingles import LENGTH, Shingles

LONG = "the parcel that I ordered for my sister has still not come and nobody answers the phone at the depot"


def made(count: int, words: int = 12, seed: int = 1) -> list[str]:
    """Texts of random words, all letters."""
    rng = random.Random(seed)
    vocabulary = ["".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=rng.randint(3, 9))) for _ in range(3000)]
    return [" ".join(rng.choices(vocabulary, k=words)) for _ in range(count)]


def jaccard(one: str, other: str) -> float:
    a, b = ({text[n : n + LENGTH] for n in range(len(text) - LENGTH + 1)} for text in (one, other))
    return len(a & b) / len(a | b)


def nothing(one: np.ndarray, _: np.ndarray) -> np.ndarray:
    return np.zeros(len(one), bool)


def test_a_near_duplicate_is_shown_with_its_likeness(empty: Workspace, make: Make):
    make("rows_", [(LONG, "late"), ("nothing like it at all", "late"), (f"{LONG} today!", "late")])
    result = TOOLS["propose_fixes"].run(empty, {"dataset": "rows_", "kinds": ["near_duplicates"]})
    (edit,) = empty.fixes.edits(next(iter(result.data["fixes"])))
    assert edit["_row"] == 3
    percent = int(100 * jaccard(LONG.lower(), f"{LONG} today".lower()))
    assert edit["reason"] == f"{percent} % the same as row 1: {LONG}"


def test_what_repeats_exactly_or_but_for_case_is_left_to_its_own_check(empty: Workspace, make: Make):
    make("rows_", [(text, "a") for text in (LONG, LONG, LONG.upper(), f"{LONG} today", f"{LONG} today")])
    assert dropped(empty, "rows_", "near_duplicates") == [4]


def test_another_label_or_split_is_no_near_duplicate(empty: Workspace, make: Make):
    rows = [(LONG, "a", "train"), (f"{LONG} now", "b", "train"), (f"{LONG} please", "a", "test")]
    make("rows_", rows, "text, label, split")
    assert dropped(empty, "rows_", "near_duplicates") == []


@pytest.mark.parametrize(
    "one, other",
    [
        ("what are the early symptoms of type 1 diabetes", "what are the early symptoms of type 2 diabetes"),
        ("the new card is working in the shop downtown", "the new card is not working in the shop downtown"),
        ("I need a table for four people on the terrace", "I need a table for six people on the terrace"),
        ("please raise the credit limit of my account", "please lower the credit limit of my account"),
        ("is there a flight from Boston to Denver this week", "is there a flight from Boston to Dallas this week"),
        ("remind me to call the dentist on monday", "remind me to call the dentist on tuesday"),
    ],
)
def test_a_number_a_negation_a_name_or_an_opposite_tells_texts_apart(
    empty: Workspace, make: Make, one: str, other: str
):
    assert jaccard(one.lower(), other.lower()) > 0.6
    make("rows_", [(one, "a"), (other, "a")])
    assert dropped(empty, "rows_", "near_duplicates") == []


@pytest.mark.parametrize(
    "one, other",
    [
        ("what are the early symptoms of type 1 diabetes", "what are the early symptoms of type diabetes"),
        ("the new card is not working in the shop downtown", "the new card is working in the shop downtown"),
        ("I need a table for people on the terrace", "I need a table for six people on the terrace"),
    ],
)
def test_a_number_or_a_negation_that_only_one_has_is_shown_apart_and_with_a_doubt(
    empty: Workspace, make: Make, one: str, other: str
):
    make("rows_", [(one, "a"), (other, "a"), (other, "b")])
    assert dropped(empty, "rows_", "near_duplicates") == []
    assert dropped(empty, "rows_", "near_lacking") == [2]
    told = next(fix for fix in empty.fixes.all("rows_", state="open") if fix.kind == "near_lacking")
    assert "look at each before you say yes" in told.why


def test_a_number_that_stands_for_another_is_not_lacking(empty: Workspace, make: Make):
    one, other = "what are the early symptoms of type 1 diabetes", "what are the early symptoms of type 2 diabetes"
    make("rows_", [(one, "a"), (other, "a"), (f"{one} in men", "a"), (f"{other} in women", "a")])
    assert dropped(empty, "rows_", "near_lacking") == []


def test_a_misspelt_name_is_still_the_name():
    assert not told_apart("my flight to Barcelona was late", "my flight to Barcelna was late")
    assert not told_apart("How To Reset My Card", "how to reset my card please")


def test_a_chain_drops_only_what_is_near_to_the_row_that_stays(empty: Workspace, make: Make):
    """Each is near the one before, the third is far from the first."""
    words = made(1, 40)[0].split()
    chain = [" ".join(words[start : start + 30]) for start in (0, 5, 10)]
    assert jaccard(chain[0], chain[1]) > 0.6 > jaccard(chain[0], chain[2])
    make("rows_", [(text, "a") for text in chain])
    assert dropped(empty, "rows_", "near_duplicates") == [2]


def test_prompts_are_near_only_with_their_context_and_their_answers(empty: Workspace, make: Make):
    ask, answer = "rewrite the sentence below in a friendlier tone", "Thanks so much for waiting, we are nearly there."
    rows = [
        (ask, "wait there", answer),
        (f"{ask} please", "wait there", f"{answer} Bye!"),
        (ask, "go away from here", answer),
        (f"{ask} now", "wait there", "No."),
    ]
    roles = {"prompt": "prompt", "given": "context", "completion": "completion"}
    make("pairs", rows, "prompt, given, completion", roles)
    assert dropped(empty, "pairs", "near_duplicates") == [2]


def test_chats_are_near_in_what_is_asked_and_in_what_is_answered(empty: Workspace):
    def chat(asked: str, answered: str) -> str:
        return f"[{{'role': 'user', 'content': '{asked}'}}, {{'role': 'assistant', 'content': '{answered}'}}]"

    yes = "you can pick it up at the desk"
    rows = [chat(LONG, yes), chat(f"{LONG} sir", f"{yes} now"), chat(f"{LONG} sir", "we cannot say"), chat("a", yes)]
    with empty.approvals.typed("load_dataset", {}):
        select = f"select unnest([{', '.join(rows)}]) as messages"
        empty.datasets.add("chats", select, sentence="x", recipe={}, roles={"messages": "messages"})
    assert dropped(empty, "chats", "near_duplicates") == [2]


def test_a_training_row_that_is_nearly_a_test_row_goes_whatever_its_label(empty: Workspace, make: Make):
    rows = [
        (f"{LONG} sir", "a", "train"),
        (f"{LONG} again sir", "b", "train"),
        (LONG, "a", "test"),
        (LONG, "a", "train"),
        (f"{LONG} madam", "a", "validation"),
        (f"{LONG} for 3 days", "a", "train"),
    ]
    make("rows_", rows, "text, label, split")
    assert dropped(empty, "rows_", "near_leakage") == [1, 2, 5]
    assert dropped(empty, "rows_", "leakage") == [4]


def test_near_leakage_is_found_in_a_second_dataset_with_its_row(empty: Workspace, make: Make):
    make("mine", [("something else", "a"), (f"{LONG} sir", "a")])
    make("held", [("yet another thing", "a"), (LONG, "a")])
    result = TOOLS["propose_fixes"].run(empty, {"dataset": "mine", "against": "held", "kinds": ["near_leakage"]})
    (edit,) = empty.fixes.edits(next(iter(result.data["fixes"])))
    assert edit["_row"] == 2 and "% the same as row 2 of held: " in edit["reason"]


def test_of_planted_near_duplicates_hardly_one_is_missed(tmp_path: Path):
    rng = random.Random(3)
    texts = made(3000)
    planted = {}
    for place, text in enumerate(texts):
        words = text.split()
        for word in rng.sample(range(12), rng.choice([1, 2])):
            words[word] = words[word][::-1]
        if jaccard(text, " ".join(words)) >= 0.6:
            planted[len(texts) + len(planted)] = (place, " ".join(words))
    rows = [(text,) for text in [*texts, *(text for _, text in planted.values())]]
    near = Search(tmp_path / "shingles", np.zeros(len(rows), np.uint64)).near(rows, 0.6, nothing)
    found = dict(zip(near.row.tolist(), near.kept.tolist(), strict=True))
    assert len(planted) > 1000
    assert sum(found.get(row) == place for row, (place, _) in planted.items()) >= 0.99 * len(planted)
    assert set(found) <= set(planted)


def test_likeness_is_the_true_jaccard(tmp_path: Path):
    texts = ["one two three four", "one two three four five", "four three two one", "ab", "abc", "日本語のテキスト", ""]
    shingles = Shingles(tmp_path / "shingles")
    shingles.add([(text,) for text in texts])
    shingles.close()
    pairs = [(0, 1), (0, 2), (3, 4), (5, 5), (6, 6)]
    one, other = (np.array(side) for side in zip(*pairs, strict=True))
    known = [jaccard(texts[0], texts[1]), jaccard(texts[0], texts[2]), 0, 1, 0]
    assert shingles.likeness(one, other, 0.0).tolist() == pytest.approx(known)


def test_thousands_of_rows_from_one_template_are_quick_and_left_alone(empty: Workspace):
    with empty.approvals.typed("load_dataset", {}):
        select = "select 'your order ' || i || ' has been sent to the depot near you' as text from range(20000) t(i)"
        empty.datasets.add("many", select, sentence="x", recipe={}, roles={"text": "text"})
    assert dropped(empty, "many", "near_duplicates") == []
    assert dropped(empty, "many", "near_lacking") == []
