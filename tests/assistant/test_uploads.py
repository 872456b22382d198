from pathlib import Path

import pytest

from assistant.uploads import mention, take
from store import StoreError, Workspace


def made(folder: Path, name: str, text: str = "a\n1\n") -> str:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)
    return str(folder / name)


def test_a_file_is_copied_under_its_own_name(empty: Workspace, tmp_path: Path) -> None:
    assert take(empty, [made(tmp_path / "in", "tickets.csv")]) == ["tickets.csv"]
    assert (empty.uploads / "tickets.csv").read_text() == "a\n1\n"


def test_a_second_file_of_the_same_name_is_numbered(empty: Workspace, tmp_path: Path) -> None:
    take(empty, [made(tmp_path / "a", "tickets.csv", "first")])
    assert take(empty, [made(tmp_path / "b", "tickets.csv", "second")]) == ["tickets-2.csv"]
    assert (empty.uploads / "tickets.csv").read_text() == "first"


@pytest.mark.parametrize(
    ("name", "kept"),
    [("..csv.csv", "csv.csv"), ("a b<i>.CSV", "a_b_i.CSV"), ("übung.jsonl", "übung.jsonl"), ("-.csv", "-.csv")],
)
def test_names_are_made_safe(empty: Workspace, tmp_path: Path, name: str, kept: str) -> None:
    assert take(empty, [made(tmp_path / "in", name)]) == [kept]


def test_a_kind_that_is_not_read_is_refused_in_a_sentence_and_nothing_is_kept(empty: Workspace, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"notes\.pptx is not of a kind I can read\. I read \.csv"):
        take(empty, [made(tmp_path / "in", "ok.csv"), made(tmp_path / "in", "notes.pptx")])
    assert not list(empty.uploads.iterdir())


def test_files_are_mentioned_with_what_is_wanted() -> None:
    assert mention("", ["a.csv"]) == "I uploaded a.csv. Load it."
    assert mention("", ["a.csv", "b.csv", "c.csv"]) == "I uploaded a.csv, b.csv and c.csv. Load them."
    assert mention("Profile it", ["a.csv"]) == "I uploaded a.csv. Profile it"
    assert mention("Hello", []) == "Hello"
