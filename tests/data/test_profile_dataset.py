import time
from pathlib import Path

import pytest

from store import Workspace
from tests.data.conftest import Load
from tools import TOOLS, Result

REAL = Path(__file__).parents[3] / "shared" / "data"


def profiled(ws: Workspace, name: str) -> Result:
    return TOOLS["profile_dataset"].run(ws, {"dataset": name})


def table(result: Result, start: str) -> list[list[object]]:
    return [list(row) for found in result.tables if found.title.startswith(start) for row in found.rows]


def test_it_counts_what_is_there(empty: Workspace, load: Load):
    load(
        "id,text,label,split\n"
        "1,Where is my parcel?,delivery,train\n"
        "2,Where is my parcel?,delivery,train\n"
        "3,where is my PARCEL,refund,test\n"
        "4,,refund,train\n"
        "5,I want my money back,,test\n",
        "mails.csv",
    )
    result = profiled(empty, "mails")
    assert result.data
    assert (result.data["rows"], result.data["repeated_rows"]) == (5, 1)
    assert (result.data["repeated_texts"], result.data["repeated_texts_normalised"]) == (1, 2)
    assert (result.data["conflicting_texts"], result.data["leaked_test_rows"]) == (1, 1)
    assert result.data["labels"] == {"delivery": 2, "refund": 2}
    assert result.data["splits"] == {"train": 3, "test": 2}
    assert ["text", "text", "text", 1, 0, 3, 19] in table(result, "Columns")
    assert "1 row lacks text, 1 row lacks label" in result.text
    assert len(table(result, "Examples")) == 5
    assert {plot.mark for plot in result.plots} == {"bar"}


def test_tokens_are_an_estimate_without_a_tokenizer_and_named_so(empty: Workspace, load: Load, tmp_path: Path):
    """The models' folder of the tests is empty, or the tokenizer in it is named."""
    load("text,label\none two three four,a\n", "few.csv")
    title = next(table.title for table in profiled(empty, "few").tables if table.title.startswith("Lengths"))
    assert "an estimate: one token for 4 characters" in title or "the tokenizer of" in title


def test_pairs_without_labels_are_described(empty: Workspace, load: Load):
    rows = "".join(f"How do I do thing {n}?,You do it by pressing button number {n} for a while\n" for n in range(20))
    load("question,answer\n" + rows, "faq.csv")
    result = profiled(empty, "faq")
    assert result.text.startswith("faq has 20 rows and 2 columns; question holds the prompt, answer the completion.")
    assert [row[0] for row in table(result, "Lengths")] == ["question", "answer"]


def test_a_table_without_text_is_described(empty: Workspace, load: Load):
    load("age,income\n" + "".join(f"{20 + n},{1000 * n}\n" for n in range(20)), "people.csv")
    assert "none of them reads as text" in profiled(empty, "people").text


def test_a_hundred_thousand_rows_take_seconds(empty: Workspace):
    with empty.approvals.typed("load_dataset", {}):
        empty.datasets.add(
            "many",
            "select 'message number ' || (i % 90000) || ' about an order' as text, 'c' || (i % 7) as label"
            " from range(100000) t(i)",
            sentence="Made.",
            recipe={},
            roles={"text": "text", "label": "label"},
        )
    profiled(empty, "many")
    began = time.process_time()
    result = profiled(empty, "many")
    assert time.process_time() - began < 10
    assert result.data and result.data["repeated_texts"] == 10_000


def test_columns_may_be_called_as_the_figures_are(empty: Workspace, load: Load):
    rows = "".join(f"a message about thing {n},{'ab'[n % 2]},v{n % 3},{n},{n}\n" for n in range(20))
    load("text,label,value,bin,rows\n" + rows, "odd.csv", text="text", label="label")
    assert profiled(empty, "odd").data["labels"] == {"a": 10, "b": 10}  # pyright: ignore[reportOptionalSubscript]


def test_shares_are_of_all_rows_and_texts_without_words_do_not_conflict(empty: Workspace, load: Load):
    load("text,label,note,more,rest,last\n!!!,a,,,,\n...,b,,,,\nno label yet,,,,,\nthis has one,a,,,,\n", "few.csv")
    result = profiled(empty, "few")
    assert "(a 50 %, b 25 %)" in result.text
    assert "conflicting" not in result.text
    assert "and 2 more columns have gaps." in result.text


@pytest.mark.skipif(not REAL.is_dir(), reason="the collection is not on this machine")
def test_known_answers_on_a_public_collection(empty: Workspace, load: Load):
    load((REAL / "sms_spam" / "SMSSpamCollection").read_bytes(), "sms")
    found = profiled(empty, "sms").data
    assert found
    assert (found["rows"], found["repeated_texts"], found["repeated_texts_normalised"]) == (5574, 403, 444)
