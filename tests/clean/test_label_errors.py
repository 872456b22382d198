"""Wrong labels that are planted here are found, and right ones stay."""

import itertools

import pytest

from store import Workspace
from tests.clean.conftest import Make
from tests.clean.test_checks import proposed
from tools import TOOLS

SUBJECTS = {
    "delivery": ["my parcel", "the courier", "this shipment", "the package", "my delivery", "the box"],
    "login": ["my password", "the login", "my account name", "the sign in page", "my pin code", "the two factor code"],
    "invoice": ["the invoice", "my bill", "this charge", "the payment", "the receipt", "my statement"],
}
REST = {
    "delivery": [
        "has not arrived at the door",
        "was left in the rain",
        "went to another street",
        "is stuck in customs",
    ],
    "login": ["is not accepted any more", "was reset again", "never lets me in", "locks me out each morning"],
    "invoice": [
        "has a wrong sum on it",
        "came twice this month",
        "shows tax I do not owe",
        "lists things I never bought",
    ],
}
OPENINGS = ["Hello,", "Good morning,", "Sorry but", "Once more:", "Since Monday"]


def tickets() -> list[tuple[str, str]]:
    return [
        (f"{opening} {subject} {rest}", label)
        for opening in OPENINGS
        for label in SUBJECTS
        for subject, rest in itertools.product(SUBJECTS[label], REST[label])
    ]


def test_wrong_labels_are_found_and_set_right(empty: Workspace, make: Make):
    rows = tickets()
    others = {"delivery": "login", "login": "invoice", "invoice": "delivery"}
    wrong = set(range(0, len(rows), 11))
    make("rows_", [(text, others[label] if n in wrong else label) for n, (text, label) in enumerate(rows)])
    found = proposed(empty, "rows_", "label_errors")
    assert {row - 1 for row in found} == wrong
    assert all(change == ("set", rows[row - 1][1]) for row, change in found.items())
    result = TOOLS["propose_fixes"].run(empty, {"dataset": "rows_", "kinds": ["label_errors"]})
    assert "% sure that it is not" in result.changes[0].rows[0][0]
    assert "may be right after all" in str(result.tables[0].rows[0])


def test_right_labels_stay(empty: Workspace, make: Make):
    make("rows_", tickets())
    assert proposed(empty, "rows_", "label_errors") == {}


def test_labels_that_conflict_are_left_to_that_check(empty: Workspace, make: Make):
    rows = tickets()
    make("rows_", [*rows, *((text.upper(), "login") for text, label in rows[:20] if label == "delivery")])
    assert proposed(empty, "rows_", "label_errors") == {}


@pytest.mark.parametrize(
    "rows, why",
    [
        ([("one", "a"), ("two", "b")], "fewer than two labels with 10 rows"),
        ([(f"text {n}", "ab"[n % 2]) for n in range(60)], "it takes 100 rows"),
        ([(f"text {n % 50} {n}", "abc"[n * n % 3]) for n in range(200)], "a simple model agrees with too few"),
    ],
)
def test_what_cannot_be_judged_is_said(empty: Workspace, make: Make, rows: list[tuple[str, str]], why: str):
    make("rows_", rows)
    text = TOOLS["propose_fixes"].run(empty, {"dataset": "rows_", "kinds": ["label_errors"]}).text
    assert f"label errors ({why}" in text


def test_rare_labels_are_named_and_nothing_is_proposed(empty: Workspace, make: Make):
    make("rows_", [(f"text {n}", "usual") for n in range(40)] + [("odd one", "rare"), ("odd two", "rare")])
    result = TOOLS["propose_fixes"].run(empty, {"dataset": "rows_", "kinds": ["class_imbalance"]})
    assert "40 are usual, while 1 label has few: rare (2)" in result.text
    assert result.data and list(result.data["noticed"]) == ["class_imbalance"] and not result.data["fixes"]
    assert empty.fixes.all() == []


def test_even_labels_are_no_finding(empty: Workspace, make: Make):
    make("rows_", [(f"text {n}", "ab"[n % 2]) for n in range(40)])
    text = TOOLS["propose_fixes"].run(empty, {"dataset": "rows_", "kinds": ["class_imbalance"]}).text
    assert "Nothing found of: class imbalance" in text
