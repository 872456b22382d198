from pathlib import Path

import pytest

from store import NoSpace
from store.database import Database


def test_a_full_disk_is_told_and_the_change_is_taken_back(tmp_path: Path):
    """A limit on the number of pages stands in for the full disk: SQLite says the same."""
    db = Database(tmp_path / "state.sqlite")
    with db.change() as change:
        change.execute("create table notes (text)")
    pages = db.row("pragma page_count")
    assert pages
    db.rows(f"pragma max_page_count = {pages['page_count'] + 1}")
    with pytest.raises(NoSpace):
        db.insert("notes", text="x" * 100_000)
    assert db.rows("select * from notes") == []
    assert db.insert("notes", text="short") == 1
