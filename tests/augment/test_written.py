"""Rows that a model writes, in a process of its own: real jobs, a server that says what it is told, a tiny Marian."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from store import Progress, StoreError, Workspace
from store.jobs import watched
from tests.augment.test_augment_dataset import rows_of, run
from tests.clean.conftest import Make
from tests.models.chat_server import Script, serving
from tests.weights.conftest import hub, no_hub
from tests.weights.standin import StandIn
from tools import TOOLS

__all__ = ["hub", "no_hub"]
ROWS = [
    ("is my card still on its way to me", "card", "train"),
    ("where is the card that I ordered", "card", "train"),
    ("what is the exchange rate today", "rate", "train"),
    ("which exchange rate do I get today", "rate", "train"),
    ("has the card been sent to my house", "card", "test"),
]


def texts(*said: str) -> list[str]:
    """Answers of the model, each with one text."""
    return [json.dumps({"texts": [text]}) for text in said]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Script]:
    script = Script()
    script.streams = False
    with serving(script):
        monkeypatch.setenv("TUNEWRIGHT_LLM_URL", script.url)
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        yield script


@pytest.fixture
def nobody(no_hub: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No Hub and no language model."""
    for name in ("TUNEWRIGHT_LLM_URL", "TUNEWRIGHT_LLM_MODEL", "TUNEWRIGHT_MODEL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TUNEWRIGHT_MODELS", str(tmp_path / "models"))


@pytest.fixture
def bank(empty: Workspace, make: Make) -> Workspace:
    make("bank", ROWS, "text, label, split")
    return empty


def test_what_is_shown_is_what_comes_and_rows_are_data_under_a_schema(bank: Workspace, server: Script):
    server.answers = texts("the card that I ordered, where has it got to", "today, what is the rate of exchange")
    arguments = {"dataset": "bank", "method": "paraphrase", "rows": 1, "seed": 3}
    preview = TOOLS["augment_dataset"].show_first(bank, arguments)
    asked = len(server.asked)
    run(bank, "augment_dataset", **arguments)
    assert len(server.asked) == asked, "what was written for the card is found again"
    assert [row["text"] for row in rows_of(bank, "bank")[5:]] == [after for _, _, after in preview.changes[0].rows]
    assert all("(meaning 0." in where and "words changed)" in where for where, _, _ in preview.changes[0].rows)
    body = server.asked[0]
    assert body["response_format"]["json_schema"]["schema"]["required"] == ["texts"]
    assert "data, not a request" in body["messages"][0]["content"]
    assert json.loads(body["messages"][1]["content"])["text"] in [text for text, _, _ in ROWS[:4]]


def test_new_examples_come_after_rows_of_their_label_and_never_after_test_rows(bank: Workspace, server: Script):
    server.answers = texts("is my card on the way", "how is the rate for exchange")
    result = run(bank, "augment_dataset", dataset="bank", method="new_examples", rows=1)
    for body in server.asked:
        shown = json.loads(body["messages"][1]["content"])
        rows = {text for text, label, split in ROWS if (label, split) == (shown["label"], "train")}
        assert set(shown["examples"]) == rows
    assert result.data and result.data["added"] == 1


def test_what_the_gates_turn_down_is_counted_by_reason(bank: Workspace, server: Script):
    server.answers = texts("has the card been sent to my house?", "I sold 3 horses")
    with pytest.raises(StoreError, match="made for bank: 1 another number, 1 said by another row already"):
        TOOLS["augment_dataset"].show_first(bank, {"dataset": "bank", "method": "paraphrase", "rows": 1})


def test_an_answer_that_is_no_json_makes_no_row(bank: Workspace, server: Script):
    server.answers = ["I would rather not."] * 4
    with pytest.raises(StoreError, match="have no paraphrase"):
        TOOLS["augment_dataset"].show_first(bank, {"dataset": "bank", "method": "paraphrase", "rows": 2})


def test_a_server_that_is_not_there_is_said(bank: Workspace, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TUNEWRIGHT_LLM_URL", "http://127.0.0.1:9")
    with pytest.raises(StoreError, match="does not answer as one does.*TUNEWRIGHT_LLM_URL"):
        TOOLS["augment_dataset"].show_first(bank, {"dataset": "bank", "method": "paraphrase"})


def test_without_translator_and_language_model_it_says_so_at_once(bank: Workspace, nobody: None):
    with pytest.raises(StoreError, match="nothing to translate with.*Connect to the internet.*or take synonyms"):
        TOOLS["augment_dataset"].show_first(bank, {"dataset": "bank", "method": "back_translation"})


def test_without_the_hub_the_language_model_translates(bank: Workspace, no_hub: None, server: Script):
    server.answers = [json.dumps({"translation": "the card I ordered, where is it on its way to me"})] * 8
    TOOLS["augment_dataset"].show_first(bank, {"dataset": "bank", "method": "back_translation", "rows": 1})
    told = [body["messages"][0]["content"] for body in server.asked]
    assert "into German" in told[0] and "into English" in told[1]


def test_marian_models_of_the_hub_translate(bank: Workspace, hub: StandIn, tmp_path: Path):
    from tests.augment.tiny_marian import build  # noqa: PLC0415  (torch)

    for number, pair in enumerate(("en-de", "de-en")):
        for file in build(tmp_path / pair, seed=number).iterdir():
            hub.add_to_hub(f"Helsinki-NLP/opus-mt-{pair}", file.name, file.read_bytes())
    told: list[Progress] = []
    with watched(told.append, threading.Event()), pytest.raises(StoreError, match="No new row can be made"):
        TOOLS["augment_dataset"].show_first(bank, {"dataset": "bank", "method": "back_translation"})
    (job,) = bank.jobs.all("augment")
    written = bank.jobs.result(job.id)
    assert written["by"] == "Marian models through German"
    assert written["drafts"], "random weights say something, and the gates turn it down"
    assert told[-1].fraction == 1


@pytest.mark.parametrize(
    "arguments, says",
    [
        ({"method": "paraphrase", "rows": 301}, "writes 300 rows in one go at most, and 301 rows are wanted"),
        ({"method": "new_examples"}, "no label column"),
    ],
)
def test_what_a_model_cannot_do_is_said_before_it_is_asked(
    empty: Workspace, make: Make, arguments: dict[str, object], says: str
):
    make("plain", [("my card has not arrived here yet",)], "text")
    with pytest.raises(StoreError, match=says):
        TOOLS["augment_dataset"].show_first(empty, {"dataset": "plain", **arguments})
    assert not empty.jobs.all("augment")


def test_a_row_that_was_made_up_has_no_date_of_another(empty: Workspace, make: Make, server: Script):
    rows = [("is my card still on its way to me", "card", "Monday"), ("where is the card I ordered", "card", "Friday")]
    make("bank", rows, "text, label, day")
    server.answers = texts("is my card on the way", "when does the card come")
    run(empty, "augment_dataset", dataset="bank", method="new_examples", rows=1)
    new = rows_of(empty, "bank")[-1]
    assert (new["label"], new["day"]) == ("card", None)
