"""How far a dataset has drifted from another, or from an earlier version of itself."""

import random

import numpy as np
import pytest

from store import Workspace
from tests.data.conftest import Load
from tests.data.test_profile_dataset import table
from tools import TOOLS, Result, ToolError
from tools.data._profile.drift import distance, divergence

WORDS = "the invoice for the parcel of last week came late and was wrong so please send it again".split()


def rows(seed: int, count: int, words: list[str], refunds: float, length: int = 10) -> str:
    chance = random.Random(seed)
    made = [
        f"{' '.join(chance.choices(words, k=length + chance.randrange(5)))},"
        f"{'refund' if chance.random() < refunds else 'delivery'}"
        for _ in range(count)
    ]
    return "text,label\n" + "\n".join(made) + "\n"


def held(ws: Workspace, **arguments: object) -> Result:
    return TOOLS["profile_dataset"].run(ws, arguments)


def test_two_samples_of_one_population_have_not_drifted(empty: Workspace, load: Load):
    load(rows(1, 600, WORDS, 0.4), "old.csv")
    load(rows(2, 500, WORDS, 0.4), "new.csv")
    result = held(empty, dataset="new", against="old")
    assert result.data and result.data["drift"]
    assert result.data["drift"]["lengths"]["reading"] == "no more than chance"
    assert result.data["drift"]["labels"]["reading"] == "no more than chance"
    assert result.data["drift"]["new_words"] == []
    assert "Drift of new from old: lengths no more than chance, labels no more than chance; 0 %" in result.text


def test_a_shift_of_labels_lengths_and_words_is_told(empty: Workspace, load: Load):
    load(rows(1, 600, WORDS, 0.2), "old.csv")
    load(rows(2, 600, [*WORDS, "warranty", "battery"], 0.8, length=25), "new.csv")
    result = held(empty, dataset="new", against="old")
    assert result.data
    found = result.data["drift"]
    assert (found["lengths"]["reading"], found["labels"]["reading"]) == ("large", "large")
    assert set(found["new_words"]) == {"warranty", "battery"}
    assert 0.05 < found["new_share"] < 0.2
    assert [row[0] for row in table(result, "Share of each label")] == ["delivery", "refund"]
    assert [plot.color for plot in result.plots][0] == "of"


def test_a_label_that_is_new_is_in_the_shares(empty: Workspace, load: Load):
    load(rows(1, 100, WORDS, 0.5), "old.csv")
    load(rows(2, 100, WORDS, 0.5) + "please help me with the app,app\n" * 50, "new.csv")
    shares = table(held(empty, dataset="new", against="old"), "Share of each label")
    assert ["app", "33.3 %", "0.0 %"] in shares


def test_a_dataset_is_held_against_its_version_before(empty: Workspace, load: Load):
    load(rows(1, 100, WORDS, 0.5), "mails.csv")
    with empty.approvals.typed("apply_fixes", {}):
        empty.datasets.derive("mails", "from parent where label = 'refund'", sentence="Kept refunds.", recipe={})
    result = held(empty, dataset="mails", against="mails")
    assert "Drift of mails (version 2) from mails (version 1)" in result.text
    assert result.text == held(empty, dataset="mails", against_version=1).text
    assert result.data and result.data["drift"]["labels"]["reading"] == "large"


def test_there_must_be_something_to_hold_it_against(empty: Workspace, load: Load):
    load(rows(1, 20, WORDS, 0.5), "mails.csv")
    with pytest.raises(ToolError, match="no earlier version"):
        held(empty, dataset="mails", against="mails")
    with pytest.raises(ToolError, match="at version 1 now"):
        held(empty, dataset="mails", against_version=1)


def test_datasets_without_texts_in_common_are_compared_by_what_they_have(empty: Workspace, load: Load):
    load(rows(1, 30, WORDS, 0.5), "mails.csv")
    load("age,income\n" + "".join(f"{20 + n},{1000 * n}\n" for n in range(20)), "people.csv")
    assert "no texts or labels to compare" in held(empty, dataset="people", against="mails").text
    assert held(empty, dataset="mails", against="people").data


def test_the_index_is_the_one_of_the_books():
    """Shares 0.5 and 0.5 beside 0.9 and 0.1, by hand: 0.4 ln 1.8 + 0.4 ln 5."""
    found = distance(np.array([50_000.0, 50_000.0]), np.array([90_000.0, 10_000.0]))
    assert found.psi == pytest.approx(0.4 * np.log(0.9 / 0.5) + 0.4 * np.log(0.5 / 0.1), rel=1e-3)
    assert found.reading == "large"
    assert divergence(np.array([1.0, 0.0]), np.array([0.0, 1.0])) == 1
    assert divergence(np.array([2.0, 2.0]), np.array([5.0, 5.0])) == 0
