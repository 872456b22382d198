import csv
import json
from collections import Counter
from pathlib import Path

import ftfy
import phonenumbers
import pytest

from tools.project.sample import AUTHORED, PLANTED, TICKETS
from tools.project.sample.plant import COLUMNS, normalised, write

Row = dict[str, str]


def rows_of(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def authored() -> list[Row]:
    return rows_of(AUTHORED)


@pytest.fixture(scope="module")
def tickets() -> list[Row]:
    return rows_of(TICKETS)


@pytest.fixture(scope="module")
def record() -> dict:
    return json.loads(PLANTED.read_text(encoding="utf-8"))


def phones(text: str) -> list[str]:
    return [found.raw_string for found in phonenumbers.PhoneNumberMatcher(text, "US")]


def tidy(text: str) -> str:
    return " ".join(text.translate(dict.fromkeys(map(ord, "\u200b\x07"))).split())


def test_building_again_gives_the_same_bytes(tmp_path):
    write(tmp_path / "tickets.csv", tmp_path / "planted.json")
    assert (tmp_path / "tickets.csv").read_bytes() == TICKETS.read_bytes()
    assert (tmp_path / "planted.json").read_bytes() == PLANTED.read_bytes()


def test_the_written_tickets_have_none_of_the_defects(authored):
    assert len({normalised(row["message"]) for row in authored}) == len(authored)
    assert all(row["category"] and 8 <= len(row["message"].split()) <= 45 for row in authored)
    for row in authored:
        text = row["message"]
        assert text == ftfy.fix_text(text) == " ".join(text.split())
        assert "@" not in text
        assert not phones(text)


def test_the_categories_are_uneven_but_none_is_rare(authored):
    sizes = Counter(row["category"] for row in authored)
    assert len(sizes) == 8
    assert 50 <= min(sizes.values()) < 1.3 * min(sizes.values()) < max(sizes.values()) <= 95


def test_the_record_names_rows_that_exist_and_each_once(tickets, record):
    ids = [row["ticket_id"] for row in tickets]
    named = [found["ticket_id"] for kind in record["planted"].values() for found in kind["rows"]]
    assert len(ids) == len(set(ids)) == record["rows"]
    assert len(named) == len(set(named))
    assert set(named) <= set(ids)
    assert tuple(tickets[0]) == tuple(record["columns"]) == COLUMNS
    assert Counter(row["split"] for row in tickets) == record["split"]


def test_spoiled_rows_are_spoiled_as_recorded(tickets, record):
    by_id = {row["ticket_id"]: row for row in tickets}

    def planted(kind: str) -> list[tuple[str, str]]:
        return [(by_id[found["ticket_id"]]["message"], found["was"]) for found in record["planted"][kind]["rows"]]

    assert all(not text.strip() and was for text, was in planted("missing_message"))
    assert all(not by_id[found["ticket_id"]]["category"] for found in record["planted"]["missing_label"]["rows"])
    assert all(text != was == ftfy.fix_text(text) for text, was in planted("broken_encoding"))
    assert all(text != was == tidy(text) for text, was in planted("stray_whitespace"))
    assert all("@example." in text and text.startswith(was) for text, was in planted("email_address"))
    assert all(len(phones(text)) == 1 and text.startswith(was) for text, was in planted("phone_number"))


def test_no_other_row_has_those_defects(tickets, record):
    found = {kind: {row["ticket_id"] for row in part["rows"]} for kind, part in record["planted"].items()}

    def having(defect) -> set[str]:
        return {row["ticket_id"] for row in tickets if defect(row)}

    assert having(lambda row: not row["message"].strip()) == found["missing_message"]
    assert having(lambda row: not row["category"]) == found["missing_label"]
    assert having(lambda row: ftfy.fix_encoding(row["message"]) != row["message"]) == found["broken_encoding"]
    assert having(lambda row: "@" in row["message"]) == found["email_address"]
    assert having(lambda row: phones(row["message"])) == found["phone_number"]


def repeats(tickets: list[Row], key) -> int:
    keys = [key(row) for row in tickets if row["message"].strip()]
    return len(keys) - len(set(keys))


def test_repeats_conflicts_and_leaks_are_as_many_as_recorded(tickets, record):
    expected = record["expected"]
    words = {row["ticket_id"]: normalised(row["message"]) for row in tickets}
    assert repeats(tickets, lambda row: row["message"]) == expected["repeated_message_exact"]
    assert repeats(tickets, lambda row: words[row["ticket_id"]]) == expected["repeated_message_normalised"]
    assert (
        repeats(tickets, lambda row: (row["message"], row["category"]))
        == expected["repeated_message_and_category_exact"]
    )
    assert (
        repeats(tickets, lambda row: (words[row["ticket_id"]], row["category"]))
        == expected["repeated_message_and_category_normalised"]
    )
    labels: dict[str, set[str]] = {}
    for row in tickets:
        if row["message"].strip() and row["category"]:
            labels.setdefault(words[row["ticket_id"]], set()).add(row["category"])
    assert sum(len(found) > 1 for found in labels.values()) == expected["texts_with_conflicting_labels"]
    train = {words[row["ticket_id"]] for row in tickets if row["split"] == "train"} - {""}
    leaked = {row["ticket_id"] for row in tickets if row["split"] == "test" and words[row["ticket_id"]] in train}
    assert leaked == {row["ticket_id"] for row in record["planted"]["leakage"]["rows"]}
    assert len(leaked) == expected["test_rows_also_in_train_normalised"]


def test_the_categories_can_be_learned_but_not_for_free(tickets, record):
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415
    from sklearn.pipeline import make_pipeline  # noqa: PLC0415
    from sklearn.svm import LinearSVC  # noqa: PLC0415

    spoiled = {row["ticket_id"] for kind in record["planted"].values() for row in kind["rows"]}
    clean = [row for row in tickets if row["ticket_id"] not in spoiled]
    train, test = ([row for row in clean if row["split"] == part] for part in ("train", "test"))
    model = make_pipeline(TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True), LinearSVC(random_state=0))
    model.fit([row["message"] for row in train], [row["category"] for row in train])
    accuracy = model.score([row["message"] for row in test], [row["category"] for row in test])
    assert 0.8 <= accuracy <= 0.95
